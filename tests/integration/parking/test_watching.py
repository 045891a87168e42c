"""The gauges an alert is written on follow what is put aside, up and down."""

import asyncio
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from services.chassis.parking import watching
from services.chassis.parking.reading import Filter
from tests.integration.parking.workshop import TOPIC, Workshop
from tests.support.eventually import eventually


def gauge(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"cispd_parked_{name}", {"topic": TOPIC, **labels})


async def test_the_gauges_follow_what_is_put_aside_up_and_down(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "EVERY", 0.05)
    key = uuid4()
    await workshop.forbid(key, 1)
    await workshop.deliver(*(workshop.next(key) for _ in range(3)))
    counting = asyncio.create_task(watching.run(workshop.process))
    try:
        await eventually(lambda: gauge("stopped_records", reason="HandlerFailed") == 1)
        assert gauge("following_records") == 2
        assert (gauge("oldest_seconds") or 0) > 0
        await workshop.allow(key, 1)
        await workshop.hand().retry_all(Filter())
        await eventually(lambda: gauge("stopped_records", reason="HandlerFailed") == 0)
        assert (gauge("following_records"), gauge("oldest_seconds")) == (0, 0)
    finally:
        workshop.process.stopping.set()
        await asyncio.wait_for(counting, 60)
