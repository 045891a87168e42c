"""Processes around a rebuild: the live consumer of the projection, and the loop that writes one event at a time."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

import asyncpg
import orjson
import uvloop
from aiokafka import AIOKafkaConsumer

from services.chassis import consumer, telemetry
from services.reporting.projections import meetings
from tests.support.messaging import OnTopics, running

TOPIC = "cispd.meetings"
UPSERT = """
insert into copied (meeting_id, body_id, state, starts_at, told_at) values ($1, $2, 'planned', $3, $4)
on conflict (meeting_id) do update set starts_at = excluded.starts_at, told_at = excluded.told_at
"""


def environment(url: str, owner_url: str, bootstrap: str) -> dict[str, str]:
    """The settings of the reporting service, those that a rebuild does not use made up."""
    made_up = {"OIDC_ISSUER": "http://127.0.0.1:1", "OIDC_CLIENT_SECRET": "-", "PUBLIC_URL": "http://127.0.0.1:1"}
    keys = {"SESSION_KEY": "k" * 32, "LEDGER_KEY": "k" * 32}
    used = {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": owner_url, "KAFKA_BOOTSTRAP_SERVERS": bootstrap}
    return {f"CISPD_{name}": value for name, value in (made_up | keys | used).items()}


async def live(url: str, bootstrap: str) -> None:
    subscriptions = OnTopics(TOPIC)
    subscriptions.include(meetings.subscriptions)
    await consumer.run(running(url, bootstrap, "reporting", consumer_batch=5_000), subscriptions)


async def naive(url: str, bootstrap: str, sample: int, report: Path) -> None:
    connection = await asyncpg.connect(url)
    client = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=bootstrap, group_id="naive", auto_offset_reset="earliest", enable_auto_commit=False
    )
    await client.start()
    began, done = 0.0, 0
    async for record in client:
        began = began or time.perf_counter()
        content, moment = orjson.loads(record.value), dict(record.headers)["ce_time"].decode()
        starts_at, told_at = datetime.fromisoformat(content["starts_at"]), datetime.fromisoformat(moment)
        await connection.execute(UPSERT, content["meeting_id"], content["body_id"], starts_at, told_at)
        done += 1
        if done == sample:
            break
    report.with_suffix(".partial").write_text(str(time.perf_counter() - began))
    report.with_suffix(".partial").replace(report)
    await client.stop()


if __name__ == "__main__":
    telemetry.set_up("reporting", "consumer", None)
    if sys.argv[1] == "live":
        uvloop.run(live(*sys.argv[2:4]))
    else:
        uvloop.run(naive(sys.argv[2], sys.argv[3], int(sys.argv[4]), Path(sys.argv[5])))
