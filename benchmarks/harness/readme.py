"""Puts tables between the markers of benchmarks/README.md and the plot beside it; prints them at any scale."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness.origin import origin
from benchmarks.harness.plan import Benchmark
from benchmarks.harness.results import Results
from benchmarks.harness.table import misses, ratio_table, section

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"


def write(benchmarks: Sequence[Benchmark], folder: Path, *, report: bool) -> None:
    """`report`: into the README, with the plot; otherwise only to standard output."""
    found = [(each, Results.load(folder / f"{each.name}.json")) for each in benchmarks if _there(each, folder)]
    if not found:
        return
    told = [origin(found), ratio_table(found), misses(found), *(section(each, results) for each, results in found)]
    text = "\n".join(filter(None, told))
    print(text)
    if not report:
        return
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")
    from benchmarks.harness.plot import draw

    draw(found, folder / "ratios.svg")


def _there(benchmark: Benchmark, folder: Path) -> bool:
    return (folder / f"{benchmark.name}.json").exists()
