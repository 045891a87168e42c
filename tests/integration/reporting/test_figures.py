"""The figures of a year, counted from facts alone."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from schemas.events.deliveries import AboutKind, Channel, DeliveryScheduled, DeliverySent, DeliverySubject
from schemas.events.meetings import AnnualObligationFulfilled
from schemas.events.outreach import PlaceType, PublicationDistributed, PublicationKind, PublicationPublished
from schemas.events.plans import ActionPlanDrafted, ActionPlanSignatureCollected, ActionPlanSigned, Signatory
from tests.integration.reporting.facts import YOUTH, Telling, constituted, held, recall, scheduled, session_held
from tests.support.api import Api

JANUARY = datetime(2017, 1, 20, 13, tzinfo=UTC)
MARCH = datetime(2017, 3, 8, 9, tzinfo=UTC)


async def figure(api: Api, name: str, *, year: int = 2017, role: str = "partner") -> dict[str, Any]:
    async with api.caller(role) as client:
        answer = await client.get(f"/api/figures/{name}", params={"year": year})
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(found: dict[str, Any]) -> dict[str, list[str]]:
    """The table by the code of its rows, as people read it."""
    table = found["table"]
    rows = [*table["rows"], table["total"]] if table["total"] else table["rows"]
    return {row["code"]: [value["text"] for value in row["values"]] for row in rows}


async def test_meetings_held_are_counted_beside_those_due(api: Api, telling: Telling):
    plenary, group = constituted(), constituted(YOUTH, "Groupe Jeunes", "group")
    await telling.tell(plenary, group)
    await telling.tell(scheduled(plenary, 1, JANUARY), held(plenary, 1, JANUARY), scheduled(group, 1, MARCH))
    found = await figure(api, "meetings-held")
    assert numbers(found) == {
        str(plenary.body_id): ["1", "1", "0"],
        str(group.body_id): ["0", "4", "1"],
        "total": ["1", "5", "1"],
    }
    assert (found["value"], found["suppressed"]) == ("1", False)


async def test_a_fact_applied_twice_changes_nothing(api: Api, telling: Telling):
    plenary = constituted()
    distributed = PublicationDistributed(
        publication_id=uuid4(),
        kind=PublicationKind.FLYER,
        title="Violences",
        quantity=200,
        place_type=PlaceType.HEALTH,
        distributed_on=date(2017, 3, 2),
    )
    facts = [scheduled(plenary, 1, JANUARY), held(plenary, 1, JANUARY), recall("heard"), distributed]
    await telling.tell(plenary, *facts, session_held("beau-marais", 3, 12), times=3)
    assert (await figure(api, "meetings-held"))["value"] == "1"
    assert (await figure(api, "copies-distributed"))["value"] == "200"
    assert (await figure(api, "drop-in-attendance"))["value"] == "12"
    assert [row["number"] for row in await api.rows("select count(*)::int as number from recall_step")] == [1]


async def test_two_distributions_of_the_same_day_both_count(api: Api, telling: Telling):
    publication = uuid4()
    await telling.tell(
        PublicationPublished(
            publication_id=publication, kind=PublicationKind.FLYER, title="Violences", published_on=date(2017, 3, 1)
        )
    )
    for _ in range(2):
        await telling.tell(
            PublicationDistributed(
                publication_id=publication,
                kind=PublicationKind.FLYER,
                title="Violences",
                quantity=50,
                place_type=PlaceType.HEALTH,
                distributed_on=date(2017, 3, 2),
            )
        )
    found = await figure(api, "copies-distributed")
    assert numbers(found)["health"] == ["100"]
    assert found["unit"] == "«\u00a0Violences\u00a0»"


async def test_the_annual_duty_is_what_the_meetings_service_said(api: Api, telling: Telling):
    plenary = constituted()
    assert (await figure(api, "annual-duty"))["value"] == "Pas encore remplie"
    await telling.tell(
        plenary,
        AnnualObligationFulfilled(
            body_id=plenary.body_id,
            body_name=plenary.body_name,
            body_kind=plenary.body_kind,
            meeting_id=uuid4(),
            year=2017,
            held_on=date(2017, 1, 20),
        ),
    )
    found = await figure(api, "annual-duty")
    assert (found["value"], found["unit"]) == ("Remplie", "le 20\u00a0janvier 2017")
    assert found["updated_at"] == "2017-02-01T09:00:00Z"


async def test_a_plan_shows_its_signatures_one_by_one(api: Api, telling: Telling):
    plan = uuid4()
    signatories = [
        Signatory(institution_id=uuid4(), name=name, kind="prefecture") for name in ("Préfecture", "Parquet")
    ]
    await telling.tell(
        ActionPlanDrafted(
            plan_id=plan,
            title="Plan d'actions 2017",
            starts_on=date(2017, 3, 1),
            ends_on=date(2019, 12, 31),
            actions=[],
            signatories=signatories,
        )
    )
    for place, signatory in enumerate(signatories, start=1):
        await telling.tell(
            ActionPlanSignatureCollected(
                plan_id=plan,
                title="Plan d'actions 2017",
                institution_id=signatory.institution_id,
                institution_name=signatory.name,
                signed_on=date(2017, 3, 28 + place),
                collected=place,
                required=2,
            )
        )
        assert numbers(await figure(api, "plan-signatures"))[str(plan)] == [str(place), "2"]
    await telling.tell(
        ActionPlanSigned(
            plan_id=plan, title="Plan d'actions 2017", signed_on=date(2017, 3, 30), signatories=signatories
        )
    )
    assert (await figure(api, "plan-signatures"))["unit"] == "sur 2, signé le 30\u00a0mars 2017"


async def test_deliveries_about_cases_are_not_counted_since_each_stands_for_a_person(api: Api, telling: Telling):
    for subject in (DeliverySubject.MEETING_CONVENED, DeliverySubject.RECALL_CONSULTATION):
        delivery = {
            "delivery_id": uuid4(),
            "institution_id": uuid4(),
            "channel": Channel.EMAIL,
            "subject": subject,
            "about": AboutKind.MEETING,
        }
        await telling.tell(DeliveryScheduled(**delivery, address_known=True))
        await telling.tell(DeliverySent(**delivery, attempts=1, sent_at=JANUARY))
    assert numbers(await figure(api, "deliveries")) == {"meeting-convened": ["1", "0", "0"], "total": ["1", "0", "0"]}


async def test_recalls_are_published_under_disclosure_control(api: Api, telling: Telling):
    for motive, times in {"TAPAGE": 11, "VOISINAGE": 7, "ALCOOL_VP": 3, "DEGRAD_LEG": 2}.items():
        for _ in range(times):
            await telling.tell(recall("heard", motive=motive))
    found = numbers(await figure(api, "recalls-by-motive"))
    assert (found["TAPAGE"], found["VOISINAGE"], found["ALCOOL_VP"], found["total"]) == (["11"], ["7"], ["< 5"], ["23"])
    assert numbers(await figure(api, "recalls-by-month"))["2017-03"] == ["non publié"]
    assert (await figure(api, "recalls-complied"))["value"] == "non publié"


async def test_recalls_of_a_running_year_are_not_published(api: Api, telling: Telling):
    api.set_clock(datetime(2017, 12, 31, 22, 30, tzinfo=UTC))
    for _ in range(9):
        await telling.tell(recall("heard"))
    found = await figure(api, "recalls-by-motive")
    assert (found["value"], found["table"]) == ("à paraître", None)
    api.set_clock(datetime(2017, 12, 31, 23, 30, tzinfo=UTC))
    assert (await figure(api, "recalls-by-motive"))["value"] == "9"


async def test_a_motive_or_commune_nobody_listed_is_counted_under_other(api: Api, telling: Telling):
    for _ in range(6):
        await telling.tell(recall("heard", motive="NOUVEAU", commune="62307"))
    assert numbers(await figure(api, "recalls-by-motive"))["OTHER"] == ["6"]
    assert numbers(await figure(api, "recalls-by-commune"))["small-communes"] == ["6"]


async def test_attendance_hides_small_quarters_and_shows_quarters_without_session_as_zero(api: Api, telling: Telling):
    await telling.tell(session_held("beau-marais", 2, 12), session_held("beau-marais", 5, 3))
    await telling.tell(session_held("fort-nieulay", 2, 9), session_held("fort-nieulay", 11, 8))
    attendance = await figure(api, "drop-in-attendance")
    found = numbers(attendance)
    assert found["beau-marais"] == ["12", "< 5", "0", "0", "non publié"]
    assert found["fort-nieulay"] == ["9", "0", "0", "8", "17"]
    assert (attendance["value"], attendance["suppressed"]) == ("29 ou plus", True)


async def test_page_json_and_csv_say_the_same(api: Api, telling: Telling):
    for motive, times in {"TAPAGE": 6, "ALCOOL_VP": 1}.items():
        for _ in range(times):
            await telling.tell(recall("heard", motive=motive))
    await telling.tell(session_held("beau-marais", 3, 4))
    async with api.browser("partner") as browser, api.caller("partner") as caller:
        page = (await browser.get("/chiffres", params={"annee": "2017"})).text
        document = (await browser.get("/chiffres/2017.json")).json()
        text = (await browser.get("/chiffres/2017.csv")).content.decode("utf-8")
        served = (await caller.get("/api/figures", params={"year": 2017})).json()
    assert document["figures"] == served["figures"]
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    for found in served["figures"]:
        if found["table"] is None:
            continue
        from_csv = [line[4].replace("\u202f", "") for line in lines if line[0] == found["id"] and line[2]]
        texts = [text.replace("\u202f", "") for row in numbers(found).values() for text in row]
        assert from_csv == texts
        if any(text != "0" for text in texts):
            section = re.search(
                rf'<section class="panel graph" aria-labelledby="{found["id"]}-titre">.*?</section>', page, re.S
            )
            assert section is not None
            cells = re.findall(r'<td[^>]*class="num"[^>]*>(.*?)</td>', section[0], re.S)
            assert [cell.strip().replace("&lt;", "<").replace("\u202f", "") for cell in cells] == texts


async def test_the_csv_file_opens_in_a_french_spreadsheet(api: Api, telling: Telling):
    await telling.tell(constituted(name='=HYPERLINK("http://x";"y")'))
    async with api.browser("partner") as browser:
        answer = await browser.get("/chiffres/2017.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="cispd-chiffres-2017.csv"' in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbfChiffre;Intitul\xc3\xa9;")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


async def test_true_counts_go_to_the_coordinator_and_only_of_his_communes(api: Api, telling: Telling):
    await telling.tell(recall("heard"), recall("heard"), recall("rejected", commune="62548"))
    async with api.caller("coordinator", communes=("62193",)) as client:
        counts = (await client.get("/api/figures/recall-counts", params={"year": 2017})).json()
    assert counts["communes"] == ["62193"]
    assert [(each["stage"], each["count"]) for each in counts["counts"]] == [("heard", 2)]


@pytest.mark.parametrize("role", ["partner", "mayor", "president", "prosecutor", "operator"])
async def test_true_counts_are_for_nobody_else(api: Api, role: str):
    async with api.caller(role) as client:
        assert (await client.get("/api/figures/recall-counts")).status_code == 403


async def test_figures_are_for_those_signed_in(api: Api):
    async with api.caller() as client:
        assert (await client.get("/api/figures")).status_code == 401


async def test_what_does_not_exist_is_said_so(api: Api):
    async with api.caller("partner") as client:
        assert (await client.get("/api/figures/unknown-figure")).status_code == 404
        assert (await client.get("/api/figures", params={"year": 1789})).status_code == 422
        assert (await client.get("/api/figures/UPPER")).status_code == 422


async def test_a_year_without_facts_has_figures_that_say_so(api: Api):
    async with api.browser("partner") as browser:
        assert (await browser.get("/chiffres", params={"annee": "2020"})).status_code == 200
    assert (await figure(api, "meetings-held", year=2016))["value"] == "0"
