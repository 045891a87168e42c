"""What a service holds before its API is tried out: by path parameter, the ids of things that exist."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

from tests.integration.cases.town import CALAIS, Town
from tests.integration.meetings.conftest import INTERCOMMUNAL, KINDS, LANDLORD, PROSECUTION, Council
from tests.integration.notifications.mailroom import Mailroom
from tests.integration.notifications.office import BAILLEUR, PARQUET, PREFECTURE, Office, convened, registered
from tests.support.api import Api

Ids = dict[str, list[Any]]

PARKED = """
insert into parked_record (consumer, topic, partition, "offset", key, reason, detail, value, headers, recorded_at,
    parked_at, attempted_at)
select $1, 'cispd.meetings', 3, number, convert_to('key-' || number % 3, 'UTF8'),
    case when number < 3 then 'NotJson' else 'BehindParked' end, 'no JSON from byte 0 on', '{', '[]',
    now(), now(), now()
from generate_series(0, 8) as number returning id
"""


async def put_aside(api: Api) -> Ids:
    """Records that stop three keys, and some behind them."""
    return {"parked_id": [row["id"] for row in await api.rows(PARKED, api.database.service)]}


async def of_meetings(api: Api) -> Ids:
    """Institutions, two bodies, a planned and a convened meeting, a draft plan."""
    council = Council(api=api, coordinator=api.caller("coordinator"), president=api.caller("president"))
    for name, (kind, feminine) in KINDS.items():
        council.ids[name] = await council.create("institutions", name=name, kind=kind, feminine=feminine)
    council.president = api.caller("president", institution=council.ids[INTERCOMMUNAL])
    bodies = [
        await council.body("Assemblée plénière", "plenary", tuple(KINDS)),
        await council.body("Groupe « Tranquillité publique »", "group", (PROSECUTION, LANDLORD), theme="TRANQ"),
    ]
    meetings = [await council.meeting("Assemblée plénière"), await council.convened("Assemblée plénière")]
    action = {"title": "Médiation", "theme": "TRANQ", "pilot_id": str(council.ids[LANDLORD])}
    plan = {"starts_on": "2017-04-01", "ends_on": "2018-03-31", "actions": [action]}
    signatories = [str(council.ids[name]) for name in KINDS if name != LANDLORD]
    plans = [await council.create("plans", title="Plan 2017", signatories=signatories, **plan)]
    institutions = [council.ids[name] for name in KINDS]
    return {"institution_id": institutions, "body_id": bodies, "meeting_id": meetings, "plan_id": plans}


async def of_cases(api: Api) -> Ids:
    """A recall at each early step, a published session, a draft flyer."""
    town = Town(api)
    await town.sign_protocol()
    cases = [await step() for step in (town.reported, town.consulted, town.cleared, town.summoned)]
    session, flyer = uuid4(), uuid4()
    times = {"starts_at": "2017-01-12T14:00:00+01:00", "ends_at": "2017-01-12T17:00:00+01:00"}
    place = {"commune": CALAIS, "district": "beau-marais", "place": "Maison de services"}
    contact = {"number": "3919"}
    planned = await town.put("coordinator", f"/api/drop-in-sessions/{session}", place | times)
    drafted = await town.put(
        "coordinator", f"/api/publications/{flyer}", {"kind": "flyer", "title": "Des numéros", "contacts": [contact]}
    )
    assert (planned.status_code, drafted.status_code) == (201, 201), planned.text + drafted.text
    return {"case_id": cases, "session_id": [session], "publication_id": [flyer]}


async def of_notifications(api: Api) -> Ids:
    """Two institutions in the directory and what they are to be told."""
    office = Office(api=api, mailroom=Mailroom(), coordinator=api.caller("coordinator"))
    for name in (PREFECTURE, PARQUET, BAILLEUR):
        office.ids[name] = uuid4()
        await office.fact(registered(office.ids[name], name))
    await office.register(PREFECTURE, email="prefecture@institution.example")
    await office.fact(convened(office, PREFECTURE, PARQUET))
    deliveries = [UUID(each["id"]) for each in await office.deliveries()]
    return {"institution_id": list(office.ids.values()), "delivery_id": deliveries}


async def of_reporting(api: Api) -> Ids:
    return {}


EXISTING: dict[str, Callable[[Api], Awaitable[Any]]] = {
    "meetings": of_meetings,
    "cases": of_cases,
    "notifications": of_notifications,
    "reporting": of_reporting,
}
