"""From a fact to the mail server and back: sent once, retried, refused, never lost."""

from __future__ import annotations

from asyncio import gather
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from schemas.events.deliveries import Channel
from services.notifications.delivering import Turn, deliver_next
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.partner import Partner
from services.notifications.outcomes import Outcome
from tests.integration.notifications.office import (
    AGGLO,
    BAILLEUR,
    CALAIS,
    PARQUET,
    PREFECTURE,
    Office,
    address,
    cancelled,
    convened,
    moved,
)

SCHEDULED, SENT, FAILED = (f"cispd.deliveries.Delivery{what}.v1" for what in ("Scheduled", "Sent", "Failed"))


async def test_members_of_a_group_are_convened_once_with_proof(office: Office) -> None:
    await office.fact(convened(office, PARQUET, CALAIS))
    assert await office.deliver() is Turn.IDLE
    assert {mail["To"].addresses[0].addr_spec for mail in office.mailroom.taken} == {
        address(PARQUET),
        address(CALAIS),
        address(AGGLO),
    }
    seen = await office.delivery(PARQUET)
    assert (seen["state"], seen["attempts"], seen["sent_to"]) == ("sent", 1, address(PARQUET))
    assert "kept as" in seen["proof"]
    assert [attempt["outcome"] for attempt in seen["tries"]] == ["accepted"]
    assert (await office.api.appended()).count(SCHEDULED) == 3
    assert (await office.api.appended()).count(SENT) == 3


async def test_a_fact_that_comes_twice_is_told_once(office: Office) -> None:
    fact = convened(office, PARQUET)
    cause = await office.fact(fact)
    await office.fact(fact, cause=cause)
    await office.deliver()
    await office.fact(fact, cause=cause)
    await office.deliver()
    assert len(office.mailroom.to(address(PARQUET))) == 1
    assert (await office.api.appended()).count(SENT) == 2


async def test_prefect_and_prosecutor_are_told_of_a_plenary_they_were_not_listed_for(office: Office) -> None:
    await office.fact(convened(office, CALAIS, kind="plenary"))
    await office.deliver()
    (mail,) = office.mailroom.to(address(PREFECTURE))
    assert "vous informe de cette réunion" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    (mail,) = office.mailroom.to(address(CALAIS))
    assert "vous convoque" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_temporary_refusal_is_tried_again_later_under_the_same_message_id(office: Office) -> None:
    office.mailroom.answers.extend(["451 4.7.1 greylisted", "451 4.7.1 greylisted"])
    await office.fact(convened(office, PARQUET))
    await office.deliver()
    seen = await office.delivery(PARQUET)
    assert (seen["state"], seen["attempts"]) == ("retrying", 1)
    assert "greylisted" in seen["proof"]
    assert office.mailroom.taken == []

    office.later(timedelta(minutes=2))
    await office.deliver()
    seen = await office.delivery(PARQUET)
    assert (seen["state"], seen["attempts"]) == ("sent", 2)
    assert [attempt["outcome"] for attempt in seen["tries"]] == ["deferred", "accepted"]
    assert office.mailroom.to(address(PARQUET))[0]["Message-ID"] == f"<{seen['id']}@agglo.example>"


async def test_an_unknown_mailbox_is_a_failure_with_the_servers_words(office: Office) -> None:
    office.mailroom.refused.add(address(PARQUET))
    await office.fact(convened(office, PARQUET, CALAIS))
    await office.deliver()
    seen = await office.delivery(PARQUET)
    assert (seen["state"], seen["reason"]) == ("failed", "address-refused")
    assert seen["proof"] == "550 5.1.1 unknown mailbox"
    assert (await office.delivery(CALAIS))["state"] == "sent"
    assert (await office.api.appended()).count(FAILED) == 1


async def test_a_message_refused_for_good_is_not_sent_again(office: Office) -> None:
    office.mailroom.answers.extend(["554 5.7.1 refused", "554 5.7.1 refused"])
    await office.fact(convened(office, PARQUET))
    await office.deliver()
    office.later(timedelta(days=30))
    await office.deliver()
    seen = await office.delivery(PARQUET)
    assert (seen["state"], seen["reason"], seen["attempts"]) == ("failed", "refused-by-server", 1)
    assert office.mailroom.taken == []


async def test_a_person_may_send_again_what_failed(office: Office) -> None:
    office.mailroom.refused.add(address(PARQUET))
    await office.fact(convened(office, PARQUET))
    await office.deliver()
    office.mailroom.refused.clear()
    failed = await office.delivery(PARQUET)
    path = f"/api/deliveries/{failed['id']}/retry"
    assert (await office.coordinator.put(f"{path}/{uuid4()}", json={})).status_code == 200
    await office.deliver()
    assert (await office.delivery(PARQUET))["state"] == "sent"
    refused = await office.coordinator.put(f"{path}/{uuid4()}", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "DeliveryNotFailed")


async def test_while_the_mail_server_is_away_everything_waits_and_the_office_says_so(office: Office) -> None:
    await office.mailroom.close()
    await office.fact(convened(office, PARQUET))
    assert await office.deliver() is Turn.CLOSED
    assert not office.api.running.reports["mail server"].ok
    assert (await office.delivery(PARQUET))["attempts"] == 0

    await office.mailroom.open()
    await office.deliver()
    assert office.api.running.reports["mail server"].ok
    assert (await office.delivery(PARQUET))["state"] == "sent"
    assert len(office.mailroom.to(address(PARQUET))) == 1


