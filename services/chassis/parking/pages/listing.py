"""The list of parked records, and the history of those that are settled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import Response

from services.chassis import french
from services.chassis.errors import Refusal
from services.chassis.http.look import Look
from services.chassis.http.routes import Routes
from services.chassis.parking.hand import hand_of
from services.chassis.parking.pages import words
from services.chassis.parking.pages.addresses import (
    OPERATOR,
    SIZE,
    PageNumber,
    Typed,
    base_of,
    filter_of,
    page_number,
    pager,
    query_of,
)
from services.chassis.parking.pages.messages import refused, retried
from services.chassis.parking.reading import (
    Filter,
    ParkedCount,
    ParkedRecord,
    count_parked,
    count_settled,
    list_parked,
    list_settled,
)
from services.chassis.service import Service
from services.chassis.web import Action, Cell, Column, Option, Parked, State, page
from services.chassis.web.forms import FormState, done

COUNTED = [
    Column("Raison"),
    Column("Sujet"),
    Column("Arrêtent leur clé", True),
    Column("Suivent", True),
    Column("Le plus ancien"),
]
SETTLED = [Column("Enregistrement"), Column("Issue"), Column("Réglé"), Column("Par"), Column("Motif")]


def listing_routes(service: Service) -> Routes:
    """The list with its filters, retrying all of it, and the settled ones."""
    routes = Routes()
    base = base_of(service.name)
    subscriptions = service.subscriptions  # loaded now, not while the first reader waits

    @routes.page(base, allow=OPERATOR)
    async def parked_page(
        look: Look, raison: Typed = "", sujet: Typed = "", cle: Typed = "", numero: PageNumber = "1"
    ) -> Response:
        wanted, at = filter_of(raison, sujet, cle), page_number(numero)
        every = await count_parked(look.tx, service.name)
        fitting = await count_parked(look.tx, service.name, wanted) if wanted != Filter() else every
        found = await list_parked(look.tx, service.name, wanted, limit=SIZE, skip=(at - 1) * SIZE)
        return page(
            look,
            "operations/parked.html",
            title="Enregistrements mis de côté",
            base=base,
            reads=bool(subscriptions.topics),
            settled=await count_settled(look.tx, service.name),
            filtering=_filtering(wanted, every),
            caption=_caption(fitting),
            counted=COUNTED,
            counts=[_count_row(base, one) for one in every],
            rows=[row_of(base, record, look.now) for record in found],
            all_of_it=_all_of_it(base, wanted, fitting),
            pager=pager(base, wanted, at, len(found), sum(one.stopped for one in fitting)),
        )

    @routes.form(f"{base}/rejouer", allow=OPERATOR)
    async def retry_all_form(look: Look) -> Response:
        form = look.form or FormData()
        wanted = filter_of(*(str(form.get(name, "")) for name in ("raison", "sujet", "cle")))
        back = base + query_of(wanted)
        try:
            async with hand_of(service, look) as hand:
                mended = await hand.retry_all(wanted)
        except Refusal as refusal:
            return done(look, back, refused(refusal))
        return done(look, back if mended.waiting or mended.more else base, retried(mended))

    @routes.page(f"{base}/reglees", allow=OPERATOR)
    async def settled_page(look: Look, numero: PageNumber = "1") -> Response:
        at, total = page_number(numero), await count_settled(look.tx, service.name)
        found = await list_settled(look.tx, service.name, limit=SIZE, skip=(at - 1) * SIZE)
        return page(
            look,
            "operations/parked_settled.html",
            title="Enregistrements réglés",
            base=base,
            caption=f"{french.count(total, 'enregistrement réglé', 'enregistrements réglés')}, le plus récent d'abord",
            columns=SETTLED,
            rows=[_settled_row(base, record) for record in found],
            pager=pager(f"{base}/reglees", Filter(), at, len(found), total),
        )

    return routes


def _caption(fitting: list[ParkedCount]) -> str:
    stopped, followers = sum(one.stopped for one in fitting), sum(one.followers for one in fitting)
    first = french.count(stopped, "enregistrement mis de côté", "enregistrements mis de côté")
    return f"{first}, {french.count(followers, 'suivant')} en attente"


def _filtering(wanted: Filter, every: list[ParkedCount]) -> dict[str, Any]:
    """The form of the filters: reasons and topics that there are, and what is chosen."""
    reasons = dict.fromkeys([one.reason for one in every] + ([wanted.reason] if wanted.reason else []))
    topics = sorted({one.topic for one in every} | ({wanted.topic} if wanted.topic else set()))
    chosen = {"raison": wanted.reason or "", "sujet": wanted.topic or "", "cle": wanted.key or ""}
    return {
        "form": FormState.blank(chosen),
        "reasons": [Option(code, words.reason_of(code).label) for code in reasons],
        "topics": [Option(topic, topic) for topic in topics],
        "on": wanted != Filter(),
    }


def _all_of_it(base: str, wanted: Filter, fitting: list[ParkedCount]) -> Action | None:
    stopped = sum(one.stopped for one in fitting)
    if stopped < 2 and wanted == Filter():
        return None
    fields = {"raison": wanted.reason or "", "sujet": wanted.topic or "", "cle": wanted.key or ""}
    label = "Rejouer tout ce qui est filtré" if wanted != Filter() else "Tout rejouer"
    return Action(label, f"{base}/rejouer", post=True, fields=fields) if stopped else None


def _count_row(base: str, one: ParkedCount) -> list[Cell | str]:
    return [
        Cell(words.reason_of(one.reason).label, href=base + query_of(Filter(reason=one.reason, topic=one.topic))),
        Cell(one.topic, code=True),
        french.number(one.stopped),
        french.number(one.followers),
        french.history_datetime(one.oldest),
    ]


def row_of(base: str, record: ParkedRecord, now: datetime) -> Parked:
    here = f"{base}/{record.id}"
    return Parked(
        number=french.number(record.id),
        href=here,
        type=_short(record.event_type),
        key=record.key or "(aucune)",
        place=place_of(record),
        reason=words.badge_of(record.reason),
        detail=words.told(record.reason, record.detail),
        age=words.age(now - record.parked_at),
        since=french.history_datetime(record.parked_at),
        tries=record.attempts,
        followers=record.followers,
        actions=[
            Action("Rejouer", f"{here}/rejouer", post=True, fields={"suite": "cle"}),
            Action("Écarter", f"{here}/ecarter", alert=True),
        ],
    )


def _short(event_type: str | None) -> str:
    """« Registered.v1 »: the topic is told beside it."""
    return ".".join((event_type or "(aucun type)").split(".")[-2:])


def place_of(record: ParkedRecord) -> str:
    return f"{record.topic}, partition {record.partition}, position {french.number(record.offset)}"


def _settled_row(base: str, record: ParkedRecord) -> list[Cell | str]:
    assert record.settled_at is not None
    state = State("Appliqué", "done") if record.state == "applied" else State("Écarté", "waiting")
    why = record.settled_why or ""
    return [
        Cell(french.number(record.id), href=f"{base}/{record.id}", note=record.event_type or "(aucun type)"),
        Cell(state=state),
        french.history_datetime(record.settled_at),
        words.person(record.settled_by or ""),
        why if record.state == "discarded" else (french.capital(words.skipped(why)) if why else "Rejoué"),
    ]
