"""A projection built anew from a million events: the command people run, COPY of the rows it makes, and row by row."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from io import BytesIO

import asyncpg

from benchmarks.arms import topics
from benchmarks.arms.rebuilds import environment
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.load import samples
from benchmarks.harness.plan import Aim, Arm, Benchmark, Step
from benchmarks.harness.processes import cpu_seconds, family, peak_mb, python, started
from schemas.events.meetings import MeetingScheduled
from tests.support.databases import ServiceDatabase

OURS, COPY, NAIVE = "ours", "COPY of the final rows", "one event a transaction"
EVENTS, SAMPLE = 1_000_000, 3_000
TOPIC = "cispd.meetings"
READ = "select coalesce(sum(position), 0) from consumer_position where topic = $1"
CORES = (
    "two processes keep both cores busy: counted over 400,000 events, 40 µs of ours an event, the start of both "
    "processes and decoding among them, and 17 of PostgreSQL's, where COPY takes 2 of bytes made beforehand."
)


@dataclass(frozen=True)
class State:
    database: ServiceDatabase
    events: int
    rows: bytes


@asynccontextmanager
async def prepare(bench: Bench) -> AsyncIterator[State]:
    """The topic filled, and read once by the live consumer: a rebuild is compared with the live projection."""
    servers, count = bench.here, bench.size(EVENTS, 10_000)
    await servers.topic(TOPIC)
    await topics.fill(servers.bootstrap, TOPIC, samples(count, keys=count, kind=MeetingScheduled))
    async with servers.service_database("reporting") as database:
        live = python("benchmarks.arms.rebuilds", "live", database.url, servers.bootstrap)
        with started("live consumer", live, bench.folder / "live.log") as process:
            await _read_up_to(database.url, count, process.must_run)
        connection = await asyncpg.connect(database.admin_url)
        rows = BytesIO()
        await connection.copy_from_table("meeting", schema_name="reporting", output=rows, format="binary")
        await connection.execute("create table copied (like reporting.meeting including all)")
        await connection.close()
        yield State(database, count, rows.getvalue())


async def _read_up_to(url: str, count: int, still: object, within: float = 900) -> None:
    connection = await asyncpg.connect(url)
    deadline = time.monotonic() + within
    try:
        while await connection.fetchval(READ, TOPIC) < count:
            if callable(still):
                still()
            if time.monotonic() > deadline:
                raise TimeoutError(f"the live consumer did not read {count} events")
            await asyncio.sleep(0.2)
    finally:
        await connection.close()


async def measure(bench: Bench, state: State, step: Step) -> Figures:
    await bench.here.checkpoint()
    if step.arm == COPY:
        return await _copy(state)
    return await (_naive if step.arm == NAIVE else _ours)(bench, state)


async def _copy(state: State) -> Figures:
    connection = await asyncpg.connect(state.database.admin_url)
    try:
        await connection.execute("truncate copied")
        began = time.perf_counter()
        await connection.copy_to_table("copied", source=BytesIO(state.rows), format="binary")
        seconds = time.perf_counter() - began
    finally:
        await connection.close()
    return _figures(seconds, state.events)


async def _ours(bench: Bench, state: State) -> Figures:
    """`python -m services.reporting rebuild meetings`, start-up, comparison and swap included."""
    settings = environment(state.database.url, state.database.owner_url, bench.here.bootstrap)
    began = time.perf_counter()
    command = python("services.reporting", "rebuild", "meetings")
    with started("rebuild", command, bench.folder / "rebuild.log", settings) as process:
        cpu, peaks = 0.0, dict[int, float]()
        while process.running:
            # One of them may just have ended.
            with suppress(ProcessLookupError, FileNotFoundError):
                cpu = cpu_seconds(process.pid, with_children=True)
                for pid in family(process.pid):
                    peaks[pid] = peak_mb(pid)
            await asyncio.sleep(0.05)
        assert process.process is not None
        code = process.process.wait()
        seconds = time.perf_counter() - began
        if code:
            raise RuntimeError(f"the rebuild failed:\n{process.last_words()}")
    return {**_figures(seconds, state.events), "cpu_us": cpu / state.events * 1e6, "peak_mb": sum(peaks.values())}


async def _naive(bench: Bench, state: State) -> Figures:
    sample = min(SAMPLE, state.events)
    report = bench.folder / "naive.txt"
    report.unlink(missing_ok=True)
    connection = await asyncpg.connect(state.database.admin_url)
    await connection.execute("truncate copied")
    await connection.close()
    command = python(
        "benchmarks.arms.rebuilds", "naive", state.database.admin_url, bench.here.bootstrap, sample, report
    )
    with started("naive", command, bench.folder / "naive.log") as process:
        while not report.exists():
            process.must_run()
            await asyncio.sleep(0.05)
    return _figures(float(report.read_text()) / sample * state.events, state.events)


def _figures(seconds: float, events: int) -> dict[str, float]:
    return {"seconds": seconds, "rate": events / seconds}


BENCHMARK = Benchmark(
    name="rebuild",
    title="Rebuild of a projection from 1,000,000 events",
    arms=(Arm(OURS), Arm(COPY), Arm(NAIVE)),
    cases=("meetings",),
    figures={
        "seconds": "seconds",
        "rate": "events/s",
        "cpu_us": "CPU, µs/event",
        "peak_mb": "peak memory of all processes, MB",
    },
    measure=measure,
    prepare=prepare,
    aims=(
        Aim("seconds", OURS, 8, False, against=COPY, why=CORES),
        Aim("rate", OURS, 30, True, against=NAIVE, why=CORES),
    ),
    notes=(
        "One event a meeting (358 bytes), so a row an event. Ours is the whole command: start, reading, comparison "
        "with the live projection, swap; two processes, whose processor time and peaks of memory are added up. "
        "One event a transaction is measured on 3,000 events and scaled up.",
    ),
)
