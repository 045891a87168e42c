"""Two people act on the same case, session or flyer: the second is told and has lost nothing of what was typed."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from schemas.roles import Role
from services.cases.service import SERVICE
from tests.integration.cases.test_outreach import COUNTS, drafted, planned, told, verify
from tests.integration.cases.town import CALAIS, Town, of_a_minor, summons
from tests.support.stale_forms import (
    changed,
    forms_of,
    is_refused_and_keeps_what_was_typed,
    opened_with,
    sends_its_version,
)

CASE, SESSION, FLYER = "/dossiers/rappels/{case}", "/terrain/permanences/{session}", "/terrain/publications/{flyer}"
HEARING = {"hearing_at-date": "06/03/2017", "hearing_at-time": "9 h 30", "place": "Hôtel de ville, salle 2"}
TYPED = {
    f"{CASE}/suspendre": {"reason": "investigation"},
    f"{CASE}/reprendre": {},
    f"{CASE}/classer": {"reason_code": "PLAINTE"},
    f"{CASE}/representants": {
        "representatives-0-family_name": "Mère-Zyx",
        "representatives-0-given_name": "Odile",
        "representatives-0-capacity": "mother",
    },
    f"{CASE}/consulter": {"complaint_filed": "false", "investigation_under_way": "false"},
    f"{CASE}/avis": {"opinion": "objection"},
    f"{CASE}/convoquer": HEARING,
    f"{CASE}/nouvelle-date": HEARING,
    f"{CASE}/absence": {},
    f"{CASE}/refus": {},
    f"{CASE}/entretien": {"held_on": "16/01/2017", "adult_present": "parent"},
    f"{CASE}/clore": {"outcome": "complied"},
    f"{SESSION}/publier": {},
    f"{SESSION}/annuler": {},
    f"{SESSION}/comptes": {
        "visitors": "7",
        "themes-youth": "7",
        "age_bands-18-25": "7",
        "orientations-information": "7",
    },
    f"{FLYER}/verifier": {"number": "3919", "verified_on": "02/01/2017"},
    f"{FLYER}/approuver": {},
    f"{FLYER}/publier": {},
    f"{FLYER}/distribuer": {"quantity": "250", "place_type": "social-centre", "distributed_on": "02/01/2017"},
}
# Readings: they change nothing of the case.
READINGS = {f"{CASE}/identite", f"{CASE}/convocation.pdf"}
NAMES = {"{case}": "{case_id}", "{session}": "{session_id}", "{flyer}": "{publication_id}"}


def test_the_table_names_every_form() -> None:
    named = set()
    for path in TYPED.keys() | READINGS:
        for short, long in NAMES.items():
            path = path.replace(short, long)
        named.add(path)
    assert named == forms_of(SERVICE)


async def test_no_form_overwrites_what_somebody_else_changed(town: Town) -> None:
    ids = {
        "case": str(await town.cleared(of_a_minor())),
        "session": (await planned(town)).rpartition("/")[2],
        "flyer": (await drafted(town)).rpartition("/")[2],
    }
    browser = town.api.browser(*Role, communes=(CALAIS,))
    for path, fields in TYPED.items():
        address = path.format(**ids)
        await is_refused_and_keeps_what_was_typed(browser, address, fields)
        if fields or path.startswith(CASE):
            await sends_its_version(browser, address, address)
    for number in ("17", "3919"):
        await verify(town, f"/api/publications/{ids['flyer']}", number)
    for act, page in (("publier", SESSION), ("annuler", SESSION), ("approuver", FLYER)):
        shown_at = page.format(**ids)
        await sends_its_version(browser, shown_at, f"{shown_at}/{act}")


async def test_an_act_on_a_case_shows_what_was_recorded_meanwhile(town: Town) -> None:
    case = await town.cleared()
    await town.act("coordinator", case, "summons", summons(datetime(2017, 3, 6, 8, 30, tzinfo=UTC), "Mairie annexe"))
    browser, address = town.api.browser(*Role, communes=(CALAIS,)), CASE.format(case=case)
    page = await is_refused_and_keeps_what_was_typed(browser, f"{address}/nouvelle-date", HEARING)
    assert changed(page) == {"place": "Mairie annexe"}
    page = await is_refused_and_keeps_what_was_typed(browser, f"{address}/clore", {"outcome": "complied"})
    assert changed(page) == {}
    await town.act("coordinator", case, "suspension", {"reason": "complaint"})
    page = await is_refused_and_keeps_what_was_typed(browser, f"{address}/suspendre", {"reason": "investigation"})
    assert changed(page).keys() == {"reason"}


async def test_the_prosecutor_sees_the_opinion_that_was_given_meanwhile(town: Town) -> None:
    case, browser = await town.cleared(), town.api.browser(*Role, communes=(CALAIS,))
    typed = {"opinion": "objection"}
    page = await is_refused_and_keeps_what_was_typed(browser, f"{CASE.format(case=case)}/avis", typed)
    assert changed(page) == {"opinion": "Avis favorable"}


async def test_identities_are_never_shown_to_compare(town: Town) -> None:
    case, browser = await town.cleared(of_a_minor()), town.api.browser(*Role, communes=(CALAIS,))
    given = {"family_name": "Père-Zyx", "given_name": "Ivo", "capacity": "father"}
    await town.act("coordinator", case, "representatives", {"representatives": [given]})
    path = f"{CASE}/representants"
    page = await is_refused_and_keeps_what_was_typed(browser, path.format(case=case), TYPED[path])
    assert (changed(page), "Père-Zyx" in page) == ({}, False)


async def test_counts_recorded_meanwhile_stand_beside_those_typed(town: Town) -> None:
    session, path = await planned(town), f"{SESSION}/comptes"
    await told(town, f"{session}/publication/{uuid4()}")
    town.set_day(2, 1, hour=17)
    browser, address = town.api.browser(*Role, communes=(CALAIS,)), path.format(session=session.rpartition("/")[2])
    opened = await opened_with(browser, address)
    await told(town, f"{session}/counts/{uuid4()}", COUNTS)
    typed = TYPED[path] | {"orientations-information": "3", "age_bands-0-12": "1"}
    page = await is_refused_and_keeps_what_was_typed(browser, address, typed, opened)
    assert changed(page) == {
        "visitors": "3",
        "themes-youth": "2",
        "themes-domestic-violence": "1",
        "age_bands-18-25": "3",
    }
