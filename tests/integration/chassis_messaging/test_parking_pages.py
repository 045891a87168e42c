"""What was put aside, as the operator sees it."""

from __future__ import annotations

from services.notifications.service import SERVICE
from tests.support.api import Api, NewApi

PUT_ASIDE = """
insert into parked_record (consumer, topic, partition, "offset", key, reason, detail, value, headers, recorded_at,
    parked_at, attempted_at)
values ('notifications', 'cispd.meetings', 3, 42, 'some-key', 'NotJson', 'no JSON from byte 0 on', 'Jean Dupont', '{}',
    now(), now(), now()) returning id
"""


async def _api(service_api: NewApi) -> Api:
    api = await service_api(SERVICE)
    await api.rows(PUT_ASIDE)
    return api


async def test_the_operator_sees_reason_and_place_but_no_content(service_api: NewApi) -> None:
    api = await _api(service_api)
    page = await api.browser("operator").get("/exploitation/notifications/mises-de-cote")
    listed = await api.caller("operator").get("/api/operations/notifications/parked")
    assert page.status_code == 200
    assert "NotJson" in page.text
    assert [(item["topic"], item["offset"]) for item in listed.json()["items"]] == [("cispd.meetings", 42)]
    assert "Dupont" not in page.text + listed.text


async def test_nobody_else_sees_what_was_put_aside(service_api: NewApi) -> None:
    api = await _api(service_api)
    assert (await api.browser("coordinator").get("/exploitation/notifications/mises-de-cote")).status_code == 403
    assert (await api.caller("coordinator").get("/api/operations/notifications/parked")).status_code == 403
