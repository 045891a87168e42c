"""Waiting for what happens by itself: a probe is asked again until it holds, never a sleep of a guessed length."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

T = TypeVar("T")

# No test measures time, so none gives up sooner: a busy machine is not a failure.
PATIENCE = 60.0


async def eventually(probe: Callable[[], T | Awaitable[T]], *, within: float = PATIENCE, every: float = 0.05) -> T:
    """Asks `probe` (plain or async) until its answer is true, and returns that answer.

    An AssertionError inside the probe counts as "not yet", and so does a server that gave no answer. After `within`
    seconds, at least PATIENCE, the last answer or the last of these is the failure.
    """
    within = max(within, PATIENCE)
    deadline = time.monotonic() + within
    while True:
        try:
            answer = probe()
            seen = await answer if inspect.isawaitable(answer) else answer
            if seen:
                return seen
            failure: Exception = AssertionError(f"still {seen!r} after {within:g} s")
        except (AssertionError, httpx.TransportError) as not_yet:
            failure = not_yet
        if time.monotonic() > deadline:
            raise failure
        await asyncio.sleep(every)
