"""Parked records by page and API: reasons and places, never contents."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.chassis import french
from services.chassis.http.look import Look
from services.chassis.http.paging import After, Limit
from services.chassis.http.routes import Routes
from services.chassis.parking.reading import Filter, ParkedRecord, list_parked
from services.chassis.service import Service
from services.chassis.web import page
from services.chassis.web.parts import Parked, State

OPERATOR = {"operator"}


class ParkedList(BaseModel):
    """`next` is the `after` of the next page, None on the last."""

    items: list[ParkedRecord] = Field(description="Records that stop their key, the oldest first.")
    next: int | None = None


def parking_routes(service: Service) -> Routes:
    """The routes under /exploitation/<service>/mises-de-cote and /api/operations/<service>/parked."""
    routes = Routes()

    @routes.read(f"/api/operations/{service.name}/parked", allow=OPERATOR)
    async def parked(
        look: Look,
        reason: Annotated[str | None, Query(max_length=100, pattern="^[A-Za-z]+$")] = None,
        limit: Limit = 50,
        after: After = 0,
    ) -> ParkedList:
        """Records that could not be applied, with how many wait behind each."""
        found = await list_parked(look.tx, Filter(reason=reason), after=after, limit=limit)
        return ParkedList(items=found, next=found[-1].id if len(found) == limit else None)

    @routes.page(f"/exploitation/{service.name}/mises-de-cote", allow=OPERATOR)
    async def parked_page(look: Look) -> Response:
        rows = [_row(record) for record in await list_parked(look.tx, Filter(), limit=200)]
        return page(
            look,
            "operations/parked.html",
            title="Enregistrements mis de côté",
            caption=french.typography(f"Mis de côté : {len(rows)}"),
            rows=rows,
            service=service.name,
        )

    return routes


def _row(record: ParkedRecord) -> Parked:
    return Parked(
        number=f"n° {record.id}",
        type=record.event_type or "type inconnu",
        key=record.key or "aucune",
        place=f"{record.topic} {record.partition} @ {record.offset}",
        reason=State(record.reason, "late"),
        detail=record.detail,
        age=french.history_datetime(record.parked_at),
        tries=record.attempts,
        followers=record.followers,
    )
