"""Broker and database: killed, full, crashed, their sessions ended."""

import asyncio
import os
import random
import signal
from dataclasses import dataclass, field
from typing import ClassVar

from tests.resilience.faults import Possible
from tests.resilience.system import System
from tests.support.eventually import eventually

SESSIONS = "select pid from pg_stat_activity where usename = 'ledger' and pid <> pg_backend_pid()"
BUSY = f"{SESSIONS} and state in ('active', 'idle in transaction')"


class BrokerKilled(Possible):
    touches: ClassVar[str] = "broker"

    def __str__(self) -> str:
        return "broker killed and restarted"

    async def inject(self, system: System, dice: random.Random) -> None:
        system.kafka.child.kill()

    async def heal(self, system: System) -> None:
        await system.start_kafka()


class BrokerFull(Possible):
    """Not one byte is left where the broker keeps its log: it halts. Then it gets room and is started."""

    touches: ClassVar[str] = "broker"

    def __str__(self) -> str:
        return "disk of the broker full"

    def missing(self, system: System) -> str | None:
        return None if system.disk.mounted else "only root can mount the small file system it needs"

    async def inject(self, system: System, dice: random.Random) -> None:
        system.disk.fill()

        def halted() -> bool:
            assert not system.kafka.child.running, f"the broker goes on with a full disk; read {system.kafka.log}"
            return True

        await eventually(halted, within=90)

    async def heal(self, system: System) -> None:
        system.disk.empty()
        await system.start_kafka()


class PostgresCrashed(Possible):
    """Stopped in immediate mode: no checkpoint, every session cut, recovery from the log at the next start."""

    touches: ClassVar[str] = "postgres"

    def __str__(self) -> str:
        return "PostgreSQL stopped in immediate mode and restarted"

    async def inject(self, system: System, dice: random.Random) -> None:
        server = system.postgres.child.process
        assert server is not None
        server.send_signal(signal.SIGQUIT)
        await eventually(lambda: server.poll() is not None, within=60)

    async def heal(self, system: System) -> None:
        await system.start_postgres()


class BackendKilled(Possible):
    """SIGKILL to one session's process: PostgreSQL ends all the others and recovers by itself."""

    touches: ClassVar[str] = "postgres"

    def __str__(self) -> str:
        return "a process of PostgreSQL killed"

    async def inject(self, system: System, dice: random.Random) -> None:
        sessions = await system.fetch(SESSIONS)
        os.kill(dice.choice(sessions)["pid"], signal.SIGKILL)

    async def heal(self, system: System) -> None:
        await eventually(system.database_answers, within=60)


@dataclass
class SessionsEnded(Possible):
    """One session after the other is ended, those inside a transaction first."""

    seconds: float = 0.0
    touches: ClassVar[str] = "postgres"
    times: int = field(default=30)

    def __str__(self) -> str:
        return "database sessions ended inside transactions"

    async def inject(self, system: System, dice: random.Random) -> None:
        for _ in range(self.times):
            sessions = await system.fetch(BUSY) or await system.fetch(SESSIONS)
            if sessions:
                await system.fetch("select pg_terminate_backend($1)", dice.choice(sessions)["pid"])
            await asyncio.sleep(0.1)

    async def heal(self, system: System) -> None:
        return None
