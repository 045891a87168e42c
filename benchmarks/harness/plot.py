"""The ratios against their aims as one small SVG: a bar per aim, 1 is the aim, to the right is better."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness.plan import Benchmark
from benchmarks.harness.results import Results
from benchmarks.harness.table import Verdict, verdicts

REACHED, MISSED = "#2c6e49", "#b3261e"


def draw(found: Sequence[tuple[Benchmark, Results]], path: Path) -> None:
    """Writes the plot of all aims that were measured. The same results give the same bytes."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "cispd", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot

    bars = [(f"{b.name} · {v.what}", v) for b, results in found for v in verdicts(b, results) if v.spread]
    figure, axes = pyplot.subplots(figsize=(10, 0.9 + 0.28 * len(bars)), layout="constrained")
    values = [_margin(verdict) for _, verdict in bars]
    colours = [REACHED if verdict.reached else MISSED for _, verdict in bars]
    axes.barh([label for label, _ in bars], values, color=colours)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlabel("how far beyond its aim (1: just reached)")
    axes.invert_yaxis()
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def _margin(verdict: Verdict) -> float:
    assert verdict.spread is not None
    found = max(verdict.spread.median, 1e-9)
    return found / verdict.aim.bound if verdict.aim.at_least else verdict.aim.bound / found
