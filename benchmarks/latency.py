"""From a request to the dashboard's row: `make bench-latency`.

Open loop: requests leave at their times whether or not earlier ones were answered, through the front door of a demo
stack of its own. A row is visible when the transaction that wrote it has committed; a trigger that exists only here
says so by NOTIFY, which PostgreSQL delivers at the commit. The time per hop comes from the traces.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from oteltap import OtelTapHttpProtobufReceiver, OtelTapHttpProtobufReceiverSettings

from deploy.local.ports import free_port
from deploy.local.stack import Stack

TRIGGER = """
create function reporting.tell() returns trigger language plpgsql as
$$ begin perform pg_notify('visible', new.meeting_id::text); return null; end $$;
create trigger tell after insert on reporting.meeting for each row execute function reporting.tell();
grant execute on function reporting.tell() to reporting;
"""
HOPS = {
    "PUT /api/meetings/{meeting_id}": "request handled",
    "create cispd.meetings": "event sealed",
    "send cispd.meetings": "published and acknowledged",
    "process cispd.meetings": "applied by reporting",
}


class Meter:
    """When each request left, and when its row could be seen; seconds since the epoch."""

    def __init__(self) -> None:
        self.left: dict[str, float] = {}
        self.seen: dict[str, float] = {}
        self.failed = 0

    def latencies(self) -> list[float]:
        return [(self.seen[key] - left) * 1e3 for key, left in self.left.items() if key in self.seen]


async def main(rate: int, seconds: int) -> dict[str, Any]:
    """Runs the measurement; milliseconds everywhere in what it returns."""
    port = free_port()
    spans: list[Any] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = OtelTapHttpProtobufReceiverSettings(http_port=port)
        async with OtelTapHttpProtobufReceiver(settings) as receiver:
            collecting = asyncio.create_task(_collect(receiver, spans))
            environment = {"CISPD_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
            async with Stack(Path(folder), say=print, environment=environment) as stack:
                meter = await _measure(stack, rate, seconds)
                await asyncio.sleep(2)
            collecting.cancel()
    return _summary(meter, spans, rate, seconds)


async def _measure(stack: Stack, rate: int, seconds: int) -> Meter:
    meter = Meter()
    listener = await asyncpg.connect(stack.admin_url)
    await listener.execute(TRIGGER)
    await listener.add_listener("visible", lambda *said: meter.seen.setdefault(said[3], time.time()))
    headers = {"Authorization": f"Bearer {await stack.token('claire.lemoine')}"}
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(base_url=stack.url, headers=headers, timeout=30, limits=limits) as client:
        body = await _a_body(client)
        await _load(client, body, rate, 3, Meter())
        await _load(client, body, rate, seconds, meter)
    deadline = time.time() + 20
    while len(meter.latencies()) < len(meter.left) and time.time() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    await listener.close()
    return meter


async def _a_body(client: httpx.AsyncClient) -> UUID:
    body_id = uuid4()
    answer = await client.put(
        f"/api/bodies/{body_id}",
        json={
            "kind": "group",
            "name": "Groupe de mesure",
            "theme": "TRANQ",
            "order_number": "2017-1",
            "order_date": "2017-01-02",
            "effective_on": "2017-01-02",
        },
    )
    answer.raise_for_status()
    return body_id


async def _load(client: httpx.AsyncClient, body: UUID, rate: int, seconds: int, meter: Meter) -> None:
    began = time.perf_counter()
    sent: list[asyncio.Task[None]] = []
    for number in range(rate * seconds):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        sent.append(asyncio.create_task(_schedule(client, body, number, meter)))
    await asyncio.gather(*sent)


async def _schedule(client: httpx.AsyncClient, body: UUID, number: int, meter: Meter) -> None:
    meeting_id = str(uuid4())
    starts_at = datetime.now(UTC) + timedelta(days=30, minutes=number)
    wanted = {"body_id": str(body), "subject": "Mesure", "starts_at": starts_at.isoformat(), "place": "Calais"}
    meter.left[meeting_id] = time.time()
    answer = await client.put(f"/api/meetings/{meeting_id}", json=wanted)
    if answer.status_code != 201:
        meter.failed += 1
        del meter.left[meeting_id]


async def _collect(receiver: OtelTapHttpProtobufReceiver, spans: list[Any]) -> None:
    async for span in receiver.stream_traces():
        spans.append(span)


def _summary(meter: Meter, spans: Iterable[Any], rate: int, seconds: int) -> dict[str, Any]:
    latencies = meter.latencies()
    return {
        "what": "request to projection visible, open loop",
        "rate_per_second": rate,
        "seconds": seconds,
        "requests": len(meter.left),
        "failed": meter.failed,
        "never_seen": len(meter.left) - len(latencies),
        "ms": _spread(latencies),
        "hops_ms": _hops(spans),
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
    }


def _spread(values: list[float]) -> dict[str, float]:
    cuts = quantiles(values, n=100)
    return {
        "p50": round(cuts[49], 2),
        "p90": round(cuts[89], 2),
        "p99": round(cuts[98], 2),
        "max": round(max(values), 2),
    }


def _hops(spans: Iterable[Any]) -> dict[str, dict[str, float]]:
    """Per hop: how long it took, and how long after the request arrived it had ended."""
    traces: dict[bytes, dict[str, Any]] = defaultdict(dict)
    for span in spans:
        if span.name in HOPS:
            traces[span.trace_id].setdefault(span.name, span)
    whole = [trace for trace in traces.values() if len(trace) == len(HOPS)]
    found: dict[str, dict[str, float]] = {"traces": {"whole": len(whole), "all": len(traces)}}
    for name, label in HOPS.items() if len(whole) > 1 else ():
        took = [(trace[name].end_time_unix_nano - trace[name].start_time_unix_nano) / 1e6 for trace in whole]
        first = next(iter(HOPS))
        ended = [(trace[name].end_time_unix_nano - trace[first].start_time_unix_nano) / 1e6 for trace in whole]
        found[label] = {"took_p50": _spread(took)["p50"], "ended_p50": _spread(ended)["p50"]}
    return found


if __name__ == "__main__":
    rate, seconds = (int(value) for value in (sys.argv[1:] or ["50", "30"]))
    print(json.dumps(asyncio.run(main(rate, seconds)), indent=2, ensure_ascii=False))
