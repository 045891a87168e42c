"""The ratios against their aims as one small SVG: a bar per aim that begins at the aim, to the right is better."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from benchmarks.harness.plan import Benchmark
from benchmarks.harness.results import Results
from benchmarks.harness.table import Verdict, bound, number, verdicts

REACHED, MISSED = "#2da44e", "#d1383d"
# Stands for the colour of text until the file is written: a viewer's dark scheme then takes another.
INK = "#010203"
SCHEMES = ":root{--ink:#1f2328} @media (prefers-color-scheme:dark){:root{--ink:#e6edf3}}"
TICKS = {0.0625: "¹⁄₁₆", 0.125: "⅛", 0.25: "¼", 0.5: "½", 1: "aim", 2: "2 ×", 4: "4 ×", 8: "8 ×", 16: "16 ×"}


def draw(found: Sequence[tuple[Benchmark, Results]], path: Path) -> None:
    """Writes the plot of all aims that are ratios or limits. The same results give the same bytes."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "cispd", "svg.fonttype": "none", "font.size": 9})
    inked = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    matplotlib.rcParams.update(dict.fromkeys(inked, INK))
    from matplotlib import pyplot

    bars = [(f"{b.name} · {v.what}", v) for b, results in found for v in verdicts(b, results) if _drawn(v)]
    figure, axes = pyplot.subplots(figsize=(11, 1.1 + 0.25 * len(bars)), layout="constrained")
    for place, (_, verdict) in enumerate(bars):
        _bar(axes, place, verdict)
    axes.set_yticks(range(len(bars)), [label for label, _ in bars])
    axes.set_ylim(len(bars) - 0.4, -0.6)
    _scale(axes)
    content = StringIO()
    figure.savefig(content, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    text = content.getvalue().replace(INK, "var(--ink)").replace("</style>", f"{SCHEMES}</style>", 1)
    path.write_text(text, encoding="utf-8")


def _drawn(verdict: Verdict) -> bool:
    """An aim of zero has no ratio; it stands in the table."""
    return verdict.spread is not None and verdict.aim.bound > 0 and verdict.spread.low > 0


def _bar(axes: Any, place: int, verdict: Verdict) -> None:
    """From the aim to the median, the spread as a thin line, and in words what was measured and wanted."""
    assert verdict.spread is not None
    middle, *ends = (
        _margin(verdict, value) for value in (verdict.spread.median, verdict.spread.low, verdict.spread.high)
    )
    axes.barh(place, middle - 1, left=1, height=0.62, color=REACHED if verdict.reached else MISSED)
    axes.plot(ends, [place, place], color=INK, linewidth=1, solid_capstyle="butt")
    words = f"{number(verdict.spread.median)} (aim {bound(verdict.aim)})"
    axes.text(1.01, place, words, transform=axes.get_yaxis_transform(), va="center", fontsize=8)


def _scale(axes: Any) -> None:
    axes.set_xscale("log", base=2)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, 0.5), max(high, 2))
    low, high = axes.get_xlim()
    shown = {at: name for at, name in TICKS.items() if low <= at <= high}
    axes.set_xticks(list(shown), list(shown.values()))
    axes.minorticks_off()
    axes.axvline(1, color=INK, linewidth=1.4)
    axes.grid(axis="x", color=INK, alpha=0.18)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("how many times better than its aim; left of the line: missed. Thin line: all rounds")


def _margin(verdict: Verdict, found: float) -> float:
    return found / verdict.aim.bound if verdict.aim.at_least else verdict.aim.bound / found
