"""One parked record: why, where, what waits behind it, what was tried, and what one may do now."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import FormData
from starlette.responses import Response

from services.chassis import french
from services.chassis.errors import NotFound, Refusal
from services.chassis.http.look import Look
from services.chassis.http.routes import Routes
from services.chassis.parking.content import is_open, read_content
from services.chassis.parking.hand import hand_of, name_of
from services.chassis.parking.mending import Mended
from services.chassis.parking.pages import words
from services.chassis.parking.pages.addresses import OPERATOR, Number, base_of
from services.chassis.parking.pages.messages import retried
from services.chassis.parking.reading import ParkedDetail, Try, find_parked
from services.chassis.service import Service
from services.chassis.web import Action, Blocked, Entry, Fact, State, page
from services.chassis.web.forms import FormState, done

NO_STORE = {"Cache-Control": "no-store"}


def record_routes(service: Service) -> Routes:
    """The page of a record, retrying it, and its content where that is open."""
    routes = Routes()
    base = base_of(service.name)

    @routes.page(f"{base}/{{number:int}}", allow=OPERATOR)
    async def parked_record_page(look: Look, number: Number) -> Response:
        return await _show(look, service.name, number)

    @routes.form(f"{base}/{{number:int}}/rejouer", allow=OPERATOR)
    async def retry_form(look: Look, number: Number) -> Response:
        form = look.form or FormData()
        try:
            mended = await _retry(service, look, number, whole_key=form.get("suite") == "cle")
        except NotFound:
            raise
        except Refusal as refusal:
            state = FormState.posted(form, "L'enregistrement n'a pas été rejoué")
            state.refuse(refusal, set())
            return await _show(look, service.name, number, form=state)
        return done(look, f"{base}/{number}" if mended.failed or mended.waiting else base, retried(mended))

    @routes.form(f"{base}/{{number:int}}/contenu", allow=OPERATOR)
    async def content_form(look: Look, number: Number) -> Response:
        async with look.released(), look.commands.database.transaction() as tx:
            value = await read_content(tx, service.name, number, by=name_of(look.by), now=look.now)
        text = value.decode("utf-8", "backslashreplace")
        return await _show(look, service.name, number, content=text or "(aucun contenu)", headers=NO_STORE)

    return routes


async def _retry(service: Service, look: Look, number: int, *, whole_key: bool) -> Mended:
    async with hand_of(service, look) as hand:
        return await (hand.retry_key(number) if whole_key else hand.retry(number))


async def _show(
    look: Look,
    service: str,
    number: int,
    *,
    form: FormState | None = None,
    content: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    base, record = base_of(service), await find_parked(look.tx, service, number)
    if record is None:
        raise NotFound
    refused: dict[str, Any] = {} if form is None else {"form": form}
    return page(
        look,
        "operations/parked_record.html",
        headers=headers,
        title=f"Enregistrement {french.number(record.id)}",
        base=base,
        record=record,
        state=_state(record),
        told=words.told(record.reason, record.detail),
        todo=words.reason_of(record.reason).todo if record.state == "parked" else "",
        actions=_actions(base, record),
        blocked=_blocked(base, record),
        facts=_facts(base, record),
        entries=_entries(record),
        open_content=is_open(record.topic),
        show_content=Action("Afficher le contenu", f"{base}/{record.id}/contenu", post=True),
        content=content,
        **refused,
    )


def _state(record: ParkedDetail) -> State:
    if record.state == "applied":
        return State("Appliqué", "done")
    return State("Écarté", "waiting") if record.state == "discarded" else words.badge_of(record.reason)


def _actions(base: str, record: ParkedDetail) -> list[Action]:
    if record.state != "parked" or record.behind is not None:
        return []
    here = f"{base}/{record.id}"
    alone = Action("Rejouer celui-ci seul", f"{here}/rejouer", post=True, fields={"suite": "seul"})
    discard = Action("Écarter", f"{here}/ecarter", alert=True)
    if not record.followers:
        return [Action("Rejouer", f"{here}/rejouer", post=True, fields={"suite": "cle"}), discard]
    whole = f"Rejouer avec {'son suivant' if record.followers == 1 else 'ses suivants'}"
    return [Action(whole, f"{here}/rejouer", post=True, fields={"suite": "cle"}), alone, discard]


def _blocked(base: str, record: ParkedDetail) -> list[Blocked]:
    if record.behind is None:
        return []
    return [
        Blocked("Rejouer ou écarter", f"L'enregistrement {french.number(record.behind)} de la même clé attend encore.")
    ]


def _facts(base: str, record: ParkedDetail) -> list[Fact]:
    facts = [
        Fact("Type", record.event_type or "(aucun type)", code=True),
        Fact("Clé", record.key or "(aucune)", code=True),
        Fact("Sujet", record.topic, code=True),
        Fact("Place", f"partition {record.partition}, position {french.number(record.offset)}"),
        Fact("Version de la clé", french.number(record.sequence) if record.sequence is not None else "Inconnue"),
        Fact("Publié", french.full_datetime(record.recorded_at)),
        Fact("Mis de côté", french.full_datetime(record.parked_at)),
        Fact("Essais", french.count(record.attempts, "essai")),
        Fact("Suivants de la même clé", _followers(record)),
        Fact("Taille", french.count(record.bytes, "octet") if record.bytes is not None else "Sans contenu"),
    ]
    if record.behind is not None:
        number = french.number(record.behind)
        facts.insert(0, Fact("Attend", f"L'enregistrement {number}", href=f"{base}/{record.behind}"))
    return facts


def _followers(record: ParkedDetail) -> str:
    return f"{french.number(record.followers)} en attente" if record.followers else "Aucun n'attend"


def _entries(record: ParkedDetail) -> list[Entry]:
    """The latest first: every try, and at the end why it was put aside."""
    code, detail = record.first_reason or record.reason, record.first_detail or record.detail
    untried = code in ("Untried", "BehindParked")
    first = "Mis de côté derrière un autre de la même clé." if untried else f"Mis de côté : {words.told(code, detail)}"
    entries = [Entry(each.at, f"{words.person(each.by)} {_sentence(each)}") for each in reversed(record.tries)]
    return [*entries, Entry(record.parked_at, first)]


def _sentence(one: Try) -> str:
    if one.outcome == "applied":
        return "a rejoué l'enregistrement : appliqué."
    if one.outcome == "passed_over":
        return f"a rejoué l'enregistrement : {words.skipped(one.reason)}."
    if one.outcome == "discarded":
        return f"a écarté l'enregistrement. Motif : {one.reason}"
    return f"a rejoué l'enregistrement, sans succès : {words.told(one.reason, one.detail)}"
