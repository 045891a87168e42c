"""What a measurement is given, and the loop that makes them all."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness.machine import describe
from benchmarks.harness.plan import Benchmark, Step, steps
from benchmarks.harness.progress import PREPARATION, Progress
from benchmarks.harness.results import Results
from benchmarks.harness.servers import Servers, running_servers

PATIENCE = 300.0


@dataclass(frozen=True)
class Run:
    """One call of `make bench`, or one that was gone on with. `name` is when it began; results know theirs."""

    name: str
    rounds: int
    scale: float
    into: Path


@dataclass(frozen=True)
class Bench:
    """`scale` shrinks sizes and durations (1: as reported); `folder` is scratch space, gone afterwards."""

    scale: float
    folder: Path
    servers: Servers | None

    @property
    def here(self) -> Servers:
        assert self.servers is not None
        return self.servers

    def size(self, whole: int, least: int = 100) -> int:
        return max(int(whole * self.scale), least)

    def seconds(self, whole: float, least: float = 2.0) -> float:
        return max(whole * min(self.scale, 1.0), least)


@dataclass
class Part:
    """A benchmark in a run: what is known of it already and which steps are still to do."""

    benchmark: Benchmark
    results: Results
    wanted: list[Step]


def part(benchmark: Benchmark, *, run: Run, progress: Progress) -> Part:
    """Looks what is to be done, and tells `progress` of it. Changes no file."""
    path = run.into / f"{benchmark.name}.json"
    last = Results.load(path) if path.exists() else None
    results = Results(path, {"what": benchmark.title, "run": run.name, "scale": run.scale, **describe()})
    if last is not None and last.about.get("run") == run.name and last.about["scale"] == run.scale:
        commits = dict.fromkeys([*last.about["commit"].split(", "), results.about["commit"]])
        results, last.about["commit"] = last, ", ".join(commits)
    results.about["rounds"] = run.rounds
    results.missing = {arm.name: why for arm in benchmark.arms if (why := arm.missing())}
    results.failed = []
    arms = [arm.name for arm in benchmark.arms if arm.name not in results.missing]
    plan = steps(run.rounds, benchmark.cases, arms)
    wanted = [step for step in plan if not benchmark.skip(step.case, step.arm) and not results.has(step)]
    if wanted:
        progress.expect(benchmark.name, wanted, last)
    return Part(benchmark, results, wanted)


async def measure(part: Part, progress: Progress) -> None:
    """Every step of the part. One that fails is told and noted; the others go on."""
    benchmark, results = part.benchmark, part.results
    for name, why in results.missing.items():
        _say(f"{benchmark.name}: {name} is missing: {why}")
    if not part.wanted:
        return
    results.save()
    began = time.monotonic()
    try:
        await _prepared(part, progress)
    except Exception as fault:
        # Servers or preparation: nothing of this benchmark could go on, the others can.
        traceback.print_exc()
        results.fail(PREPARATION, f"{type(fault).__name__}: {fault}"[:500])
    for step in (PREPARATION, *part.wanted):
        progress.left.pop((benchmark.name, step), None)
    results.about["seconds"] = round(results.about.get("seconds", 0) + time.monotonic() - began)
    results.save()


async def _prepared(part: Part, progress: Progress) -> None:
    benchmark, began = part.benchmark, time.monotonic()
    _say(f"{benchmark.name}: {benchmark.title}: preparing ({progress})")
    async with _bench(benchmark, part.results.about["scale"]) as bench, benchmark.prepare(bench) as state:
        seconds = time.monotonic() - began
        part.results.about["preparation_seconds"] = round(seconds, 1)
        progress.done(benchmark.name, PREPARATION, seconds)
        for place, step in enumerate(part.wanted, start=1):
            await _step(part, bench, state, step, f"{place}/{len(part.wanted)}", progress)


async def _step(part: Part, bench: Bench, state: Any, step: Step, place: str, progress: Progress) -> None:
    benchmark, began = part.benchmark, time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            figures = await benchmark.measure(bench, state, step)
    except Exception as fault:
        traceback.print_exc()
        reason = f"{type(fault).__name__}: {fault}"
        told = f"FAILED: {reason}"
        part.results.fail(step, reason[:500])
    else:
        told = "  ".join(f"{name} {figures[name]:,.4g}" for name in benchmark.figures if name in figures)
        part.results.add(step, figures, time.monotonic() - began)
    seconds = time.monotonic() - began
    progress.done(benchmark.name, step, seconds)
    _say(
        f"{benchmark.name} {place}  round {step.round}  {step.case}  {step.arm}  {told}  ({seconds:.0f} s; {progress})"
    )


@asynccontextmanager
async def _bench(benchmark: Benchmark, scale: float) -> AsyncIterator[Bench]:
    folder = Path(tempfile.mkdtemp(prefix="cispd-bench-"))
    try:
        if not benchmark.servers:
            yield Bench(scale, folder, None)
            return
        async with running_servers(folder) as servers:
            yield Bench(scale, folder, servers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _say(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, flush=True)
