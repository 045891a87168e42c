"""One system for the session; its report at the end. After a failure its logs are kept."""

import atexit
import random
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.resilience import report
from tests.resilience.play import Course
from tests.resilience.settings import Settings
from tests.resilience.system import System

SETTINGS = Settings()
COURSE = pytest.StashKey[Course]()
SKIPPED: dict[str, str] = {}


@pytest.fixture(scope="session")
async def course(pytestconfig: pytest.Config) -> AsyncIterator[Course]:
    """The running system, under load, and what was played on it so far."""
    folder = Path(tempfile.mkdtemp(prefix="cispd-resilience-"))
    print(f"\nRESILIENCE_SEED={SETTINGS.seed}; logs of the processes in {folder}")
    system = System(folder, SETTINGS)
    atexit.register(system.end)
    try:
        await system.start()
        pytestconfig.stash[COURSE] = Course(system)
        yield pytestconfig.stash[COURSE]
    finally:
        await system.stop()
        atexit.unregister(system.end)
    if not pytestconfig.stash.get(FAILED, False):
        shutil.rmtree(folder, ignore_errors=True)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    told = yield
    if told.failed:
        item.config.stash[FAILED] = True
    return told


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """The same for the same seed and test, whatever was played before."""
    return random.Random(f"{SETTINGS.seed} {request.node.name}")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    played = config.stash.get(COURSE, None)
    if played is None or not played.episodes:
        return
    folder = report.write(played.episodes, SETTINGS, SKIPPED)
    terminalreporter.section(f"resilience, RESILIENCE_SEED={SETTINGS.seed}")
    terminalreporter.write_line(report.as_markdown(report.rows(played.episodes)))
    terminalreporter.write_line(f"Written to {folder}")
