"""Every command on cases, sessions and publications: many times at once, again, changed, over an older version."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from tests.integration.cases.test_outreach import COUNTS, drafted, planned, told, verify
from tests.integration.cases.town import REPRESENTATIVE, Town, of_a_minor, summons
from tests.support.insisting import insisting  # noqa: F401

DONE = (200, "")


async def test_every_command_on_a_case_happens_once_however_often_it_is_sent(town: Town) -> None:
    heard = await town.heard()
    town.set_day(4, 20)
    await town.act("coordinator", heard, "closure", {"outcome": "complied"})
    town.set_day(1, 3)
    objected = await town.consulted()
    await town.act("prosecutor", objected, "objection")
    minor = await town.cleared(of_a_minor())
    await town.act("coordinator", minor, "representatives", {"representatives": [REPRESENTATIVE]})
    await town.act("coordinator", minor, "suspension", {"reason": "investigation"})
    await town.act("prosecutor", minor, "resumption")
    await town.act("coordinator", minor, "summons", summons(datetime(2017, 2, 6, 9, tzinfo=UTC)))
    await town.act("coordinator", minor, "new-date", summons(datetime(2017, 2, 7, 9, tzinfo=UTC)))
    town.set_day(2, 8)
    await town.act("coordinator", minor, "no-show")
    await town.act("coordinator", minor, "refusal")
    rejected = await town.reported()
    await town.act("coordinator", rejected, "suspension", {"reason": "complaint"})
    await town.act("coordinator", rejected, "rejection", {"reason_code": "PLAINTE"})
    assert {route for route in town.api.insisting.left_out() if "recalls" in route or "protocols" in route} == set()


async def test_every_command_in_the_field_happens_once_however_often_it_is_sent(town: Town) -> None:
    given_up, session = await planned(town), await planned(town)
    assert await told(town, f"{given_up}/cancellation/{uuid4()}") == DONE
    assert await told(town, f"{session}/publication/{uuid4()}") == DONE
    flyers = [await drafted(town), await drafted(town)]
    for flyer in flyers:
        for number in ("17", "3919"):
            assert await verify(town, flyer, number) == DONE
        for step in ("approval", "release"):
            assert await told(town, f"{flyer}/{step}/{uuid4()}") == DONE
    given = {"quantity": 500, "place_type": "social-centre", "distributed_on": "2017-01-03"}
    assert await told(town, f"{flyers[0]}/distributions/{uuid4()}", given) == DONE
    newer = {"superseded_by": flyers[1].rpartition("/")[2]}
    assert await told(town, f"{flyers[0]}/supersession/{uuid4()}", newer) == DONE
    town.set_day(2, 1, hour=17)
    assert await told(town, f"{session}/counts/{uuid4()}", COUNTS) == DONE
    assert not [route for route in town.api.insisting.left_out() if "recalls" not in route and "protocols" not in route]
