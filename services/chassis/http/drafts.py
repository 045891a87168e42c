"""A form posted after its session had ended: what was typed stays in the page, sealed, until its author is back.

Nothing is stored. Who presses « Reprendre ma saisie » posts it to the address of the form, which shows it and does no
more (see Look.resumed): the token of the session in which it was typed is gone, so nothing may be done by it.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.chassis.errors import Refusal
from services.chassis.http.limits import BODY_BYTES_MAX
from services.chassis.http.rights import check_form
from services.chassis.identity.principal import Principal
from services.chassis.identity.sessions import KNOWN_TIME, SESSION_COOKIE, Seal, Session

FIELD = "draft"
DRAFT_TIME = timedelta(hours=1)
LONGEST = BODY_BYTES_MAX - 1_000


class DraftOver(Refusal):
    sentence = (
        "Cette saisie ne peut plus être reprise : elle a plus d'une heure, ou elle vient d'une autre personne. "
        "Rouvrez la page, puis saisissez de nouveau."
    )


class Draft(BaseModel):
    """The fields of a form, in their order; `subject` typed them, `path` is where they were posted."""

    subject: str
    path: str
    fields: list[tuple[str, str]]


async def draft_of(request: Request) -> str:
    """The posted form, sealed for the person whose session is over.

    "" for who was never signed in, signed out, or posted from elsewhere; and for what would be too long to come back.
    """
    seal: Seal = request.app.state.seal
    session = seal.open(request.cookies.get(SESSION_COOKIE), Session, late=KNOWN_TIME)
    if session is None or request.method != "POST":
        return ""
    try:
        form = await request.form()
        if isinstance(again := form.get(FIELD), str):
            return again if seal.open(again, Draft) else ""
        check_form(form.get("csrf"), session)
    except (Refusal, HTTPException):
        return ""
    fields = [(name, text) for name, text in form.multi_items() if isinstance(text, str) and name != "csrf"]
    draft = Draft(subject=session.principal.subject, path=request.url.path, fields=fields)
    sealed = seal.close(draft, DRAFT_TIME)
    return sealed if len(sealed) <= LONGEST else ""


def taken_up(request: Request, form: FormData, by: Principal) -> FormData:
    """What was typed, out of the posted draft. Raises DraftOver."""
    sealed = form.get(FIELD)
    seal: Seal = request.app.state.seal
    draft = seal.open(sealed if isinstance(sealed, str) else None, Draft)
    if draft is None or (draft.subject, draft.path) != (by.subject, request.url.path):
        raise DraftOver
    return FormData([(name, text) for name, text in draft.fields])
