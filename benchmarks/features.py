"""What tracing, schema validation and the parking check cost: our consumer with all of them, and with one taken out."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from benchmarks.arms import topics
from benchmarks.consumer import consume
from benchmarks.harness.bench import Bench
from benchmarks.harness.figures import Figures
from benchmarks.harness.load import samples
from benchmarks.harness.plan import Aim, Arm, Benchmark, Step

ALL, NO_TRACING = "all features", "without tracing"
WORDS = {ALL: "", NO_TRACING: "", "without schema validation": "without-validation"}
WORDS["without parking check"] = "without-parking"
BATCHES, SINGLE = "handler of batches", "handler of single events"
EVENTS = {BATCHES: 50_000, SINGLE: 10_000}


class State(NamedTuple):
    topic: str
    collector: str


class _Collector(BaseHTTPRequestHandler):
    """Takes traces and forgets them."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def collecting() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@asynccontextmanager
async def prepare(bench: Bench) -> AsyncIterator[State]:
    topic = await bench.here.topic()
    count = bench.size(EVENTS[BATCHES], 5_000)
    # Every event belongs to a trace that is recorded: the dearest case, a root that samples less pays less.
    await topics.fill(bench.here.bootstrap, topic, samples(count, sampled=True))
    with collecting() as collector:
        yield State(topic, collector)


async def measure(bench: Bench, state: State, step: Step) -> Figures:
    words = [WORDS[step.arm]] if WORDS[step.arm] else []
    if step.case == SINGLE:
        words.append("per-event")
    environment = {} if step.arm == NO_TRACING else {"CISPD_OTLP_ENDPOINT": state.collector}
    wanted = bench.size(EVENTS[step.case], 1_000)
    return await consume(bench, "ours", state.topic, wanted, *words, environment=environment)


BENCHMARK = Benchmark(
    name="features",
    title="Price of features of the consumer",
    arms=tuple(Arm(name) for name in WORDS),
    cases=(BATCHES, SINGLE),
    figures={"us": "µs/event", "cpu_us": "consumer CPU, µs/event", "pg_cpu_us": "PostgreSQL CPU, µs/event"},
    measure=measure,
    prepare=prepare,
    aims=tuple(Aim("us", ALL, 1.15, False, against=name) for name in WORDS if name != ALL),
    notes=(
        "A feature is taken out by substitution inside the benchmark; the product has no such switch. Without "
        "validation the JSON is still read and its time parsed. Tracing: every event's trace is recorded and sent "
        "to a collector that forgets it.",
    ),
)
