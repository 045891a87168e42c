"""The right role in another commune: every route about a case, taken from the service itself, refuses."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.cases.service import SERVICE
from services.chassis.http.app import all_routes
from services.chassis.http.routes import Right
from tests.integration.cases.conftest import town  # noqa: F401 - a fixture
from tests.integration.cases.town import MARCK, NAME, NO_OBSTACLE, REPRESENTATIVE, START, STREET, Town, report, summons
from tests.support.privacy import Secrets

# What each act needs to be well formed, so that only the commune can be the reason of its refusal.
BODIES: dict[str, Any] = {
    "rejection": {"reason_code": "MEDIATION"},
    "consultation": NO_OBSTACLE,
    "suspension": {"reason": "complaint"},
    "representatives": {"representatives": [REPRESENTATIVE]},
    "summons": summons(START + timedelta(days=20)),
    "new-date": summons(START + timedelta(days=20)),
    "hearing": {"held_on": "2017-01-16"},
    "closure": {"outcome": "complied"},
    "identity-readings": {"reason": "prepare-summons"},
}
SECRETS = Secrets(NAME, STREET)


def _about_a_case(*, pages: bool) -> list[Right]:
    rights = [right for routes in all_routes(SERVICE, local=True) for right in routes.rights]
    return [right for right in rights if "{case_id}" in right.path and right.page is pages]


def _address(right: Right, case: UUID) -> str:
    # A report opens a case of its own: in its body the commune is foreign to the caller.
    target = uuid4() if right.method == "PUT" and right.path.endswith("/{case_id}") else case
    return right.path.replace("{case_id}", str(target)).replace("{command_id}", str(uuid4()))


async def _ask(client: httpx.AsyncClient, right: Right, case: UUID) -> httpx.Response:
    act = right.path.removesuffix("/{command_id}").rpartition("/")[2]
    body = report() if right.path.endswith("/{case_id}") else BODIES.get(act, {})
    sent = {} if right.method == "GET" else {"data": {"csrf": client.csrf}} if right.page else {"json": body}  # type: ignore[attr-defined]
    return await client.request(right.method, _address(right, case), **sent)


@pytest.mark.parametrize("right", _about_a_case(pages=False), ids=lambda right: f"{right.method} {right.path}")
async def test_an_api_route_about_a_case_of_another_commune_refuses(right: Right, town: Town) -> None:  # noqa: F811
    case = await town.summoned()
    written = await town.written()
    for role in sorted(right.allow):
        answer = await _ask(town.client(role, MARCK), right, case)
        assert answer.status_code in (403, 404), (role, answer.text)
        assert SECRETS.found_in(role, answer.content) == []
    assert await town.written() == written


async def test_a_list_shows_no_case_of_another_commune(town: Town) -> None:  # noqa: F811
    case = await town.summoned()
    for path in ("/api/recalls", "/api/recalls?commune=62193", f"/api/recalls/access-log?case_id={case}"):
        for role in ("mayor", "coordinator", "municipal_police", "data_protection_officer"):
            answer = await town.get(role, path, commune=MARCK)
            assert answer.status_code in (200, 403), answer.text
            assert answer.status_code == 403 or answer.json()["items"] == [], (role, path)


@pytest.mark.parametrize("right", _about_a_case(pages=True), ids=lambda right: f"{right.method} {right.path}")
async def test_a_page_about_a_case_of_another_commune_is_refused(right: Right, town: Town) -> None:  # noqa: F811
    case = await town.summoned()
    written = await town.written()
    for role in sorted(right.allow):
        answer = await _ask(town.api.browser(role, communes=(MARCK,)), right, case)
        assert answer.status_code in (403, 404), (role, answer.status_code)
        assert SECRETS.found_in(role, answer.content) == []
    assert await town.written() == written