class Died(BaseException):
    """The process is killed."""


class Dying:
    """Hands over, then dies before anything is recorded."""

    channel, span, needs = Channel.EMAIL, "send e-mail", "mail server"

    def __init__(self, office: Office) -> None:
        self._carrier = office.carrier

    def destination(self, partner: Partner) -> str:
        return self._carrier.destination(partner)

    async def carry(self, delivery: Delivery, partner: Partner, at: datetime) -> Outcome:
        await self._carrier.carry(delivery, partner, at)
        raise Died

    async def rest(self) -> None: ...


async def test_a_worker_killed_after_handing_over_leads_to_the_same_message_never_to_another(office: Office) -> None:
    await office.fact(convened(office, AGGLO))
    with pytest.raises(Died):
        await deliver_next(office.api.running, Dying(office))
    assert await office.deliver() is Turn.IDLE, "nobody takes it while the lease lasts"

    await office.api.rows("update delivery set claimed_until = clock_timestamp() - interval '1 second' returning id")
    await office.deliver()
    first, second = office.mailroom.to(address(AGGLO))
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_body(("plain",)).get_content() == second.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (await office.delivery(AGGLO))["state"] == "sent"
    assert (await office.api.appended()).count(SENT) == 1


async def test_an_institution_without_an_address_is_told_once_it_has_one(office: Office) -> None:
    await office.fact(convened(office, BAILLEUR))
    await office.deliver()
    assert (await office.delivery(BAILLEUR))["state"] == "no-address"

    assert (await office.register(BAILLEUR, email=address(BAILLEUR))).status_code == 201
    await office.deliver()
    assert len(office.mailroom.to(address(BAILLEUR))) == 1
    assert (await office.delivery(BAILLEUR))["state"] == "sent"


async def test_an_address_taken_away_stops_what_had_not_left(office: Office) -> None:
    await office.fact(convened(office, PARQUET))
    assert (await office.change(PARQUET, email=None)).status_code == 200
    await office.deliver()
    assert (await office.delivery(PARQUET))["state"] == "no-address"
    assert office.mailroom.to(address(PARQUET)) == []


async def test_a_moved_and_then_cancelled_meeting_changes_one_calendar_entry(office: Office) -> None:
    fact = convened(office, PARQUET)
    for change in (fact, moved(fact), cancelled(fact)):
        await office.fact(change)
        await office.deliver()
    entries = [entry(mail) for mail in office.mailroom.to(address(PARQUET))]
    assert [line["METHOD"] for line in entries] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {line["UID"] for line in entries} == {str(fact.meeting_id)}
    assert [line["SEQUENCE"] for line in entries] == ["0", "1", "2"]
    assert entries[1]["DTSTART;TZID=Europe/Paris"] == "20170127T140000"


async def test_who_was_convened_is_told_of_the_cancelling_even_when_no_longer_listed(office: Office) -> None:
    fact = convened(office, PARQUET)
    await office.fact(fact)
    await office.fact(cancelled(fact, members=[]))
    await office.deliver()
    assert [mail["Subject"].split(",")[0] for mail in office.mailroom.to(address(PARQUET))] == ["Annulation"]


async def test_a_convocation_that_had_not_left_is_withdrawn_when_the_meeting_moves(office: Office) -> None:
    await office.mailroom.close()
    fact = convened(office, PARQUET)
    await office.fact(fact)
    await office.fact(moved(fact))
    await office.mailroom.open()
    await office.deliver()
    assert [mail["Subject"].split(",")[0] for mail in office.mailroom.to(address(PARQUET))] == ["Report"]
    states = {line["subject"]: line["state"] for line in await office.deliveries(institution=str(office.ids[PARQUET]))}
    assert states == {"meeting-convened": "withdrawn", "meeting-moved": "sent"}
    assert (await office.api.appended()).count(FAILED) == 2


async def test_a_meeting_nobody_was_convened_to_moves_in_silence(office: Office) -> None:
    fact = convened(office, PARQUET)
    await office.fact(moved(fact, convened=False, members=[]))
    await office.fact(cancelled(fact, convened=False, members=[]))
    assert await office.deliveries() == []


async def test_two_workers_do_not_take_the_same_delivery(office: Office) -> None:
    await office.fact(convened(office, PARQUET, CALAIS))
    await gather(*(office.deliver() for _ in range(3)))
    assert len(office.mailroom.taken) == 3


async def test_non_urgent_retries_wait_for_office_hours(office: Office) -> None:
    office.api.set_clock(datetime(2017, 1, 6, 17, 59, 30, tzinfo=UTC))
    office.mailroom.answers.extend(["451 later", "451 later"])
    await office.fact(convened(office, PARQUET))
    await office.deliver()
    assert (await office.delivery(PARQUET))["due_at"] == "2017-01-09T07:00:00Z"


def entry(mail: object) -> dict[str, str]:
    """The lines of the invitation inside a message."""
    text = mail.get_body(("calendar",)) or next(  # type: ignore[attr-defined]
        part
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"  # type: ignore[attr-defined]
    )
    content = text.get_content()
    said = content if isinstance(content, str) else content.decode()
    lines = said.replace("\r\n ", "").splitlines()
    event = lines[lines.index("BEGIN:VEVENT") :]
    return dict(line.split(":", 1) for line in [*lines[:6], *event] if ":" in line)
