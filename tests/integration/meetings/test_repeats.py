"""Every command of the council, sent many times at once, again, changed, and over an older version."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.integration.meetings.conftest import LANDLORD, PREFECTURE, PROSECUTION, Council
from tests.integration.meetings.test_plans import SIGNATORIES, signing, validated
from tests.support.insisting import insisting  # noqa: F401


async def test_every_command_happens_once_however_often_it_is_sent(council: Council) -> None:
    plan = await validated(council)
    for institution in SIGNATORIES:
        await council.put(f"/api/plans/{plan}/signatures", by=signing(council, institution))
    meeting = await council.meeting("Groupe « Tranquillité publique »", starts_at="2017-03-20T14:00:00+01:00")
    letter = {"agenda": [{"title": "Bilan", "minutes": 30, "kind": "ordinary"}]}
    await council.put(f"/api/meetings/{meeting}/preparation", letter)
    await council.put(f"/api/meetings/{meeting}/convening", letter, by=council.president)
    later = {"starts_at": "2017-04-20T14:00:00+02:00", "place": "Mairie de Calais", "reason": "room-unavailable"}
    await council.put(f"/api/meetings/{meeting}/rescheduling", later)
    mandate = {"institution_id": str(council.ids[PROSECUTION]), "holder": "Sophie Talleux", "capacity": "substitut"}
    await council.put(f"/api/meetings/{meeting}/mandates", mandate)
    council.api.set_clock(datetime(2017, 4, 20, 12, 30, tzinfo=UTC))
    await council.put(f"/api/meetings/{meeting}/opening")
    decided = {"decision_id": str(council.ids[PREFECTURE]), "kind": "orientation", "text": "Étudier.", "owner": "CISPD"}
    await council.put(f"/api/meetings/{meeting}/decisions", decided)
    given_up = await council.meeting("Comité restreint", starts_at="2017-06-20T14:00:00+02:00")
    await council.put(f"/api/meetings/{given_up}/cancellation", {"reason": "room-unavailable"})
    group = council.ids["Groupe « Tranquillité publique »"]
    ended = {"institution_id": str(council.ids[LANDLORD])}
    await council.put(f"/api/bodies/{group}/mandate-ends", ended)
    await council.put(f"/api/bodies/{group}/dissolution")
    assert council.api.insisting.left_out() == set()
