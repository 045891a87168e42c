"""The operator's pages and API of a real service, with records put aside by its own consumer's code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from schemas.events.bodies import InstitutionKind, InstitutionRegistered
from services.chassis.consumer.applying import Applying, keys_of
from services.chassis.consumer.decoding import decode_all
from services.chassis.consumer.seen import parked_among
from services.chassis.parking.store import park
from services.reporting.service import SERVICE
from tests.support.api import Api
from tests.support.messaging import fact, record

# A rule somebody gave the table, which forgets some kinds.
RULE = "alter table institution add constraint kinds_known check (kind in ('prefecture', 'commune'))"
MENDED = "alter table institution drop constraint kinds_known"
PAGE, LISTED = "/exploitation/reporting/mises-de-cote", "/api/operations/reporting/parked"
SECRET = "Société de la baie"


@dataclass
class Office:
    """`offset` is where the topic's only partition ends."""

    api: Api
    offset: int = 0

    @classmethod
    async def open(cls, api: Api) -> Office:
        await api.rows(RULE)
        return cls(api)

    @property
    def browser(self) -> Any:
        return self.api.browser("operator", name="Karim Ledoux", sub="karim.ledoux")

    @property
    def caller(self) -> Any:
        return self.api.caller("operator", name="Karim Ledoux", sub="karim.ledoux")

    async def mend(self) -> None:
        await self.api.rows(MENDED)

    async def told(self, *names: str, topic: str = "cispd.bodies", **changes: Any) -> tuple[UUID, int]:
        """An institution registered under the first name, then renamed; the key, and the id of what stopped it."""
        key = uuid4()
        records = []
        for version, name in enumerate(names or (SECRET,), start=1):
            event = fact(InstitutionRegistered, key).model_copy(update={"name": name, "kind": InstitutionKind.HOUSING})
            records.append(record(event, version, topic=topic, offset=self.offset, **changes))
            self.offset += 1
        await self._take(records)
        (row,) = await self.api.rows(
            "select id from parked_record where key = $1 and reason <> 'BehindParked'", str(key).encode()
        )
        return key, row["id"]

    async def _take(self, records: list[Any]) -> None:
        """What the consumer does with a batch, but for the position."""
        running, name = self.api.running, SERVICE.name
        async with running.database.transaction() as tx:
            batch = decode_all(records, SERVICE.subscriptions.event_types)
            parked = await parked_among(tx, name, keys_of(batch))
            now = running.clock.now()
            applying = Applying(tx, name, SERVICE.subscriptions, running.settings, now, parked)
            result = await applying.apply(batch)
            await park(tx, name, result.parked, now)

    async def post(self, address: str, **fields: str) -> Any:
        browser = self.browser
        return await browser.post(PAGE + address, data={"csrf": browser.csrf, **fields}, follow_redirects=True)

    async def institution(self, key: UUID) -> str | None:
        rows = await self.api.rows("select name from institution where institution_id = $1", key)
        return rows[0]["name"] if rows else None
