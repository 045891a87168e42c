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
from benchmarks.harness.results import Results
from benchmarks.harness.servers import Servers, running_servers

PATIENCE = 600.0


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


async def run(benchmark: Benchmark, *, rounds: int, scale: float, into: Path, resume: bool) -> Results:
    """Measures every arm in every round. A step that fails is told and noted; the others go on."""
    results = _results(benchmark, rounds, scale, into, resume)
    results.missing = {arm.name: why for arm in benchmark.arms if (why := arm.missing())}
    results.failed = []
    for name, why in results.missing.items():
        _say(f"{benchmark.name}: {name} is missing: {why}")
    arms = [arm.name for arm in benchmark.arms if arm.name not in results.missing]
    plan = [step for step in steps(rounds, benchmark.cases, arms) if not benchmark.skip(step.case, step.arm)]
    wanted = [step for step in plan if not results.has(step)]
    results.save()
    began = time.monotonic()
    try:
        await _measure(benchmark, scale, wanted, results)
    except Exception as fault:
        # Servers or preparation: nothing of this benchmark could go on, the others can.
        traceback.print_exc()
        results.fail(Step(0, "preparation", "all"), f"{type(fault).__name__}: {fault}"[:500])
    results.about["seconds"] = round(results.about.get("seconds", 0) + time.monotonic() - began)
    results.save()
    return results


async def _measure(benchmark: Benchmark, scale: float, wanted: list[Step], results: Results) -> None:
    if not wanted:
        return
    async with _bench(benchmark, scale) as bench, benchmark.prepare(bench) as state:
        for place, step in enumerate(wanted, start=1):
            await _step(benchmark, bench, state, step, results, f"{place}/{len(wanted)}")


def _results(benchmark: Benchmark, rounds: int, scale: float, into: Path, resume: bool) -> Results:
    path = into / f"{benchmark.name}.json"
    if resume and path.exists():
        found = Results.load(path)
        if found.about["scale"] == scale:
            return found
    return Results(path, {"what": benchmark.title, "rounds": rounds, "scale": scale, **describe()})


async def _step(benchmark: Benchmark, bench: Bench, state: Any, step: Step, results: Results, place: str) -> None:
    label = f"{benchmark.name} {place}  round {step.round}  {step.case}  {step.arm}"
    began = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            figures = await benchmark.measure(bench, state, step)
    except Exception as fault:
        reason = f"{type(fault).__name__}: {fault}"
        _say(f"{label}  FAILED after {time.monotonic() - began:.0f} s: {reason}")
        traceback.print_exc()
        results.fail(step, reason[:500])
        return
    shown = "  ".join(f"{name} {figures[name]:,.4g}" for name in benchmark.figures if name in figures)
    _say(f"{label}  {shown}  ({time.monotonic() - began:.0f} s)")
    results.add(step, figures)


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
