"""`rebuild` and `replay` as an operator types them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

import pytest

from tests.conftest import NewDatabase
from tests.support.api import settings_of

Type = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
async def reporting(service_database: NewDatabase) -> Type:
    """`await reporting("rebuild", "meetings")`: the exit code, and what was printed."""
    database = await service_database("reporting")
    settings = {f"CISPD_{name.upper()}": str(value) for name, value in settings_of(database).items()}

    async def typed(*words: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.reporting",
            *words,
            env=os.environ | settings,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    return typed


async def test_a_refusal_ends_the_command_with_its_reason(reporting: Type) -> None:
    code, said = await reporting("rebuild", "recalls")
    assert code == 1
    assert said.startswith("Incomplete: cispd.statistics keeps its records for 62 days only")


async def test_the_state_of_every_projection_is_shown(reporting: Type) -> None:
    code, said = await reporting("rebuild", "--status")
    assert code == 0
    for name in ("bodies", "meetings", "plans", "recalls", "outreach", "deliveries"):
        assert name in said


async def test_a_projection_that_is_not_there_is_named_with_those_that_are(reporting: Type) -> None:
    code, said = await reporting("rebuild", "figures")
    assert code == 2
    assert "bodies, meetings, plans" in " ".join(said.replace("│", " ").split())


async def test_a_replay_without_bounds_is_refused(reporting: Type) -> None:
    code, said = await reporting("replay", "--topic", "cispd.meetings")
    assert code == 1
    assert said.startswith("CannotReplay: say which records")
