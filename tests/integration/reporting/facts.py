"""Facts of a year as other services tell them, handed to the projections in the way the consumer does."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from uuid import UUID, uuid4, uuid5

from schemas.envelope import Envelope, Event
from schemas.events.bodies import BodyConstituted, BodyKind, Theme
from schemas.events.cases import Origin, RejectionReason
from schemas.events.meetings import MeetingHeld, MeetingScheduled
from schemas.events.outreach import AgeBand, DropInSessionHeld
from schemas.events.statistics import RecallOutcome, RecallStage, RecallStatisticRecorded
from services.chassis.act import Act
from services.chassis.identity import Principal
from services.chassis.subscriptions import Fact
from services.reporting.subscriptions import subscriptions
from tests.support.api import Api

SPACE = UUID("5f1c2a52-6f5e-4f0e-8a51-0d8a1f6f2b11")
PLENARY, YOUTH = uuid5(SPACE, "plenary"), uuid5(SPACE, "youth")


class Telling:
    """Tells facts to the projections of `api`, one transaction each."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._versions: defaultdict[str, int] = defaultdict(int)

    async def tell(self, *facts: Event, at: datetime = datetime(2017, 2, 1, 9, tzinfo=UTC), times: int = 1) -> None:
        """Each fact once, or `times` times: as when its batch is applied again after a rebuild."""
        for fact in facts:
            self._versions[fact.key] += 1
            envelope = Envelope(
                id=str(uuid4()),
                source="/cispd/test",
                type=fact.ce_type(),
                time=at,
                subject=fact.key,
                dataschema=fact.dataschema(),
                sequence=self._versions[fact.key],
                partitionkey=fact.key,
                correlationid=str(uuid4()),
            )
            for _ in range(times):
                await self._apply(fact, envelope)

    async def _apply(self, fact: Event, envelope: Envelope) -> None:
        running = self.api.running
        async with running.database.transaction() as tx:
            act = Act(
                tx=tx,
                now=running.clock.now(),
                by=Principal.system("reporting"),
                settings=running.settings,
                correlation_id=envelope.correlationid,
                cause=envelope,
            )
            await subscriptions.batch_handlers[type(fact)]([Fact(fact, envelope)], act)


def constituted(body_id: UUID = PLENARY, name: str = "Assemblée plénière", kind: str = "plenary") -> BodyConstituted:
    return BodyConstituted(
        body_id=body_id,
        body_name=name,
        body_kind=BodyKind(kind),
        theme=Theme.YOUTH if kind == "group" else None,
        order_number="2016-1",
        order_date=date(2016, 12, 20),
        effective_on=date(2017, 1, 1),
    )


def _of(body: BodyConstituted) -> dict[str, object]:
    return {"body_id": body.body_id, "body_name": body.body_name, "body_kind": body.body_kind, "theme": body.theme}


def scheduled(body: BodyConstituted, number: int, starts_at: datetime) -> MeetingScheduled:
    return MeetingScheduled(
        **_of(body),
        meeting_id=uuid5(body.body_id, str(number)),
        subject="Réunion",
        starts_at=starts_at,
        ends_at=starts_at,
        place="Calais",
        calendar_sequence=0,
    )


def held(body: BodyConstituted, number: int, starts_at: datetime) -> MeetingHeld:
    return MeetingHeld(
        **_of(body),
        meeting_id=uuid5(body.body_id, str(number)),
        starts_at=starts_at,
        closed_at=starts_at,
        present=5,
        represented=1,
        excused=0,
        absent=0,
        decisions=1,
    )


def recall(
    stage: str, month: int = 3, motive: str = "TAPAGE", commune: str = "62193", outcome: str | None = None
) -> RecallStatisticRecorded:
    return RecallStatisticRecorded(
        statistic_id=uuid4(),
        stage=RecallStage(stage),
        month=date(2017, month, 1),
        commune=commune,
        motive=motive,
        age_band=AgeBand.FROM_18,
        origin=Origin.MUNICIPAL_POLICE,
        outcome=RecallOutcome(outcome) if outcome else None,
        rejection_reason=RejectionReason.PLAINTE if stage == "rejected" else None,
    )


def session_held(district: str, month: int, visitors: int) -> DropInSessionHeld:
    return DropInSessionHeld(
        session_id=uuid4(),
        commune="62193",
        district=district,
        district_name=district.replace("-", " ").title().replace(" ", "-"),
        starts_at=datetime(2017, month, 8, 13, tzinfo=UTC),
        visitors=visitors,
        themes=(),
        age_bands=(),
        orientations=(),
    )
