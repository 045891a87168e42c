"""Other processes of the same command: each fills some of the partitions, for as long as its parent lives."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from os import EX_TEMPFAIL
from uuid import UUID

from pydantic import BaseModel

from services.chassis.errors import Unavailable
from services.chassis.rebuild.refusals import CannotRebuild

# To start a process costs as much as to take in some 30,000 records.
WORTH = 50_000
LAST_BATCH_SECONDS = 30.0


class Share(BaseModel):
    """The partitions that one process fills: where each stands, how far to go, and who may move the positions.

    The parent claims them: a process that is late, or whose parent is gone, finds another owner and changes nothing.
    """

    owner: UUID
    positions: dict[int, int]
    targets: dict[int, int]


class WorkerPaused(Unavailable):
    """A worker met what passes by itself."""


@dataclass(frozen=True)
class Workers:
    """`command` starts one, its share follows. At most `processes` read at once, the parent among them.

    A process is added for every `worth` records that are left.
    """

    command: Sequence[str]
    processes: int = 2
    worth: int = WORTH

    def lots(self, left: Mapping[int, int]) -> list[list[int]]:
        """The partitions, of each of which so many records are `left`, in lots of about the same size."""
        number = max(1, min(self.processes, sum(left.values()) // self.worth))
        lots: list[list[int]] = [[] for _ in range(number)]
        for partition in sorted(left, key=left.__getitem__, reverse=True):
            min(lots, key=lambda lot: sum(left[each] for each in lot)).append(partition)
        return [lot for lot in lots if lot]

    @asynccontextmanager
    async def at_work(self, shares: Sequence[Share]) -> AsyncIterator[list[Process]]:
        """A process a share. On leaving they are told to stop, and are gone."""
        started: list[Process] = []
        try:
            for share in shares:
                words = (*self.command, share.model_dump_json())
                started.append(await asyncio.create_subprocess_exec(*words, stdin=PIPE))
            yield started
        finally:
            await asyncio.gather(*map(_gone, started))


async def _gone(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), LAST_BATCH_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


async def done(process: Process) -> None:
    """Waits for the end of a worker. Raises WorkerPaused, or CannotRebuild when it ended for another reason."""
    code = await process.wait()
    if code == EX_TEMPFAIL:
        raise WorkerPaused
    if code:
        raise CannotRebuild(
            f"a worker ended with {code}; its log is above. After -9 (memory?) go on with --resume --processes 1, "
            "otherwise mend the cause, then --resume. What was built is kept"
        )


def stop_with_parent(stopping: asyncio.Event) -> None:
    """Sets `stopping` when the parent closes our input or is gone."""
    loop, there = asyncio.get_running_loop(), sys.stdin.fileno()

    def closed() -> None:
        loop.remove_reader(there)
        stopping.set()

    loop.add_reader(there, closed)
