"""Drop-in sessions and publications, through the HTTP API on a real database."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.integration.cases.town import MARCK, Town

SESSION = {
    "commune": "62193",
    "district": "beau-marais",
    "place": "Centre social Matisse",
    "starts_at": "2017-02-01T14:00:00+01:00",
    "ends_at": "2017-02-01T17:00:00+01:00",
}
COUNTS = {
    "visitors": 3,
    "themes": {"youth": 2, "domestic-violence": 1},
    "age_bands": {"18-25": 3},
    "orientations": {"information": 3, "police": 0},
}
FLYER = {"kind": "flyer", "title": "Violences : qui appeler", "contacts": [{"number": "17"}, {"number": "3919"}]}


async def told(town: Town, path: str, body: Any = None, *, role: str = "coordinator", **said: Any) -> tuple[int, str]:
    """Status, and the code of the refusal if there was one."""
    answer = await town.put(role, path, body or {}, **said)
    return answer.status_code, answer.json().get("code", "")


async def planned(town: Town) -> str:
    path = f"/api/drop-in-sessions/{uuid4()}"
    assert await told(town, path, SESSION) == (201, "")
    return path


async def drafted(town: Town) -> str:
    path = f"/api/publications/{uuid4()}"
    assert await told(town, path, FLYER) == (201, "")
    return path


async def verify(town: Town, path: str, number: str, day: str = "2017-01-03") -> tuple[int, str]:
    return await told(town, f"{path}/verifications/{uuid4()}", {"number": number, "verified_on": day})


async def test_a_session_is_announced_then_counted(town: Town) -> None:
    path = await planned(town)
    assert await told(town, f"{path}/publication/{uuid4()}") == (200, "")
    town.set_day(2, 1, hour=17)
    assert await told(town, f"{path}/counts/{uuid4()}", COUNTS) == (200, "")
    shown = (await town.get("partner", path)).json()
    assert (shown["state"], shown["visitors"], shown["themes"]["youth"]) == ("held", 3, 2)
    assert [kind for kind in await town.api.appended() if "DropIn" in kind] == [
        "cispd.outreach.DropInSessionPublished.v1",
        "cispd.outreach.DropInSessionHeld.v1",
    ]


async def test_a_planned_session_is_cancelled_without_telling_anybody(town: Town) -> None:
    path = await planned(town)
    assert await told(town, f"{path}/cancellation/{uuid4()}") == (200, "")
    assert not [kind for kind in await town.api.appended() if "DropIn" in kind]


async def test_what_a_session_may_not_be(town: Town) -> None:
    path = await planned(town)
    before = await town.written()
    new = f"/api/drop-in-sessions/{uuid4()}"
    assert await told(town, new, SESSION | {"district": "nulle-part"}) == (422, "UnknownDistrict")
    assert await told(town, new, SESSION | {"starts_at": "2017-01-02T14:00:00+01:00"}) == (422, "SessionInThePast")
    assert await told(town, new, SESSION | {"ends_at": SESSION["starts_at"]}) == (422, "SessionEndsBeforeItStarts")
    assert await told(town, new, SESSION, commune=MARCK) == (403, "OutsideCommune")
    assert await told(town, f"{path}/counts/{uuid4()}", COUNTS) == (409, "SessionNotPublished")
    assert await town.written() == before


async def test_counts_must_add_up_and_come_after_the_session(town: Town) -> None:
    path = await planned(town)
    await told(town, f"{path}/publication/{uuid4()}")
    assert await told(town, f"{path}/counts/{uuid4()}", COUNTS) == (409, "SessionStillAhead")
    town.set_day(2, 1, hour=17)
    before = await town.written()
    assert await told(town, f"{path}/counts/{uuid4()}", COUNTS | {"visitors": 4}) == (422, "TalliesDoNotAddUp")
    assert await town.written() == before


async def test_a_flyer_is_verified_approved_published_and_distributed(town: Town) -> None:
    path = await drafted(town)
    for number in ("17", "3919"):
        assert await verify(town, path, number) == (200, "")
    for step in ("approval", "release"):
        assert await told(town, f"{path}/{step}/{uuid4()}") == (200, "")
    given = {"quantity": 500, "place_type": "social-centre", "distributed_on": "2017-01-03"}
    assert await told(town, f"{path}/distributions/{uuid4()}", given) == (200, "")
    shown = (await town.get("partner", path)).json()
    assert (shown["state"], shown["copies"], shown["distributions"][0]["quantity"]) == ("distributed", 500, 500)


async def test_a_number_nobody_called_holds_the_flyer_back(town: Town) -> None:
    path = await drafted(town)
    await verify(town, path, "17")
    before = await town.written()
    assert await told(town, f"{path}/approval/{uuid4()}") == (409, "ContactNotVerified")
    assert await town.written() == before


async def test_a_verification_six_months_old_no_longer_counts(town: Town) -> None:
    path = await drafted(town)
    for number in ("17", "3919"):
        await verify(town, path, number)
    town.set_day(7, 3)
    assert await told(town, f"{path}/approval/{uuid4()}") == (409, "ContactVerificationTooOld")


async def test_what_a_flyer_may_not_be(town: Town) -> None:
    path = await drafted(town)
    before = await town.written()
    new = f"/api/publications/{uuid4()}"
    assert await told(town, new, FLYER | {"contacts": []}) == (422, "NoContactNumber")
    assert await told(town, new, FLYER | {"contacts": [{"number": "17"}] * 2}) == (422, "ContactTwice")
    assert await told(town, new, FLYER | {"contacts": [{"number": "03 00"}]}) == (422, "ContactWithoutName")
    assert await verify(town, path, "18") == (422, "UnknownContact")
    assert await verify(town, path, "17", "2017-01-04") == (422, "VerificationInTheFuture")
    assert await told(town, f"{path}/supersession/{uuid4()}", {"superseded_by": str(UUID(int=1))}) == (
        409,
        "PublicationNotPublished",
    )
    assert await town.written() == before
