"""A council with something on every page: told to the API as its people would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from deploy.local.stack import Stack

PREFECTURE, PROSECUTION, GROUP_BODY = (
    "c15bd000-0000-4000-8000-000000000005",
    "c15bd000-0000-4000-8000-000000000004",
    "c15bd000-0000-4000-8000-000000000008",
)
PRESIDENCY = "c15bd000-0000-4000-8000-000000000001"
DEPARTMENT = "c15bd000-0000-4000-8000-000000000006"
INSTITUTIONS = {
    PRESIDENCY: ("Grand Calais", "intercommunal", False, None),
    "c15bd000-0000-4000-8000-000000000002": ("Ville de Calais", "commune", True, "62193"),
    "c15bd000-0000-4000-8000-000000000003": ("Police municipale de Calais", "municipal-police", True, "62193"),
    PROSECUTION: ("Parquet de Boulogne-sur-Mer", "prosecution", False, None),
    PREFECTURE: ("Préfecture du Pas-de-Calais", "prefecture", True, None),
    DEPARTMENT: ("Département du Pas-de-Calais", "department", False, None),
    GROUP_BODY: ("Terre d’Opale Habitat", "housing", False, None),
}
CLAIRE, HELENE, MARC, SOPHIE = "claire.lemoine", "helene.vasseur", "marc.hennebelle", "sophie.talleux"
PERSON = {
    "family_name": "Zyxwarek",
    "given_name": "Oskaria",
    "birth_date": "1989-05-04",
    "address": {"line": "12 rue Inventée", "postal_code": "62100", "town": "Calais"},
}


@dataclass
class Council:
    """Ids of what was made."""

    plenary: UUID
    group: UUID
    planned: UUID
    convened: UUID
    held: UUID
    plan: UUID
    recall: UUID
    consulted: UUID
    session: UUID
    flyer: UUID


class Telling:
    """Tells the API of a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    async def create(self, person: str, path: str, body: dict[str, Any], identity: str | None = None) -> UUID:
        made = UUID(identity) if identity else uuid4()
        await self._put(person, f"{path}/{made}", body)
        return made

    async def act(self, person: str, path: str, body: dict[str, Any] | None = None) -> None:
        await self._put(person, f"{path}/{uuid4()}", body or {})

    async def _put(self, person: str, path: str, body: dict[str, Any]) -> None:
        token = await self.stack.token(person)
        answer = await self.stack.http.put(
            f"{self.stack.url}/api{path}", json=body, headers={"authorization": f"Bearer {token}"}
        )
        assert answer.is_success, f"{path}: {answer.text}"

    def at(self, *moment: int) -> None:
        """Moves the council to a moment, in UTC."""
        self.stack.clock.move_to(datetime(*moment, tzinfo=UTC))  # type: ignore[arg-type]


async def prepare(stack: Stack) -> Council:
    """From the first order to February 2017. The clock stands on Thursday 16 February 2017, 9 h in Paris."""
    tell = Telling(stack)
    tell.at(2016, 12, 8, 9)
    for identity, (name, kind, feminine, commune) in INSTITUTIONS.items():
        about = {"name": name, "kind": kind, "commune": commune}
        await tell.create(CLAIRE, "/institutions", about | {"feminine": feminine}, identity)
        partner = about | {"email": f"{kind}@exemple.test"}
        await tell.create(CLAIRE, "/partners", partner, identity)
    await _protocol(tell)
    plenary = await _body(tell, "Assemblée plénière", "plenary", None)
    group = await _body(tell, "Groupe «\u00a0Tranquillité publique\u00a0»", "group", "TRANQ")
    steering = await _body(tell, "Comité restreint", "restricted", None)
    plan = await _plan(tell, steering)
    held = await _held_plenary(tell, plenary)
    await tell.act(CLAIRE, f"/plans/{plan}/validation", {"meeting_id": str(held)})
    recall, consulted = await _recalls(tell)
    session, flyer = await _outreach(tell)
    tell.at(2017, 2, 16, 8)
    convened = await _meeting(tell, group, "2017-03-07T14:30:00+01:00", "Nuisances nocturnes\u00a0: bilan du printemps")
    await _convene(tell, convened)
    planned = await _meeting(tell, group, "2017-05-09T10:00:00+02:00", "Abords des commerces")
    return Council(plenary, group, planned, convened, held, plan, recall, consulted, session, flyer)


async def _body(tell: Telling, name: str, kind: str, theme: str | None) -> UUID:
    order = {"order_number": "2016-41", "order_date": "2016-12-01", "effective_on": "2016-12-05"}
    body = await tell.create(CLAIRE, "/bodies", {"name": name, "kind": kind, "theme": theme} | order)
    for institution in INSTITUTIONS:
        by_right = institution in (PREFECTURE, PROSECUTION)
        seat = {"seat": "member-by-right", "designated_by": "law"} if by_right else _designated()
        await tell.act(CLAIRE, f"/bodies/{body}/members", {"institution_id": institution} | seat)
    return body


