"""A benchmark's samples as a JSON file, written after each of them, so that nothing measured is lost."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.harness.figures import Figures
from benchmarks.harness.plan import Step

FOLDER = Path(__file__).parents[1] / "results"


@dataclass
class Results:
    """`missing` maps an arm to why it was not run; `failed` lists steps that broke, with the reason."""

    path: Path
    about: dict[str, Any]
    samples: list[dict[str, Any]] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    failed: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> Results:
        """Raises FileNotFoundError."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(path, found["about"], found["samples"], found["missing"], found["failed"])

    def has(self, step: Step) -> bool:
        return any((s["round"], s["case"], s["arm"]) == (step.round, step.case, step.arm) for s in self.samples)

    def add(self, step: Step, figures: Figures, seconds: float) -> None:
        """`seconds` is what the measurement took, with all around it."""
        kept = {name: round(value, 4) for name, value in figures.items()}
        about = {"round": step.round, "case": step.case, "arm": step.arm, "seconds": round(seconds, 1)}
        self.samples.append({**about, "figures": kept})
        self.save()

    def fail(self, step: Step, reason: str) -> None:
        self.failed.append({"round": step.round, "case": step.case, "arm": step.arm, "reason": reason})
        self.save()

    def rounds_of(self, figure: str, case: str, arm: str) -> dict[int, float]:
        """The figure's value by round; empty when it was never measured."""
        return {
            sample["round"]: sample["figures"][figure]
            for sample in self.samples
            if sample["case"] == case and sample["arm"] == arm and figure in sample["figures"]
        }

    def rows(self) -> list[tuple[str, str]]:
        """Cases and arms that have samples, in the order they were first run."""
        found: dict[tuple[str, str], None] = defaultdict(lambda: None)
        for sample in sorted(self.samples, key=lambda sample: sample["round"]):
            found[sample["case"], sample["arm"]] = None
        return list(found)

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = {"about": self.about, "missing": self.missing, "failed": self.failed, "samples": self.samples}
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        partial.replace(self.path)


def last_run(folder: Path) -> str:
    """The name of the newest run that has results in `folder`, "" when there is none."""
    return max((Results.load(path).about.get("run", "") for path in folder.glob("*.json")), default="")
