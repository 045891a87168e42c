"""What an alert can be written on: records that stop their key, those that wait, the age of the oldest."""

from __future__ import annotations

from time import monotonic

import structlog
from prometheus_client import Gauge

from services.chassis.database_faults import is_transient
from services.chassis.parking.reading import ParkedCount, count_parked
from services.chassis.running import Running

STOPPED = Gauge("cispd_parked_stopped_records", "Records that stop their key until a person acts", ["topic", "reason"])
FOLLOWING = Gauge("cispd_parked_following_records", "Records that wait behind one that stops their key", ["topic"])
OLDEST = Gauge("cispd_parked_oldest_seconds", "Age of the oldest record that stops its key", ["topic"])

EVERY = 5.0
# Counting may take at most this part of one connection's time, however long the queues are.
SHARE = 0.05

_log = structlog.get_logger()


async def run(running: Running) -> None:
    """Refreshes the gauges until `running.stopping`; while the database is away they keep what they last said."""
    told: set[tuple[str, str]] = set()
    while not running.stopping.is_set():
        running.progress("parked")
        began = monotonic()
        try:
            async with running.database.read() as tx:
                counts = await count_parked(tx, running.service_name)
        except Exception as fault:
            if not is_transient(fault):
                raise
            _log.warning("parked.uncounted", exc_info=fault)
        else:
            told = tell(counts, running.clock.now().timestamp(), told)
        await running.pause(max(EVERY, min((monotonic() - began) / SHARE, 20.0)))
    running.finished("parked")


def tell(counts: list[ParkedCount], now: float, told: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Sets the gauges; what was told before and is no more goes to 0. Returns the (topic, reason) pairs told so far."""
    pairs = told | {(count.topic, count.reason) for count in counts}
    stopped = {(count.topic, count.reason): count.stopped for count in counts}
    for topic, reason in pairs:
        STOPPED.labels(topic, reason).set(stopped.get((topic, reason), 0))
    for topic in {topic for topic, _ in pairs}:
        here = [count for count in counts if count.topic == topic]
        FOLLOWING.labels(topic).set(sum(count.followers for count in here))
        OLDEST.labels(topic).set(max((now - count.oldest.timestamp() for count in here), default=0))
    return pairs
