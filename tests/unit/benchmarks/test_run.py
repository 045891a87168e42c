"""A run: what it keeps of the last one, what it foresees, and where it says its figures come from."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.harness.bench import Part, Run, measure, part
from benchmarks.harness.figures import Figures
from benchmarks.harness.origin import origin
from benchmarks.harness.plan import Arm, Benchmark, Step
from benchmarks.harness.progress import PREPARATION, Progress
from benchmarks.harness.results import Results, last_run

FIRST, SECOND = "2026-01-02T03:00:00+00:00", "2026-01-03T03:00:00+00:00"


async def _one(*_: object) -> Figures:
    return {"rate": 1.0}


async def _broken(*_: object) -> Figures:
    raise TimeoutError("3 of 9 records")


def _benchmark(name: str = "relay", measured: object = _one) -> Benchmark:
    assert callable(measured)
    return Benchmark(name, "Relay", (Arm("ours"),), ("all",), {"rate": "events/s"}, measured, servers=False)


def _part(benchmark: Benchmark, into: Path, name: str, *, rounds: int = 2) -> tuple[Part, Progress]:
    progress = Progress()
    return part(benchmark, run=Run(name, rounds, 1, into), progress=progress), progress


async def _measured(benchmark: Benchmark, into: Path, name: str, *, rounds: int = 2) -> Results:
    made, progress = _part(benchmark, into, name, rounds=rounds)
    await measure(made, progress)
    return Results.load(into / f"{benchmark.name}.json")


async def test_a_run_that_is_gone_on_with_keeps_what_it_measured_and_measures_the_rest(tmp_path: Path) -> None:
    await _measured(_benchmark(), tmp_path, FIRST, rounds=1)

    again, _ = _part(_benchmark(), tmp_path, last_run(tmp_path), rounds=3)

    assert again.wanted == [Step(2, "all", "ours"), Step(3, "all", "ours")]
    assert (await _measured(_benchmark(), tmp_path, FIRST, rounds=3)).about["rounds"] == 3


async def test_a_step_that_failed_is_measured_again_when_the_run_is_gone_on_with(tmp_path: Path) -> None:
    failed = await _measured(_benchmark(measured=_broken), tmp_path, FIRST, rounds=1)
    mended = await _measured(_benchmark(), tmp_path, FIRST, rounds=1)

    assert [each["reason"] for each in failed.failed] == ["TimeoutError: 3 of 9 records"]
    assert (mended.failed, mended.rounds_of("rate", "all", "ours")) == ([], {1: 1.0})


async def test_nothing_of_an_older_run_is_kept_among_the_figures_of_a_newer_one(tmp_path: Path) -> None:
    await _measured(_benchmark("latency"), tmp_path, FIRST)
    await _measured(_benchmark("relay"), tmp_path, SECOND)

    stale, _ = _part(_benchmark("latency"), tmp_path, last_run(tmp_path))

    assert len(stale.wanted) == 2


async def test_a_run_foresees_what_the_same_measurements_took_last_time(tmp_path: Path) -> None:
    results = Results(tmp_path / "relay.json", {"run": FIRST, "scale": 1, "commit": "abc", "preparation_seconds": 40})
    results.add(Step(1, "all", "ours"), {"rate": 1.0}, seconds=20)
    results.add(Step(2, "all", "ours"), {"rate": 1.0}, seconds=30)

    _, progress = _part(_benchmark(), tmp_path, SECOND, rounds=5)

    assert progress.seconds_left == 40 + 5 * 25


def test_a_run_that_goes_slower_than_foreseen_corrects_what_is_left() -> None:
    progress = Progress({("relay", PREPARATION): 100.0, ("relay", Step(1, "all", "ours")): 50.0})

    progress.done("relay", PREPARATION, 200.0)

    assert progress.seconds_left == 100.0


async def test_what_a_broken_part_left_undone_is_no_longer_waited_for(tmp_path: Path) -> None:
    made, progress = _part(_benchmark(measured=_broken), tmp_path, FIRST)

    await measure(made, progress)

    assert progress.seconds_left == 0


@pytest.mark.parametrize(
    ("second", "told"), [(FIRST, "One run of 0 minutes, 2 rounds of every part"), (SECOND, "measured in several runs")]
)
async def test_figures_of_several_runs_are_not_told_as_one(tmp_path: Path, second: str, told: str) -> None:
    names: Mapping[str, str] = {"relay": FIRST, "latency": second}
    found = [(_benchmark(name), await _measured(_benchmark(name), tmp_path, run)) for name, run in names.items()]

    assert told in origin(found)
