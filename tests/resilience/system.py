"""The system under test: servers of its own, doors in front of them, and every role of the ledger service."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
from confluent_kafka.admin import AdminClient

from deploy.kafka.topics import new_topic
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.postgres import Postgres
from deploy.local.roles import create_database, owner_of
from services.chassis.migrations import migrate
from tests.resilience import journal
from tests.resilience.broker import DooredKafka
from tests.resilience.clocks import library
from tests.resilience.disk import Disk
from tests.resilience.door import Door
from tests.resilience.facts import ACCOUNTS, TOPICS
from tests.resilience.interrupting import ARMED
from tests.resilience.ledger import NAME
from tests.resilience.member import Member
from tests.resilience.settings import ROOT, Settings

PASSWORD = "resilience"
MEND = f"""
insert into mended select (convert_from(value, 'UTF8')::jsonb ->> 'command_id')::uuid from parked_record
where state = 'parked' and topic = '{ACCOUNTS}' and (convert_from(value, 'UTF8')::jsonb ->> 'poison')::boolean
on conflict do nothing
"""
ROLES = {"relay": 2, "consumer": 2, "timers": 1, "workers": 2}
SPEAK_KAFKA = ("relay", "consumer")


class System:
    """Everything that runs. `members` are processes by name: relay-1, relay-2, consumer-1 …"""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        self.postgres = Postgres(folder / "postgres", free_port(), folder / "postgres.log")
        self.doors = {(role, "database"): Door(self.postgres.port) for role in ROLES}
        self.doors |= {(role, "broker"): Door(free_port()) for role in SPEAK_KAFKA}
        told = {role: self.doors[role, "broker"] for role in SPEAK_KAFKA}
        listeners = {role.upper(): (door.target, door.port) for role, door in told.items()}
        self.kafka = DooredKafka(folder / "kafka", free_port(), folder / "kafka.log", doors=listeners)
        self.members: dict[str, Member] = {}
        self.pause_file, self.clock_file, self.wall_file = folder / "pause", folder / "clock", folder / "wall"
        self.clock_offset = 0.0
        self.shards = 1
        self.operator_armed = folder / "operator.armed"
        self.disk = Disk(folder / "kafka")
        self._journals = journal.Reader()
        self._pool: asyncpg.Pool | None = None

    async def start(self) -> None:
        """Returns when every role runs and writers write."""
        for clock in (self.clock_file, self.wall_file):
            clock.write_text("+0")
        self.disk.mount()
        servers = (self.postgres, self.kafka)
        await asyncio.gather(*(asyncio.to_thread(server.prepare) for server in servers))
        for server in servers:
            server.launch()
        for door in self.doors.values():
            await door.start()
        await asyncio.gather(self._prepare_database(), self._prepare_topics())
        for role, count in ROLES.items():
            for number in range(1, count + 1):
                self.add(role, number).launch()
        await asyncio.gather(*(member.ready() for member in self.members.values()))

    async def _prepare_database(self) -> None:
        await self.start_postgres()
        await create_database(self.postgres.admin_url, self._address("postgres"), [NAME], PASSWORD)
        await migrate(self._address(owner_of(NAME)), [Path(__file__).parent / "migrations"])

    async def _prepare_topics(self) -> None:
        await self.start_kafka()
        admin = AdminClient({"bootstrap.servers": self.kafka.bootstrap})
        for answer in admin.create_topics([new_topic(topic, 1) for topic in TOPICS]).values():
            answer.result()

    async def start_kafka(self) -> None:
        """Starts the broker again, unless it runs; returns when it serves."""
        await _start(self.kafka)

    async def start_postgres(self) -> None:
        """Starts the database again, unless it runs; returns when it accepts connections."""
        await _start(self.postgres)

    async def database_answers(self) -> bool:
        try:
            return bool(await self.fetch("select 1"))
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    def add(self, role: str, number: int) -> Member:
        """A further member, not started yet."""
        name = f"{role}-{number}"
        self.members[name] = Member(name, role, self.folder, self._environment(role, number))
        return self.members[name]

    async def stop(self) -> None:
        await asyncio.gather(*(asyncio.to_thread(member.end) for member in self.members.values()))
        if self._pool is not None:
            self._pool.terminate()
        for door in self.doors.values():
            await door.stop()
        for server in (self.kafka, self.postgres):
            server.stop()
        self.disk.unmount()

    async def connect(self) -> asyncpg.Connection:
        """A session of the superuser's own, past every door; the caller ends it."""
        return await asyncpg.connect(self._address("postgres"), server_settings={"search_path": NAME})

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        """Asks the database as its superuser, past every door; what is down is waited for by the caller."""
        if self._pool is None:
            search_path = {"search_path": NAME}
            self._pool = await asyncpg.create_pool(self._address("postgres"), min_size=0, server_settings=search_path)
        return await self._pool.fetch(query, *args, timeout=10)

    async def mend(self) -> None:
        """Takes away the cause of every poisoned fact that is parked now; later ones are poisoned again."""
        await self.fetch(MEND)

    async def operate(self, *verb: str) -> "subprocess.CompletedProcess[str]":
        """Runs a verb of the service as an operator does; what is armed for the operator may kill it."""
        command = [sys.executable, "-m", "tests.resilience.ledger", *verb]
        armed = {ARMED: str(self.operator_armed), "PYTHONPATH": str(ROOT)}
        environment = {**os.environ, **self._environment("workers", 0), **armed}
        return await asyncio.to_thread(
            subprocess.run, command, env=environment, capture_output=True, text=True, timeout=120
        )

    @property
    def story(self) -> journal.Story:
        return self._journals.read(self.journals)

    @property
    def journals(self) -> list[Path]:
        return sorted(self.folder.glob("journal-*.jsonl"))

    def of(self, role: str) -> list[Member]:
        return [member for member in self.members.values() if member.role == role]

    def fallen(self) -> list[Member]:
        """Members that ended although nobody told them to."""
        return [member for member in self.members.values() if member.expected and not member.child.running]

    def _address(self, role: str) -> str:
        if role == "postgres":
            return f"{self.postgres.admin_url.rpartition('/')[0]}/{NAME}"
        return self.postgres.url(role, PASSWORD, NAME)

    def _environment(self, role: str, number: int) -> dict[str, str]:
        broker = self.doors[role if role in SPEAK_KAFKA else "consumer", "broker"].port
        database = self.doors[role, "database"].port
        return {
            **self._wall_clock(),
            "CISPD_ENVIRONMENT": "local",
            "CISPD_DATABASE_URL": f"postgresql://{NAME}:{PASSWORD}@{LOOPBACK}:{database}/{NAME}",
            "CISPD_KAFKA_BOOTSTRAP_SERVERS": f"{LOOPBACK}:{broker}",
            "CISPD_RELAY_SHARDS": str(self.shards),
            "CISPD_CLOCK_FILE": str(self.clock_file),
            "CISPD_GRACE_SECONDS": "10",
            "CISPD_OIDC_ISSUER": "http://127.0.0.1:9",
            "CISPD_OIDC_CLIENT_SECRET": "unused",
            "CISPD_PUBLIC_URL": "http://127.0.0.1:9",
            "CISPD_SESSION_KEY": "k" * 32,
            "CISPD_LEDGER_KEY": "k" * 32,
            "RESILIENCE_WRITER_RATE": str(self.settings.rate / ROLES["workers"]),
            "RESILIENCE_WRITER_ACCOUNTS": str(self.settings.accounts),
            "RESILIENCE_WRITER_SEED": f"{self.settings.seed}-{number}",
            "RESILIENCE_WRITER_JOURNAL": str(self.folder / f"journal-{number}.jsonl"),
            "RESILIENCE_WRITER_PAUSE": str(self.pause_file),
        }

    def _wall_clock(self) -> dict[str, str]:
        preloaded = library()
        if preloaded is None:
            return {}
        given = {"FAKETIME_TIMESTAMP_FILE": str(self.wall_file), "FAKETIME_CACHE_DURATION": "1"}
        return {"LD_PRELOAD": str(preloaded), "FAKETIME_DONT_FAKE_MONOTONIC": "1", **given}

    def words(self, complaint: str) -> str:
        """`complaint`, where the logs are, and the last lines of each process."""
        told = [f"--- {member.child.log}\n{member.child.last_words(6)}" for member in self.members.values()]
        told += [f"--- {server.log}\n{server.child.last_words(6)}" for server in (self.kafka, self.postgres)]
        return "\n".join([complaint, f"The logs are kept in {self.folder}", *told])

    def end(self) -> None:
        """Kills whatever still runs; for a session that is cut short."""
        for part in (*(member.child for member in self.members.values()), self.kafka.child, self.postgres.child):
            part.kill()
        self.disk.unmount()


async def _start(server: DooredKafka | Postgres) -> None:
    if not server.child.running:
        server.launch()
    await asyncio.to_thread(server.child.wait_until, server.ready, 120)
