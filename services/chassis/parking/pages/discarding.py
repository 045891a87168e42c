"""Giving a record up for good: a page of its own, with a written reason."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.responses import Response

from services.chassis import french
from services.chassis.errors import InvalidInput, NotFound, Refusal
from services.chassis.http.look import Look
from services.chassis.http.routes import Routes
from services.chassis.parking.hand import hand_of
from services.chassis.parking.pages import words
from services.chassis.parking.pages.addresses import OPERATOR, Number, base_of
from services.chassis.parking.pages.messages import discarded
from services.chassis.parking.reading import ParkedDetail, find_parked
from services.chassis.parking.refusals import AlreadySettled, BehindAnother
from services.chassis.service import Service
from services.chassis.web import Fact, page
from services.chassis.web.forms import FormState, done

FIELDS = {"reason", "understood"}
MOST = 2_000


def discarding_routes(service: Service) -> Routes:
    routes = Routes()
    base = base_of(service.name)

    @routes.page(f"{base}/{{number:int}}/ecarter", allow=OPERATOR)
    async def discard_page(look: Look, number: Number) -> Response:
        form = FormState.blank()
        record = await _find(look, service.name, number)
        for kind, met in ((AlreadySettled, record.state != "parked"), (BehindAnother, record.behind is not None)):
            if met:
                form.refuse(kind(), FIELDS)
        return _page(look, service.name, record, form)

    @routes.form(f"{base}/{{number:int}}/ecarter", allow=OPERATOR)
    async def discard_form(look: Look, number: Number) -> Response:
        form = FormState.posted(look.form or FormData(), "L'enregistrement n'est pas écarté")
        try:
            reason = _reason(form)
            async with hand_of(service, look) as hand:
                mended = await hand.discard(number, reason)
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal, FIELDS)
            return _page(look, service.name, await _find(look, service.name, number), form)
        then = f"{base}/{number}" if mended.failed else base
        return done(look, then, discarded(number, mended))

    return routes


def _reason(form: FormState) -> str:
    reason, faults = form.value("reason").strip(), []
    if not reason or len(reason) > MOST or "\x00" in reason:
        faults.append(
            ("reason", f"Écrivez le motif, en {french.number(MOST)} signes au plus : il reste dans l'historique.")
        )
    if not form.chosen("understood", "true"):
        faults.append(("understood", "Cochez la case : cet acte ne peut pas être annulé."))
    if faults:
        raise InvalidInput(faults)
    return reason


async def _find(look: Look, service: str, number: int) -> ParkedDetail:
    record = await find_parked(look.tx, service, number)
    if record is None:
        raise NotFound
    return record


def _page(look: Look, service: str, record: ParkedDetail, form: FormState) -> Response:
    base = base_of(service)
    return page(
        look,
        "operations/parked_discard.html",
        title=french.typography(f"Écarter définitivement l'enregistrement {french.number(record.id)} ?"),
        form=form,
        base=base,
        here=f"{base}/{record.id}",
        loss=_loss(record),
        facts=[
            Fact("Type", record.event_type or "(aucun type)", code=True),
            Fact("Clé", record.key or "(aucune)", code=True),
            Fact("Mis de côté", f"{french.full_datetime(record.parked_at)}, {french.count(record.attempts, 'essai')}"),
            Fact("Raison", words.told(record.reason, record.detail)),
        ],
    )


def _loss(record: ParkedDetail) -> str:
    lost = "Ce service ne saura jamais ce que disait cet enregistrement."
    if record.followers == 1:
        return f"{lost} Le suivant de la même clé sera rejoué aussitôt."
    if record.followers:
        return f"{lost} Les {french.number(record.followers)} suivants de la même clé seront rejoués aussitôt."
    return lost
