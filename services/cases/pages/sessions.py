"""Drop-in sessions: list, planning, detail with its acts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from schemas.roles import Role
from services.cases import reference, rights
from services.cases.domain import drop_in_session
from services.cases.domain.days import day_of
from services.cases.domain.drop_in_session import DropInSession, SessionAlreadyPublished, SessionOver, SessionState
from services.cases.pages.acts import Possible, sort_out
from services.cases.pages.words import AGE_BANDS, ORIENTATIONS, SESSION_STATES, THEMES, commune_name
from services.cases.queries import sessions as queries
from services.cases.use_cases.cancel_drop_in_session import CancelDropInSession, cancel_drop_in_session
from services.cases.use_cases.plan_drop_in_session import PlanDropInSession, plan_drop_in_session
from services.cases.use_cases.publish_drop_in_session import PublishDropInSession, publish_drop_in_session
from services.chassis.french import capital, count, full_datetime, hour
from services.chassis.http import SIGNED_IN, Look, Routes
from services.chassis.web import Action, Cell, Chip, Column, Fact, Message, Option, page
from services.chassis.web.forms import FormState, submit

routes = Routes()
Code = TypeVar("Code")
ADDRESS = "/terrain/permanences"
COLUMNS = [Column("Permanence"), Column("Quartier"), Column("État"), Column("Personnes reçues", num=True)]
CHIPS: dict[str, tuple[str, SessionState]] = {
    "planifiees": ("Planifiées", SessionState.PLANNED),
    "publiees": ("Publiées", SessionState.PUBLISHED),
    "tenues": ("Tenues", SessionState.HELD),
    "annulees": ("Annulées", SessionState.CANCELLED),
}
SAYS = {
    "commune": "Indiquez la commune.",
    "district": "Indiquez le quartier.",
    "place": "Indiquez le lieu.",
    "starts_at": "Indiquez la date et l’heure de début.",
    "ends_at": "Indiquez la date et l’heure de fin.",
}


@routes.page(ADDRESS, allow=SIGNED_IN)
async def sessions_page(look: Look, etat: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The latest two hundred, from the latest to the earliest."""
    states = [CHIPS[etat][1]] if etat in CHIPS else []
    found, total = await queries.sessions(look.tx, states=states, district=None, limit=200, after=0)
    counts = await queries.counts_by_state(look.tx)
    chips = [Chip("Toutes", ADDRESS, sum(counts.values()), etat not in CHIPS)]
    chips += [
        Chip(label, f"{ADDRESS}?etat={slug}", counts.get(state, 0), slug == etat)
        for slug, (label, state) in CHIPS.items()
    ]
    return page(
        look,
        "sessions.html",
        title="Permanences",
        chips=chips,
        caption=f"{count(total, 'permanence')}, de la plus récente à la plus ancienne",
        columns=COLUMNS,
        rows=[_row(session) for session in found],
        may_plan=look.by.has(*rights.COORDINATORS),
    )


def _row(session: DropInSession) -> list[Cell | str]:
    return [
        Cell(capital(full_datetime(session.starts_at)), href=f"{ADDRESS}/{session.id}", note=session.place),
        session.district_name,
        Cell(state=SESSION_STATES[session.state]),
        "à venir" if session.visitors is None else str(session.visitors),
    ]


async def _show_planning(look: Look, form: FormState) -> Response:
    today = day_of(look.now)
    names = reference.communes(today)
    mine = [code for code in names if code in look.by.communes and reference.districts(code, today)]
    return page(
        look,
        "session_form.html",
        title="Planifier une permanence",
        form=form,
        communes=[Option(code, names[code]) for code in mine],
        districts=[Option(code, name) for one in mine for code, name in reference.districts(one, today).items()],
    )


@routes.page(f"{ADDRESS}/planifier", allow=rights.COORDINATORS)
async def plan_page(look: Look) -> Response:
    return await _show_planning(look, FormState.blank())


