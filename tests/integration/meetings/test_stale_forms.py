"""Two people change the same thing: the second is told, compares, and has lost nothing of what was typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

from schemas.roles import Role
from services.meetings.service import SERVICE
from tests.integration.meetings.conftest import INTERCOMMUNAL, PREFECTURE, PROSECUTION, Council
from tests.integration.meetings.test_a_year_of_the_plenary import attend
from tests.integration.meetings.test_plans import drafted
from tests.support.stale_forms import (
    changed,
    forms_of,
    is_refused_and_keeps_what_was_typed,
    opened_with,
    sends_its_version,
)

LETTER = {
    "starts_at-date": "21/02/2017",
    "starts_at-time": "15 h 30",
    "place": "Salle du Phare",
    "subject": "Objet tapé avant midi",
    "reason": "prefect",
    "agenda-0-title": "Point tapé avant midi",
    "agenda-0-minutes": "45",
    "agenda-0-kind": "ordinary",
}


async def test_no_form_of_the_council_overwrites_what_somebody_else_changed(council: Council) -> None:
    meeting, sitting = await council.meeting("Assemblée plénière"), await council.convened("Assemblée plénière")
    plan = await drafted(council)
    ids = council.ids
    seat = {"attendance-0-institution_id": str(ids[PROSECUTION]), "attendance-0-presence": "represented"}
    meetings, plans = "/conseil/reunions/{meeting_id}", "/conseil/plans/{plan_id}"
    typed = {
        f"{meetings}/convoquer": LETTER,
        f"{meetings}/reporter": {name: LETTER[name] for name in ("starts_at-date", "starts_at-time", "place")}
        | {"reason": "agenda-not-ready"},
        f"{meetings}/annuler": {"reason": "room-unavailable", "understood": "true"},
        f"{meetings}/ouvrir": {},
        f"{meetings}/fin": {},
        f"{meetings}/representants": {
            "institution_id": str(ids[PROSECUTION]),
            "holder": "Sophie Talleux",
            "capacity": "substitut du procureur",
        },
        f"{meetings}/decisions": {
            "decision_id": str(uuid4()),
            "kind": "task",
            "text": "Étudier les horaires",
            "owner": "La coordination",
            "due_on": "01/06/2017",
        },
        f"{meetings}/presences": seat | {"attendance-0-represented_by": "Sophie Talleux, substitut"},
        f"{plans}/signer": {"understood": "true"},
        f"{plans}/transmettre": {"body_id": str(ids["Comité restreint"])},
        f"{plans}/valider": {"meeting_id": str(sitting)},
    }
    assert typed.keys() == forms_of(SERVICE)
    council.api.set_clock(datetime(2017, 1, 20, 13, tzinfo=UTC))
    await council.put(f"/api/meetings/{sitting}/opening")
    await attend(council, sitting)
    browser = council.api.browser(*Role, institution=ids[INTERCOMMUNAL], title="coordonnatrice")
    for path, fields in typed.items():
        about = meeting if path.endswith(("convoquer", "reporter", "annuler", "ouvrir")) else sitting
        address = path.format(meeting_id=about, plan_id=plan)
        if path.endswith("valider"):
            await council.put(f"/api/meetings/{sitting}/holding")
        await is_refused_and_keeps_what_was_typed(browser, address, fields)
        if path.endswith("fin"):
            await sends_its_version(browser, f"/conseil/reunions/{sitting}", address)
        elif not path.endswith("ouvrir"):
            await sends_its_version(browser, address, address)


async def test_the_second_is_told_when_and_by_which_office_it_was_changed(council: Council) -> None:
    meeting = await council.meeting("Assemblée plénière")
    council.api.set_clock(datetime(2017, 1, 3, 9, 12, tzinfo=UTC))
    secretary = council.api.caller("coordinator", title="coordonnatrice")
    moved = {"starts_at": "2017-02-20T14:00:00+01:00", "reason": "room-unavailable"}
    await council.put(f"/api/meetings/{meeting}/rescheduling", moved, by=secretary)
    browser = council.api.browser("coordinator")
    path = f"/conseil/reunions/{meeting}/convoquer"
    page = await is_refused_and_keeps_what_was_typed(browser, path, LETTER)
    assert "a changé depuis que vous l’avez ouvert (10 h 12, coordonnatrice). Comparez, puis enregistrez" in page


async def test_what_was_stored_meanwhile_stands_under_each_field_that_differs(council: Council) -> None:
    meeting = await council.meeting("Assemblée plénière", place="Salle du Phare")
    point = {"title": "Point écrit entre-temps", "minutes": 30, "kind": "delinquency"}
    first = {"title": "Premier point", "minutes": 20}
    letter = {"subject": "Objet", "reason": "majority", "agenda": [first], "place": "Salle du Port"}
    await council.put(f"/api/meetings/{meeting}/preparation", letter)
    browser, path = council.api.browser("coordinator"), f"/conseil/reunions/{meeting}/convoquer"
    opened = await opened_with(browser, path)
    letter |= {"subject": "Objet écrit entre-temps", "reason": "president", "agenda": [point, point]}
    await council.put(f"/api/meetings/{meeting}/preparation", letter)
    typed = LETTER | {"agenda-0-rapporteur": "Tapé avant midi"}
    page = await is_refused_and_keeps_what_was_typed(browser, path, typed, opened)
    told = re.findall(r'class="newer"(?: id="([^"]*)")?><strong>([^<]*)</strong> ([^<]*)<', page)
    assert told == [
        ("subject-actuel", "Enregistré entre-temps :", "Objet écrit entre-temps"),
        ("reason-actuel", "Enregistré entre-temps :", "La présidence, de sa propre initiative"),
        ("agenda-0-title-actuel", "Enregistré entre-temps :", "Point écrit entre-temps"),
        ("agenda-0-minutes-actuel", "Enregistré entre-temps :", "30"),
        (
            "agenda-0-kind-actuel",
            "Enregistré entre-temps :",
            "Évolution de la délinquance (obligatoire une fois par an)",
        ),
        ("", "Point ajouté entre-temps :", "Point écrit entre-temps"),
    ]
    assert 'aria-describedby="subject-actuel subject-aide"' in page
    blank = (await browser.get(path)).text
    assert 'class="newer"' not in blank


async def test_the_sheet_shows_under_each_row_what_was_recorded_meanwhile(council: Council) -> None:
    meeting, ids = await council.convened("Assemblée plénière"), council.ids
    council.api.set_clock(datetime(2017, 1, 20, 13, tzinfo=UTC))
    await council.put(f"/api/meetings/{meeting}/opening")
    path, browser = f"/conseil/reunions/{meeting}/presences", council.api.browser("coordinator")
    sheet = (await browser.get(path)).text
    assert 'class="newer"' not in sheet
    opened, rows_of = await opened_with(browser, path), _rows_of(sheet)
    proxy = {"presence": "represented", "represented_by": "Sophie Talleux, substitut"}
    rows = [{"institution_id": str(ids[PROSECUTION])} | proxy, {"institution_id": str(ids[PREFECTURE])}]
    rows[1] |= {"presence": "excused"}
    await council.put(f"/api/meetings/{meeting}/attendance", {"attendance": rows})
    mine, other, third = (rows_of[str(ids[who])] for who in (PROSECUTION, PREFECTURE, INTERCOMMUNAL))
    typed = {f"attendance-{row}-institution_id": whose for whose, row in rows_of.items()}
    typed |= {f"attendance-{mine}-presence": "absent", f"attendance-{other}-presence": "excused"}
    typed |= {f"attendance-{third}-presence": "present", f"attendance-{third}-represented_by": "Personne"}
    page = await is_refused_and_keeps_what_was_typed(browser, path, typed, opened)
    assert changed(page) == {
        f"attendance-{mine}-presence": "Représenté",
        f"attendance-{mine}-represented_by": "Sophie Talleux, substitut",
    }
    assert f'aria-describedby="attendance-{mine}-presence-actuel"' in page


async def test_what_was_typed_in_a_sheet_stays_with_the_institution_it_is_about(council: Council) -> None:
    meeting = await council.convened("Assemblée plénière")
    council.api.set_clock(datetime(2017, 1, 20, 13, tzinfo=UTC))
    await council.put(f"/api/meetings/{meeting}/opening")
    path, browser = f"/conseil/reunions/{meeting}/presences", council.api.browser("coordinator")
    names = [str(council.ids[who]) for who in (INTERCOMMUNAL, PROSECUTION)]
    assert [_rows_of((await browser.get(path)).text)[whose] for whose in names] != ["0", "1"]
    typed = {f"attendance-{row}-institution_id": whose for row, whose in enumerate(names)}
    typed |= {"attendance-0-presence": "excused", "attendance-1-presence": "represented"}
    page = await is_refused_and_keeps_what_was_typed(browser, path, typed)
    assert [_rows_of(page)[whose] for whose in names] == ["0", "1"]
    assert len(set(_rows_of(page).values())) == len(_rows_of(page)) > 2
    chosen = re.findall(r'name="attendance-(\d+)-presence"[^>]* value="([^"]+)" checked', page)
    assert sorted(chosen) == [("0", "excused"), ("1", "represented")]


def _rows_of(sheet: str) -> dict[str, str]:
    """Institution → the number of its row."""
    rows = re.findall(r'name="attendance-(\d+)-institution_id" value="([^"]+)"', sheet)
    return {identity: row for row, identity in rows}


async def test_a_newer_mandate_stands_under_the_one_being_typed(council: Council) -> None:
    meeting, ids = await council.convened("Assemblée plénière"), council.ids
    path, browser = f"/conseil/reunions/{meeting}/representants", council.api.browser("coordinator")
    known = {"institution_id": str(ids[PREFECTURE]), "holder": "Anne Lhomme", "capacity": "sous-préfète"}
    await council.put(f"/api/meetings/{meeting}/mandates", known)
    opened = await opened_with(browser, path)
    stored = {"institution_id": str(ids[PROSECUTION]), "holder": "Sophie Talleux", "capacity": "substitut"}
    await council.put(f"/api/meetings/{meeting}/mandates", stored)
    page = await is_refused_and_keeps_what_was_typed(browser, path, stored | {"holder": "Yann Fourcroy"}, opened)
    assert changed(page) == {"holder": "Sophie Talleux"}
    page = await is_refused_and_keeps_what_was_typed(browser, path, known | {"holder": "Yann Fourcroy"}, opened)
    assert changed(page) == {}


async def test_a_plan_put_elsewhere_meanwhile_shows_where(council: Council) -> None:
    plan = await drafted(council)
    await council.put(f"/api/plans/{plan}/submission", {"body_id": str(council.ids["Comité restreint"])})
    browser = council.api.browser("coordinator")
    other = {"body_id": str(council.ids["Assemblée plénière"]), "version": "1", "command_id": str(uuid4())}
    answer = await browser.post(f"/conseil/plans/{plan}/transmettre", data={"csrf": browser.csrf} | other)
    assert (answer.status_code, changed(answer.text)) == (412, {"body_id": "Comité restreint"})
