"""`python -m deploy.local [--once]`: what `make demo` runs."""

import asyncio
import fcntl
import os
import signal
import sys
import time
from pathlib import Path
from typing import TextIO

from deploy.local.addresses import data_folder
from deploy.local.child import NotReady
from deploy.local.stack import Stack
from deploy.local.year import play


def say(line: str) -> None:
    print(line, flush=True)


async def main(*, once: bool) -> int:
    """Brings the stack up, plays the council year, then stays (or ends, with `once`). The exit status."""
    task = asyncio.current_task()
    assert task is not None
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(wanted, task.cancel)
    began = time.monotonic()
    stack = Stack(data_folder(), say=say, restart=os.environ.get("CISPD_RESTART", "1") != "0")
    say("Starting the local stack")
    try:
        async with stack:
            say(f"Everything is up after {time.monotonic() - began:.1f} s: {stack.url}")
            return await live(stack, once=once)
    except asyncio.CancelledError:
        say("Stopped.")
        return 1 if once else 0
    except NotReady as fault:
        say(str(fault))
        return 1


async def live(stack: Stack, *, once: bool) -> int:
    """Plays the year and, unless `once`, waits for Ctrl-C."""
    missing = await play(stack, once=once)
    if once:
        return 1 if missing else 0
    introduce(stack)
    await asyncio.Event().wait()
    return 0


def introduce(stack: Stack) -> None:
    """Addresses and people."""
    say(f"\n  Pages   {stack.url}/\n  Mails   {stack.url}/courriels/\n  Logs    {stack.folder / 'logs'}\n")
    say("  Sign in as")
    for person in stack.people.values():
        say(f"    {person.name:<18} {person.office}, {person.place}")
    say("\n  Ctrl-C stops everything.")


def alone(folder: Path) -> TextIO | None:
    """Keeps a second stack out of the same folder; None when another one is there."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    return lock


if __name__ == "__main__":
    held = alone(data_folder())
    if held is None:
        sys.exit(f"Another stack uses {data_folder()}: set CISPD_DATA to another folder.")
    status = asyncio.run(main(once="--once" in sys.argv[1:]))
    sys.stdout.flush()
    # A download or a probe may still sit in a thread; nothing of it is worth waiting for.
    os._exit(status)
