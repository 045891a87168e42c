"""The table of a run: printed, and written as JSON and Markdown."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.resilience.checker import Wrong
from tests.resilience.play import Episode
from tests.resilience.settings import ROOT, Settings

LOST = {Wrong.LOST, Wrong.NOT_APPLIED, Wrong.UNACCOUNTED, Wrong.TIMER_LOST}
DOUBLED = {Wrong.APPLIED_TWICE, Wrong.TIMER_TWICE, Wrong.CONTENT}
DISORDERED = {Wrong.DISORDER, Wrong.APPLIED_IN_DISORDER, Wrong.OVERTAKEN, Wrong.STRAY}
HEAD = (
    "fault",
    "runs",
    "facts",
    "lost",
    "doubled on the wire",
    "doubled in effect",
    "out of order",
    "other violations",
    "parked",
    "taken up",
    "tried again",
    "first fact after, s",
    "caught up after, s",
)


def rows(episodes: Sequence[Episode]) -> list[dict[str, Any]]:
    """One row a fault, in the order they were first played; of the recovery times the worst."""
    return [
        _row(name, [each for each in episodes if each.name == name])
        for name in dict.fromkeys(each.name for each in episodes)
    ]


def _row(name: str, episodes: list[Episode]) -> dict[str, Any]:
    wrong = [each.wrong for episode in episodes for each in episode.violations]
    lost, doubled, disordered = (sum(each in kinds for each in wrong) for kinds in (LOST, DOUBLED, DISORDERED))
    values = (
        name,
        len(episodes),
        sum(each.facts for each in episodes),
        lost,
        sum(each.doubled_on_wire for each in episodes),
        doubled,
        disordered,
        len(wrong) - lost - doubled - disordered,
        sum(each.parked for each in episodes),
        sum(each.taken_up for each in episodes),
        sum(each.attempts for each in episodes),
        round(max(each.recovery.first for each in episodes), 1),
        round(max(each.recovery.caught_up for each in episodes), 1),
    )
    return dict(zip(HEAD, values, strict=True))


def as_markdown(table: Sequence[dict[str, Any]]) -> str:
    lines = ["| " + " | ".join(HEAD) + " |", "|---|" + "---:|" * (len(HEAD) - 1)]
    return "\n".join(lines + ["| " + " | ".join(str(row[name]) for name in HEAD) + " |" for row in table])


def machine() -> dict[str, Any]:
    """Where the figures come from."""
    cpu = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "")
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    version = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return {
        "cores": os.cpu_count(),
        "cpu": cpu.partition(":")[2].strip(),
        "memory_gb": round(int(memory.split()[1]) / 2**20),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "commit": version.stdout.strip(),
    }


def write(episodes: Sequence[Episode], settings: Settings, skipped: dict[str, str]) -> Path:
    """Writes latest.json and latest.md, and returns the folder."""
    settings.reports.mkdir(parents=True, exist_ok=True)
    given = {"seed": settings.seed, "minutes": settings.minutes, "rate": settings.rate, "accounts": settings.accounts}
    table = rows(episodes)
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": given,
        "machine": machine(),
        "skipped": skipped,
        "rows": table,
        "violations": [str(each) for episode in episodes for each in episode.violations],
    }
    (settings.reports / "latest.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    lines = [as_markdown(table), "", f"Settings: {given}. Machine: {machine()}."]
    lines += [f"Not run: {name} ({why})." for name, why in skipped.items()]
    (settings.reports / "latest.md").write_text("\n".join(lines) + "\n")
    return settings.reports
