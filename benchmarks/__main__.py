"""`python -m benchmarks [--rounds 5] [--scale 1] [--resume] [name …]`, or `table` for README's figures alone."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.harness import readme
from benchmarks.harness.bench import Run, measure, part
from benchmarks.harness.machine import now
from benchmarks.harness.plan import Benchmark
from benchmarks.harness.progress import Progress
from benchmarks.harness.results import FOLDER, last_run

MODULES = ("relay_drain", "relay_latency", "consumer", "rebuild", "journey", "scale.shards", "scale.members")
MODULES += ("scale.kept", "scale.parked", "features")


def benchmarks() -> list[Benchmark]:
    """All of them, in the order of the table."""
    return [import_module(f"benchmarks.{module}").BENCHMARK for module in MODULES]


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("what", nargs="*", help="benchmarks to run, default all; `table` only writes the README")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--scale", type=float, default=1.0, help="below 1: smaller sizes, for trying; not reported")
    asked.add_argument("--resume", action="store_true", help="keep what the last run measured, measure the rest")
    given = asked.parse_args()
    into = FOLDER if given.scale == 1 else Path(".data/benchmarks")
    everything = benchmarks()
    unknown = set(given.what) - {"table"} - {each.name for each in everything}
    if unknown:
        asked.error(f"no benchmark {sorted(unknown)}; there are: {', '.join(each.name for each in everything)}, table")
    failed = 0
    if given.what != ["table"]:
        run = Run((given.resume and last_run(into)) or now(), given.rounds, given.scale, into)
        failed = measured([each for each in everything if not given.what or each.name in given.what], run)
    readme.write(everything, into, report=given.scale == 1)
    return 1 if failed else 0


def measured(chosen: Sequence[Benchmark], run: Run) -> int:
    """Runs them one after the other. How many measurements failed."""
    progress = Progress()
    parts = [part(each, run=run, progress=progress) for each in chosen]
    for each in parts:
        asyncio.run(measure(each, progress))
    return sum(len(each.results.failed) for each in parts)


if __name__ == "__main__":
    sys.exit(main())
