"""Results as Markdown: the ratios against their aims, and each benchmark's figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.harness.figures import Spread, ratios
from benchmarks.harness.plan import Aim, Benchmark
from benchmarks.harness.results import Results


@dataclass(frozen=True)
class Verdict:
    """An aim and what was measured; `spread` is None when an arm has no sample."""

    what: str
    aim: Aim
    spread: Spread | None

    @property
    def reached(self) -> bool | None:
        if self.spread is None:
            return None
        found = self.spread.median
        return found >= self.aim.bound if self.aim.at_least else found <= self.aim.bound


def verdicts(benchmark: Benchmark, results: Results) -> Iterator[Verdict]:
    """One per aim and case."""
    for aim in benchmark.aims:
        for case in [aim.case] if aim.case else benchmark.cases:
            if aim.against_case == case and aim.against in (None, aim.arm):
                continue
            ours = results.rounds_of(aim.figure, case, aim.arm)
            what = f"{aim.arm}, {case}" if len(benchmark.cases) > 1 else aim.arm
            if aim.against is None and aim.against_case is None:
                found = list(ours.values())
                what = f"{what}: {benchmark.figures[aim.figure]}"
            else:
                theirs = results.rounds_of(aim.figure, aim.against_case or case, aim.against or aim.arm)
                found = ratios(ours, theirs)
                what = f"{what} / {aim.against or aim.against_case}: {benchmark.figures[aim.figure]}"
            yield Verdict(what, aim, Spread.of(found) if found else None)


def ratio_table(found: Sequence[tuple[Benchmark, Results]]) -> str:
    """Every aim with what was measured."""
    lines = ["| what | measured (median, spread) | aim | |", "|---|---|---|---|"]
    for benchmark, results in found:
        for verdict in verdicts(benchmark, results):
            told = {True: "reached", False: "**missed**", None: "not measured"}[verdict.reached]
            measured = _spread(verdict.spread) if verdict.spread else "–"
            lines.append(f"| {benchmark.title} · {verdict.what} | {measured} | {bound(verdict.aim)} | {told} |")
    return "\n".join([*lines, ""])


def misses(found: Sequence[tuple[Benchmark, Results]]) -> str:
    """Every aim that was missed with its reason; empty when none was."""
    lines = [
        f"- {benchmark.title} · {verdict.what}: {verdict.aim.why or 'not explained yet.'}"
        for benchmark, results in found
        for verdict in verdicts(benchmark, results)
        if verdict.reached is False
    ]
    return "\n".join(["Missed, and why:", "", *lines, ""]) if lines else ""


def section(benchmark: Benchmark, results: Results) -> str:
    """One benchmark: a row a case and arm, a column a figure; then what is missing and the notes."""
    shown = [name for name in benchmark.figures if any(name in sample["figures"] for sample in results.samples)]
    lines = [f"### {benchmark.title}", "", f"{_rounds(results)}; `make bench WHAT={benchmark.name}`.", ""]
    lines.append("| | " + " | ".join(benchmark.figures[name] for name in shown) + " |")
    lines.append("|---" * (len(shown) + 1) + "|")
    for case, arm in results.rows():
        label = f"{case} · {arm}" if len(benchmark.cases) > 1 else arm
        cells = [list(results.rounds_of(name, case, arm).values()) for name in shown]
        lines.append(f"| {label} | " + " | ".join(_spread(Spread.of(cell)) if cell else "–" for cell in cells) + " |")
    lines += [f"\n{name}: not run, {why}." for name, why in results.missing.items()]
    lines += [f"\nFailed: round {f['round']}, {f['case']}, {f['arm']}: {_line(f['reason'])}" for f in results.failed]
    lines += [f"\n{note}" for note in benchmark.notes]
    return "\n".join([*lines, ""])


def _rounds(results: Results) -> str:
    about = results.about
    versions = about["versions"]
    machine = about["machine"]
    measured = f"{about['rounds']} rounds on {about['at'][:10]}, commit {about['commit']}"
    if about["scale"] != 1:
        measured = f"Scale {about['scale']}, not comparable. {measured}"
    return f"{measured}; {machine['processor']}, {machine['cores']} cores, Python {versions['python']}"


def _spread(spread: Spread) -> str:
    if spread.low == spread.high:
        return number(spread.median)
    return f"{number(spread.median)} ({number(spread.low)}–{number(spread.high)})"


def bound(aim: Aim) -> str:
    return f"{'≥' if aim.at_least else '≤'} {number(aim.bound)}"


def number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def _line(text: str) -> str:
    return " ".join(text.split())[:160]