@routes.form(f"{ADDRESS}/planifier", allow=rights.COORDINATORS)
async def plan_form(look: Look) -> Response:
    return await submit(
        look,
        plan_drop_in_session,
        PlanDropInSession,
        target=None,
        show=lambda form: _show_planning(look, form),
        then=f"{ADDRESS}/{{id}}",
        message=Message("La permanence est planifiée.", "Publiez-la pour en informer les partenaires."),
        headline="La permanence n’est pas planifiée",
        says=SAYS,
    )


@routes.page(f"{ADDRESS}/{{session_id}}", allow=SIGNED_IN)
async def session_page(look: Look, session_id: UUID) -> Response:
    return await show_session(look, session_id, FormState.blank())


async def show_session(look: Look, session_id: UUID, form: FormState) -> Response:
    """The page of a session, with the refusal in `form` if there is one."""
    session = await queries.session(look.tx, session_id)
    actions, blocked = sort_out(_acts(look, session), look.by) if look.by.has(Role.COORDINATOR) else ([], [])
    return page(
        look,
        "session.html",
        title=capital(full_datetime(session.starts_at)),
        over="Permanence",
        state=SESSION_STATES[session.state],
        lead=f"{session.district_name}, {session.place}",
        form=form,
        actions=actions,
        blocked=blocked,
        facts=[
            Fact("Quartier", session.district_name),
            Fact("Commune", commune_name(session.commune, day_of(look.now))),
            Fact("Lieu", session.place),
            Fact("Horaires", f"De {hour(session.starts_at)} à {hour(session.ends_at)}"),
        ],
        visitors=session.visitors,
        tallies=_tallies(session),
    )


def _acts(look: Look, session: DropInSession) -> list[Possible]:
    address, version = f"{ADDRESS}/{session.id}", {"version": str(session.version)}
    publishing = Action("Publier la permanence", f"{address}/publier", post=True, fields=version)
    counting = Action("Inscrire les comptes", f"{address}/comptes")
    cancelling = Action("Annuler la permanence", f"{address}/annuler", post=True, fields=version, alert=True)
    check_publication = partial(drop_in_session.check_publication, session, look.now)
    check_counts = partial(drop_in_session.check_counts, session, look.now)
    passed = (SessionOver, SessionAlreadyPublished)
    return [
        Possible(publishing, rights.COORDINATORS, check_publication, passed),
        Possible(counting, rights.COORDINATORS, check_counts, (SessionOver,)),
        Possible(cancelling, rights.COORDINATORS, partial(drop_in_session.check_cancellation, session), (SessionOver,)),
    ]


def _tallies(session: DropInSession) -> list[tuple[str, list[Column], list[list[str]]]]:
    return [
        ("Par thème", _columns("Thème"), _lines(THEMES, session.themes)),
        ("Par âge", _columns("Âge"), _lines(AGE_BANDS, session.age_bands)),
        ("Par orientation", _columns("Orientation"), _lines(ORIENTATIONS, session.orientations)),
    ]


def _columns(of: str) -> list[Column]:
    return [Column(of), Column("Personnes", num=True)]


def _lines(words: Mapping[Code, str], given: Mapping[Code, int]) -> list[list[str]]:
    return [[capital(label), str(given[code])] for code, label in words.items() if given.get(code)]


@routes.form(f"{ADDRESS}/{{session_id}}/publier", allow=rights.COORDINATORS)
async def publish_form(look: Look, session_id: UUID) -> Response:
    return await submit(
        look,
        publish_drop_in_session,
        PublishDropInSession,
        target=session_id,
        show=lambda form: show_session(look, session_id, form),
        then=f"{ADDRESS}/{session_id}",
        message=Message("La permanence est publiée.", "Les partenaires en sont informés."),
    )


@routes.form(f"{ADDRESS}/{{session_id}}/annuler", allow=rights.COORDINATORS)
async def cancel_form(look: Look, session_id: UUID) -> Response:
    return await submit(
        look,
        cancel_drop_in_session,
        CancelDropInSession,
        target=session_id,
        show=lambda form: show_session(look, session_id, form),
        then=f"{ADDRESS}/{session_id}",
        message=Message("La permanence est annulée."),
    )