def _designated() -> dict[str, Any]:
    return {"seat": "designated", "designated_by": "president", "agreed_on": "2016-12-02"}


async def _meeting(tell: Telling, body: UUID, starts_at: str, subject: str) -> UUID:
    place = "Hôtel communautaire, salle du conseil, Calais"
    return await tell.create(
        CLAIRE, "/meetings", {"body_id": str(body), "subject": subject, "starts_at": starts_at, "place": place}
    )


async def _convene(tell: Telling, meeting: UUID) -> None:
    agenda = [
        {"title": "Installation du conseil et règlement intérieur", "minutes": 20, "rapporteur": "Présidente du CISPD"},
        {"title": "Évolution de la délinquance en 2016", "minutes": 30, "kind": "delinquency"},
        {"title": "Stratégie territoriale\u00a0: orientations", "minutes": 40, "rapporteur": "Coordonnatrice"},
    ]
    await tell.act(HELENE, f"/meetings/{meeting}/convening", {"agenda": agenda, "reason": "president"})


async def _held_plenary(tell: Telling, plenary: UUID) -> UUID:
    meeting = await _meeting(
        tell,
        plenary,
        "2017-01-20T14:00:00+01:00",
        "Installation du conseil et orientation de la stratégie territoriale",
    )
    tell.at(2017, 1, 4, 8, 30)
    await _convene(tell, meeting)
    tell.at(2017, 1, 20, 12, 48)
    await tell.act(CLAIRE, f"/meetings/{meeting}/opening")
    rows = [{"institution_id": institution, "presence": "present"} for institution in INSTITUTIONS]
    rows[-1]["presence"] = "excused"
    await tell.act(CLAIRE, f"/meetings/{meeting}/attendance", {"attendance": rows})
    decision = {"kind": "orientation", "text": "Retenir quatre axes de travail", "owner": "Présidente du CISPD"}
    await tell.act(CLAIRE, f"/meetings/{meeting}/decisions", decision | {"decision_id": str(uuid4())})
    tell.at(2017, 1, 20, 15, 5)
    await tell.act(CLAIRE, f"/meetings/{meeting}/holding")
    return meeting


async def _plan(tell: Telling, steering: UUID) -> UUID:
    action = {"title": "Médiation de nuit au Beau-Marais", "theme": "TRANQ", "pilot_id": GROUP_BODY}
    plan = await tell.create(
        CLAIRE,
        "/plans",
        {
            "title": "Plan d’actions 2017",
            "starts_on": "2017-04-01",
            "ends_on": "2018-03-31",
            "actions": [action],
            "signatories": [PREFECTURE, PROSECUTION, PRESIDENCY, DEPARTMENT],
        },
    )
    await tell.act(CLAIRE, f"/plans/{plan}/submission", {"body_id": str(steering)})
    return plan


async def _protocol(tell: Telling) -> None:
    await tell.create(
        CLAIRE,
        "/protocols",
        {
            "commune": "62193",
            "prosecutor_office": "Tribunal de Boulogne-sur-Mer",
            "signed_on": "2016-12-07",
            "valid_from": "2016-12-07",
            "motives": ["TAPAGE", "ALCOOL_VP"],
            "reply_days": 15,
        },
    )


async def _recalls(tell: Telling) -> tuple[UUID, UUID]:
    facts = {"commune": "62193", "origin": "municipal-police", "motive": "TAPAGE", "facts_on": "2017-01-14"}
    told = {"place": "beau-marais", "narrative": "Tapage répété.", "person": PERSON}
    tell.at(2017, 2, 2, 13, 15)
    cleared = await tell.create(MARC, "/recalls", facts | told)
    waiting = await tell.create(MARC, "/recalls", facts | told)
    tell.at(2017, 2, 6, 8)
    for case in (cleared, waiting):
        screened = {"complaint_filed": False, "investigation_under_way": False}
        await tell.act(CLAIRE, f"/recalls/{case}/consultation", screened)
    tell.at(2017, 2, 15, 10, 20)
    await tell.act(SOPHIE, f"/recalls/{cleared}/clearance")
    return cleared, waiting


async def _outreach(tell: Telling) -> tuple[UUID, UUID]:
    tell.at(2017, 2, 15, 11)
    session = await tell.create(
        CLAIRE,
        "/drop-in-sessions",
        {
            "commune": "62193",
            "district": "beau-marais",
            "place": "Centre social",
            "starts_at": "2017-03-01T14:00:00+01:00",
            "ends_at": "2017-03-01T17:00:00+01:00",
        },
    )
    await tell.act(CLAIRE, f"/drop-in-sessions/{session}/publication")
    contacts = [{"number": "3919", "name": "Violences femmes info", "hours": "7 jours sur 7", "cost": "gratuit"}]
    flyer = await tell.create(
        CLAIRE, "/publications", {"kind": "flyer", "title": "Violences\u00a0: qui appeler", "contacts": contacts}
    )
    return session, flyer
