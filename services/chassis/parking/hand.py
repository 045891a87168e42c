"""The operator's hand of one request, and of one command line."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from services.chassis.http.look import Look
from services.chassis.identity import Principal
from services.chassis.parking.mending import Mended, Mending
from services.chassis.running import Running
from services.chassis.service import Service

# What one request tries at most: some seconds of work. Whoever wants more asks again, or takes the command line.
MOST_A_REQUEST = 2_000
COMMAND_LINE = "command line"


@asynccontextmanager
async def hand_of(service: Service, look: Look) -> AsyncIterator[Mending]:
    """Mends as the one who looks; the reading connection is given back meanwhile."""
    commands = look.commands
    async with look.released():
        yield Mending(
            database=commands.database,
            clock=commands.clock,
            settings=commands.settings,
            subscriptions=service.subscriptions,
            consumer=service.name,
            by=name_of(look.by),
            most=MOST_A_REQUEST,
        )


def hand_at(service: Service, running: Running, tell: Callable[[Mended], None]) -> Mending:
    """Mends as the one who typed the command, to the end."""
    return Mending(
        database=running.database,
        clock=running.clock,
        settings=running.settings,
        subscriptions=service.subscriptions,
        consumer=service.name,
        by=typed_by(),
        tell=tell,
    )


def name_of(by: Principal) -> str:
    """Who acts, as it stays in the history: the name for people, the subject for the identity provider."""
    return f"{by.name} ({by.subject})" if by.name else by.subject


def typed_by() -> str:
    return f"{COMMAND_LINE}: {getpass.getuser()}"
