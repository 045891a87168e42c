"""Every command of the directory and the deliveries: many times at once, again, changed, over an older version."""

from __future__ import annotations

from uuid import uuid4

from tests.integration.notifications.office import BAILLEUR, PARQUET, Office, address, convened
from tests.support.insisting import insisting  # noqa: F401


async def test_every_command_happens_once_however_often_it_is_sent(office: Office) -> None:
    assert (await office.change(BAILLEUR, email=address(BAILLEUR))).status_code == 200
    office.mailroom.refused.add(address(PARQUET))
    await office.fact(convened(office, PARQUET))
    await office.deliver()
    failed = await office.delivery(PARQUET)
    path = f"/api/deliveries/{failed['id']}/retry/{uuid4()}"
    assert (await office.coordinator.put(path, json={})).status_code == 200
    assert office.api.insisting.left_out() == set()
