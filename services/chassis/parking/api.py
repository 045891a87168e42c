"""Parked records by API. Every act may be repeated: what is settled stays settled and nothing is applied twice."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from services.chassis.errors import NotFound
from services.chassis.http.look import Look
from services.chassis.http.paging import After, Limit
from services.chassis.http.routes import Routes
from services.chassis.parking.hand import hand_of
from services.chassis.parking.mending import Mended
from services.chassis.parking.reading import (
    Filter,
    ParkedCount,
    ParkedDetail,
    ParkedRecord,
    count_parked,
    find_parked,
    list_parked,
    list_settled,
)
from services.chassis.service import Service

OPERATOR = {"operator"}
NO_NUL = r"^[^\x00]*$"
ParkedId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Reason = Annotated[str | None, Query(max_length=100, pattern="^[A-Za-z]+$")]
Topic = Annotated[str | None, Query(max_length=249, pattern="^[A-Za-z0-9._-]+$")]
Key = Annotated[str | None, Query(max_length=200, pattern=NO_NUL, description="How the key begins")]


class ParkedList(BaseModel):
    """`next` is the `after` of the next page, None on the last."""

    items: list[ParkedRecord] = Field(description="Records that stop their key, the oldest first.")
    next: int | None = None


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Retry(Body):
    """`key`: its followers too, in order, until one fails; else this record alone."""

    key: bool = False


class RetryAll(Body):
    """Which records: None means any. Each is tried with those that wait behind it."""

    reason: str | None = Field(None, max_length=100, pattern="^[A-Za-z]+$")
    topic: str | None = Field(None, max_length=249, pattern="^[A-Za-z0-9._-]+$")
    key: str | None = Field(None, max_length=200, pattern=NO_NUL, description="How the key begins")


class Discard(Body):
    reason: str = Field(min_length=1, max_length=2_000, pattern=NO_NUL, description="Kept for good with your name")


def api_routes(service: Service) -> Routes:
    """The routes under /api/operations/<service>/parked."""
    routes = Routes()
    base = f"/api/operations/{service.name}/parked"

    @routes.read(base, allow=OPERATOR)
    async def parked(
        look: Look, reason: Reason = None, topic: Topic = None, key: Key = None, limit: Limit = 50, after: After = 0
    ) -> ParkedList:
        """Records that stop their key, with how many wait behind each."""
        found = await list_parked(look.tx, service.name, Filter(reason, topic, key), after=after, limit=limit)
        return ParkedList(items=found, next=found[-1].id if len(found) == limit else None)

    @routes.read(f"{base}/counts", allow=OPERATOR)
    async def parked_counts(
        look: Look, reason: Reason = None, topic: Topic = None, key: Key = None
    ) -> list[ParkedCount]:
        """How many, by reason and topic."""
        return await count_parked(look.tx, service.name, Filter(reason, topic, key))

    @routes.read(f"{base}/settled", allow=OPERATOR)
    async def settled(look: Look, limit: Limit = 50, skip: After = 0) -> ParkedList:
        """Records that were applied later or discarded, with who and why, the latest first."""
        found = await list_settled(look.tx, service.name, limit=limit, skip=skip)
        return ParkedList(items=found, next=skip + limit if len(found) == limit else None)

    @routes.read(f"{base}/{{parked_id:int}}", allow=OPERATOR)
    async def parked_record(look: Look, parked_id: ParkedId) -> ParkedDetail:
        """One record with the places of the code and what was tried; never its content."""
        found = await find_parked(look.tx, service.name, parked_id)
        if found is None:
            raise NotFound
        return found

    @routes.post(f"{base}/{{parked_id:int}}/retry", allow=OPERATOR)
    async def retry_parked(look: Look, parked_id: ParkedId, wanted: Retry) -> Mended:
        """Tries a record again, alone or with its key. Repeated after a success it does nothing."""
        async with hand_of(service, look) as hand:
            return await (hand.retry_key(parked_id) if wanted.key else hand.retry(parked_id))

    @routes.post(f"{base}/retry", allow=OPERATOR)
    async def retry_all_parked(look: Look, wanted: RetryAll) -> Mended:
        """Tries all that fit again, up to 2 000 records; `more` says that there are others."""
        async with hand_of(service, look) as hand:
            return await hand.retry_all(Filter(wanted.reason, wanted.topic, wanted.key))

    @routes.post(f"{base}/{{parked_id:int}}/discard", allow=OPERATOR)
    async def discard_parked(look: Look, parked_id: ParkedId, wanted: Discard) -> Mended:
        """Gives a record up for good and tries its followers. Repeated with that reason: harmless."""
        async with hand_of(service, look) as hand:
            return await hand.discard(parked_id, wanted.reason)

    return routes
