"""Two people act on the same case, session or flyer: the second is told and has lost nothing of what was typed."""

from __future__ import annotations

from schemas.roles import Role
from services.cases.service import SERVICE
from tests.integration.cases.test_outreach import drafted, planned, verify
from tests.integration.cases.town import CALAIS, Town, of_a_minor
from tests.support.stale_forms import forms_of, is_refused_and_keeps_what_was_typed, sends_its_version

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
