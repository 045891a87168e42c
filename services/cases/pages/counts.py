"""The form that records how many people came to a drop-in session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData
from starlette.responses import Response

from services.cases import rights
from services.cases.domain.drop_in_session import DropInSession
from services.cases.pages.words import AGE_BANDS, ORIENTATIONS, THEMES
from services.cases.queries import sessions as queries
from services.cases.use_cases.hold_drop_in_session import HoldDropInSession, hold_drop_in_session
from services.chassis.errors import InvalidInput, NotFound, NotSignedIn, Refusal
from services.chassis.french import capital, full_datetime, parse_number
from services.chassis.http import Look, Routes
from services.chassis.web import Message, page
from services.chassis.web.forms import FormState, done

routes = Routes()
ADDRESS = "/terrain/permanences/{session_id}/comptes"
GROUPS: tuple[tuple[str, str, Mapping[Any, str]], ...] = (
    ("themes", "Ce qui a amené les personnes", THEMES),
    ("age_bands", "Leur âge", AGE_BANDS),
    ("orientations", "Vers où elles ont été orientées", ORIENTATIONS),
)


@routes.page(ADDRESS, allow=rights.COORDINATORS)
async def counts_page(look: Look, session_id: UUID) -> Response:
    return await _show(look, session_id, FormState.blank())


@routes.form(ADDRESS, allow=rights.COORDINATORS)
async def counts_form(look: Look, session_id: UUID) -> Response:
    """Reads one number a box; an empty box counts nobody."""
    form = FormState.posted(look.form or FormData(), "Les comptes ne sont pas enregistrés")
    try:
        await look.perform(
            hold_drop_in_session,
            session_id,
            _command(form),
            command_id=form.command_id,
            expected_version=form.version,
        )
    except (NotFound, NotSignedIn):
        raise
    except Refusal as refusal:
        form.refuse(refusal, {"visitors", *(name for name, _, _ in GROUPS)})
        return await _show(look, session_id, form)
    message = Message("Les comptes sont enregistrés.", "Ils entrent dans les chiffres du conseil.")
    return done(look, f"/terrain/permanences/{session_id}", message)


def _command(form: FormState) -> HoldDropInSession:
    faults: list[tuple[str, str]] = []
    read = {name: {code: _number(form, f"{name}.{code}", faults) for code in words} for name, _, words in GROUPS}
    visitors = _number(form, "visitors", faults)
    if not form.value("visitors"):
        faults.append(("visitors", "Indiquez le nombre de personnes reçues."))
    if faults:
        raise InvalidInput(faults)
    return HoldDropInSession(visitors=visitors, **read)


def _number(form: FormState, name: str, faults: list[tuple[str, str]]) -> int:
    text = form.value(name)
    try:
        number = parse_number(text) if text else 0
    except ValueError:
        number = -1
    if number < 0 or number > 1000 or number % 1:
        faults.append((name, "Indiquez un nombre entier, de 0 à 1 000."))
        return 0
    return int(number)


def _stored(session: DropInSession) -> dict[str, Any]:
    """What is recorded; nobody is an empty box, as it is typed."""
    return {"visitors": session.visitors} | {
        name: {code: getattr(session, name).get(code) or "" for code in words} for name, _, words in GROUPS
    }


async def _show(look: Look, session_id: UUID, form: FormState) -> Response:
    session = await queries.session(look.tx, session_id)
    return page(
        look,
        "counts.html",
        title="Inscrire les comptes",
        over=f"Permanence du {full_datetime(session.starts_at)}",
        address=f"/terrain/permanences/{session_id}",
        version=session.version,
        form=form.beside(_stored(session)),
        groups=[
            (name, title, [(f"{name}.{code}", capital(label)) for code, label in words.items()])
            for name, title, words in GROUPS
        ],
    )
