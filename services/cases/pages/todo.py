"""This service's part of « À faire »: what the reader has to do about a case or a drop-in session."""

from __future__ import annotations

from datetime import date, datetime

from starlette.responses import Response

from schemas.events.cases import RecallState
from schemas.roles import Role
from services.cases import rights
from services.cases.domain.drop_in_session import DropInSession, SessionState
from services.cases.domain.recall import Recall
from services.cases.pages.deadlines import due_state
from services.cases.queries import recalls as recall_queries
from services.cases.queries import sessions as session_queries
from services.chassis.french import full_date, full_datetime, short_date
from services.chassis.http import SIGNED_IN, Look, Routes
from services.chassis.web import Due, State, page

routes = Routes()
_SHOWN = 12


@routes.page("/dossiers/a-faire", allow=SIGNED_IN)
async def due_panel(look: Look) -> Response:
    """At most a dozen lines, late first; nothing of cases for those who may not see any."""
    items = []
    if look.by.has(*rights.WATCHERS):
        cases = await recall_queries.open_recalls(look.tx, look.by)
        items = [due for case in cases if (due := _due(case, look)) is not None]
    if look.by.has(*rights.COORDINATORS):
        found, _ = await session_queries.sessions(
            look.tx, states=[SessionState.PLANNED, SessionState.PUBLISHED], district=None, limit=50, after=0
        )
        items += [due for session in found if (due := _of_session(session, look.now)) is not None]
    items.sort(key=lambda due: due.state is None or due.state.shape != "late")
    return page(
        look, "due_panel.html", headers={"Cache-Control": "no-store"}, title="Dossiers et terrain", items=items[:_SHOWN]
    )


def _due(case: Recall, look: Look) -> Due | None:
    """The next act on a case, for the one whose act it is."""
    href = f"/dossiers/rappels/{case.id}"
    if case.state is RecallState.REPORTED and look.by.has(Role.COORDINATOR):
        return _line(f"Examiner le signalement {case.number}", href, case.screening_due, look.now)
    if case.state is RecallState.CONSULTED and case.reply_due and look.by.has(Role.PROSECUTOR):
        return _line(f"Rendre un avis sur {case.number}", href, case.reply_due, look.now)
    if case.state is RecallState.CONSULTED and case.reply_due and look.by.has(Role.COORDINATOR):
        when = f"avis attendu le {short_date(case.reply_due)}"
        return Due(f"Avis du parquet sur {case.number}", href, state=State("Parquet consulté", "waiting"), when=when)
    if case.state in (RecallState.CLEARED, RecallState.NO_SHOW) and look.by.has(*rights.TOWN_HALL):
        return Due(f"Préparer la convocation de {case.number}", href, "Le parquet ne s’oppose pas.", State("À faire"))
    return _late_steps(case, look, href)


def _late_steps(case: Recall, look: Look, href: str) -> Due | None:
    if case.state is RecallState.SUMMONED and case.hearing_at and look.by.has(*rights.TOWN_HALL):
        label = f"{'Enregistrer' if case.hearing_at <= look.now else 'Tenir'} l’entretien {case.number}"
        return Due(label, href, state=State("Convoqué", "running"), when=full_datetime(case.hearing_at))
    if case.state is RecallState.DELIVERED and case.follow_up_due and look.by.has(Role.COORDINATOR):
        return _line(f"Revoir le suivi de {case.number}", href, case.follow_up_due, look.now)
    if case.state in (RecallState.OBJECTED, RecallState.REFUSED) and look.by.has(Role.COORDINATOR):
        verb = "Classer" if case.state is RecallState.OBJECTED else "Clore"
        return Due(f"{verb} {case.number}", href, state=State("À faire", "risk"))
    return None


def _line(label: str, href: str, due: date, now: datetime) -> Due:
    return Due(label, href, state=due_state(due, now), when=full_date(due))


def _of_session(session: DropInSession, now: datetime) -> Due | None:
    href, where = f"/terrain/permanences/{session.id}", f"{session.district_name}, {session.place}"
    if session.state is SessionState.PLANNED:
        when = full_datetime(session.starts_at)
        return Due("Publier la permanence", href, where, State("Planifiée", "coming"), when)
    if session.ends_at <= now:
        when = full_datetime(session.starts_at)
        return Due("Inscrire les comptes de la permanence", href, where, State("À faire", "risk"), when)
    return None
