"""The benchmarks' own arithmetic: an error here would be believed."""

from pathlib import Path

import pytest

from benchmarks.harness.figures import Spread, percentile, ratios
from benchmarks.harness.plan import Aim, Arm, Benchmark, Step, steps
from benchmarks.harness.results import Results
from benchmarks.harness.table import misses, ratio_table, section, verdicts


async def _unused(*_: object) -> dict[str, float]:
    return {}


def _benchmark(*aims: Aim, cases: tuple[str, ...] = ("all",)) -> Benchmark:
    arms = (Arm("ours"), Arm("theirs"))
    return Benchmark("relay", "Relay", arms, cases, {"rate": "events/s"}, _unused, aims=aims)


def _results(folder: Path, **rates: list[float]) -> Results:
    about = {"rounds": 3, "scale": 1, "at": "2026-01-02T03:04:05", "commit": "abc", "versions": {"python": "3.11"}}
    found = Results(folder / "relay.json", {**about, "machine": {"processor": "P", "cores": 2}})
    for arm, values in rates.items():
        for number, value in enumerate(values, start=1):
            found.add(Step(number, "all", arm), {"rate": value}, seconds=2.0)
    return found


def test_every_arm_is_run_once_in_each_round_and_no_arm_is_always_first() -> None:
    plan = list(steps(3, ["one", "two"], ["a", "b", "c"]))

    assert len(set(plan)) == len(plan) == 3 * 2 * 3
    assert [step.arm for step in plan if step.case == "two"] == ["a", "b", "c", "b", "c", "a", "c", "a", "b"]


def test_arms_of_a_case_run_next_to_one_another() -> None:
    plan = list(steps(1, ["one", "two"], ["a", "b"]))

    assert [(step.case, step.arm) for step in plan] == [("one", "a"), ("one", "b"), ("two", "a"), ("two", "b")]


def test_the_middle_of_an_even_number_of_rounds_lies_between_the_two_middle_ones() -> None:
    assert Spread.of([9.0, 1.0, 3.0, 5.0]) == Spread(4.0, 1.0, 9.0)


def test_a_spread_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Spread.of([])


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_the_smallest_value_not_exceeded_by_its_share(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_ratios_are_taken_within_a_round_and_only_where_both_sides_were_measured() -> None:
    assert ratios({1: 10.0, 2: 30.0, 3: 7.0}, {1: 5.0, 2: 10.0}) == [2.0, 3.0]


def test_an_aim_is_judged_by_the_median_of_the_ratios(tmp_path: Path) -> None:
    results = _results(tmp_path, ours=[20.0, 10.0, 40.0], theirs=[10.0, 10.0, 10.0])

    (faster,) = verdicts(_benchmark(Aim("rate", "ours", 2.0, True, against="theirs")), results)
    (slower,) = verdicts(_benchmark(Aim("rate", "ours", 1.9, False, against="theirs")), results)

    assert faster.spread == Spread(2.0, 1.0, 4.0)
    assert faster.reached is True
    assert slower.reached is False


def test_an_aim_whose_peer_was_not_measured_is_neither_reached_nor_missed(tmp_path: Path) -> None:
    results = _results(tmp_path, ours=[20.0])
    benchmark = _benchmark(Aim("rate", "ours", 2.0, True, against="theirs"))

    assert "not measured" in ratio_table([(benchmark, results)])


def test_an_arm_that_is_missing_is_named_with_its_reason(tmp_path: Path) -> None:
    results = _results(tmp_path, ours=[20.0])
    results.missing["theirs"] = "no javac on PATH"

    assert "theirs: not run, no javac on PATH." in section(_benchmark(), results)


def test_a_step_that_failed_is_shown_and_its_figures_are_not_invented(tmp_path: Path) -> None:
    results = _results(tmp_path, ours=[20.0])
    results.fail(Step(1, "all", "theirs"), "TimeoutError: 3 of 9 records\nafter 300 s")

    text = section(_benchmark(), results)

    assert "Failed: round 1, all, theirs: TimeoutError: 3 of 9 records after 300 s" in text
    assert "| theirs |" not in text


def test_results_are_read_back_as_they_were_written_and_know_what_is_left(tmp_path: Path) -> None:
    results = _results(tmp_path, ours=[20.0])

    again = Results.load(results.path)

    assert again.rounds_of("rate", "all", "ours") == {1: 20.0}
    assert again.has(Step(1, "all", "ours"))
    assert not again.has(Step(2, "all", "ours"))


def test_a_case_is_compared_with_the_case_it_is_measured_against(tmp_path: Path) -> None:
    results = _results(tmp_path)
    results.add(Step(1, "small", "ours"), {"rate": 10.0}, seconds=2.0)
    results.add(Step(1, "large", "ours"), {"rate": 11.0}, seconds=2.0)
    aim = Aim("rate", "ours", 1.2, False, against_case="small")

    (verdict,) = verdicts(_benchmark(aim, cases=("small", "large")), results)

    assert verdict.what == "ours, large / small: events/s"
    assert verdict.spread == Spread(1.1, 1.1, 1.1)


def test_a_miss_is_told_with_its_reason_and_a_reached_aim_is_not(tmp_path: Path) -> None:
    results = _results(tmp_path, ours=[20.0], theirs=[10.0])
    missed = Aim("rate", "ours", 3.0, True, against="theirs", why="the wire is slow")
    reached = Aim("rate", "ours", 2.0, True, against="theirs", why="never shown")

    assert misses([(_benchmark(reached), results)]) == ""
    assert "- Relay · ours / theirs: events/s: the wire is slow" in misses([(_benchmark(missed, reached), results)])
    assert "never shown" not in misses([(_benchmark(missed, reached), results)])
