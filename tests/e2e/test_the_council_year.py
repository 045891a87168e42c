"""The council year on real Kafka and PostgreSQL with all services, while every process is killed once in the middle."""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from oteltap import OtelTapHttpProtobufReceiver, OtelTapHttpProtobufReceiverSettings

from deploy.local.ports import free_port
from deploy.local.stack import Stack
from deploy.local.year import play
from deploy.local.year.model import Step, identity, institutions, read
from deploy.local.year.observing import Observer
from deploy.local.year.script import PARIS, steps
from tests.support.eventually import eventually
from tests.support.privacy import Secrets
from tests.support.privacy_sources import files_below, mails, records, spans, tables

FIRST_MEETING = 90
KILLED = ("meetings", "cases", "notifications", "reporting", "front", "kafka", "postgres")
"""One after the other, evenly spread over the year."""


@dataclass
class Played:
    """A stack on which the year was played; `spans` are all that its processes told a collector."""

    stack: Stack
    missing: list[str] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list, repr=False)


@pytest.fixture(scope="module")
async def played() -> AsyncIterator[Played]:
    port = free_port()
    settings = OtelTapHttpProtobufReceiverSettings(http_port=port)
    environment = {"CISPD_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
    with tempfile.TemporaryDirectory(prefix="cispd-", ignore_cleanup_errors=True) as folder:
        async with (
            OtelTapHttpProtobufReceiver(settings) as receiver,
            Stack(Path(folder), environment=environment) as stack,
        ):
            year = Played(stack)
            listening = asyncio.create_task(_listen(receiver, year))
            await _play(year)
            yield year
            listening.cancel()


async def _listen(receiver: OtelTapHttpProtobufReceiver, year: Played) -> None:
    async for span in receiver.stream_traces():
        year.spans.append(span)


async def _play(year: Played) -> None:
    apart = (len(steps()) - FIRST_MEETING) // (len(KILLED) + 1)
    moments = {FIRST_MEETING + apart * place: name for place, name in enumerate(KILLED, start=1)}

    async def between(place: int, step: Step) -> None:
        if name := moments.get(place):
            year.stack.supervisor.kill(name)
            year.killed.append(name)

    year.missing = await play(year.stack, once=True, patience=90, between=between)


async def test_nothing_is_lost_and_nothing_doubled_while_each_process_is_killed_once(played: Played) -> None:
    assert played.killed == list(KILLED)
    assert played.missing == []


async def test_a_step_done_again_under_its_id_does_nothing(played: Played) -> None:
    before = len(await played.stack.mails())
    step = next(each for each in steps() if each.act == "convene")
    token = await played.stack.token("helene.vasseur")
    answer = await played.stack.http.put(
        f"{played.stack.url}/api/meetings/{identity(step.id)}/convening/{identity(step.command)}",
        json={},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer.json()["repeated"]) == (200, True)
    assert len(await played.stack.mails()) == before


async def test_one_trace_leads_from_the_request_to_the_mail_and_the_projection(played: Played) -> None:
    wanted = {
        "create cispd.meetings",
        "send cispd.meetings",
        "process cispd.meetings notifications",
        "process cispd.meetings reporting",
        "send e-mail",
    }

    def whole() -> bool:
        traces: defaultdict[bytes, set[str]] = defaultdict(set)
        for span in list(played.spans):
            groups = [a.value.string_value for a in span.attributes if a.key == "messaging.consumer.group.name"]
            traces[span.trace_id].add(" ".join([span.name, *groups]))
        return any(wanted <= names and any(name.startswith("PUT") for name in names) for names in traces.values())

    await eventually(whole, within=20)


async def test_nothing_about_a_resident_left_the_cases_service(played: Played) -> None:
    reports = [entry["body"] for entry in read("recalls.toml")["step"] if entry["act"] == "report"]
    secrets = Secrets(*(secret for report in reports for secret in _personal(report)))
    places: list[tuple[str, bytes]] = list(await records(played.stack.bootstrap))
    places += files_below(played.stack.folder / "logs")
    places += mails(path.read_bytes() for path in sorted((played.stack.folder / "mails").glob("*.eml")))
    places += spans(list(played.spans))
    places += await tables(played.stack.admin_url)
    assert len(places) > 1000
    assert secrets.scan(places) == []


def _personal(report: dict[str, Any]) -> list[str]:
    person = report["person"]
    return [
        person["family_name"],
        person["given_name"],
        person["address"]["line"],
        report["place"],
        report["narrative"],
    ]


async def test_the_others_work_on_while_notifications_and_reporting_are_down_and_these_catch_up(played: Played) -> None:
    stack, session = played.stack, identity("permanence-2018")
    for name in ("notifications", "reporting"):
        await stack.supervisor.halt(name)
    day = stack.clock.now().astimezone(PARIS).replace(month=2, day=14, hour=14, minute=0)
    planned = {"commune": "62193", "district": "beau-marais", "place": "Maison de services"}
    planned |= {"starts_at": day.isoformat(), "ends_at": day.replace(hour=17).isoformat()}
    headers = {"Authorization": f"Bearer {await stack.token('claire.lemoine')}"}
    for path, body in ((f"{session}", planned), (f"{session}/publication/{identity('publication-2018')}", {})):
        answer = await stack.http.put(f"{stack.url}/api/drop-in-sessions/{path}", json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
    for name in ("notifications", "reporting"):
        await stack.supervisor.resume(name)
    told = {str(each.id) for each in institutions().values() if each.kind in ("intercommunal", "association", "social")}
    told |= {str(each.id) for each in institutions().values() if (each.kind, each.commune) == ("commune", "62193")}
    observer = Observer(stack)

    async def caught_up() -> bool:
        figure = await observer.get("/api/figures/sessions-held", year=2018)
        seen = await observer.told("permanence-2018", "session-published")
        return set(seen) == told and set(seen.values()) == {1} and figure["unit"].startswith("sur 1")

    await eventually(caught_up, within=60)
