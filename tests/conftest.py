"""Fixtures of every tier. PostgreSQL and Kafka start when a test first asks for them, and stop with the session."""

import atexit
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import structlog

from tests.support.databases import Databases, ServiceDatabase
from tests.support.providers import Provider, chosen
from tests.support.topics import Topics

if TYPE_CHECKING:
    from deploy.local.stack import Stack

# Its default draws every local variable of a traceback, which takes seconds: a consumer loses its place in the group.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])

# No test measures time: on a busy machine an example may take longer than Hypothesis' 200 ms.
hypothesis.settings.register_profile("cispd", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("cispd")

NewDatabase = Callable[[str], Awaitable[ServiceDatabase]]
NewTopic = Callable[..., Awaitable[str]]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The order of a run that was drawn, so that it can be played again: pytest-randomly says it where -q is silent."""
    if seed := terminalreporter.config.getoption("randomly_seed", default=None):
        terminalreporter.write_line(f"To play this order again: make test ORDER=--randomly-seed={seed}")


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """Starts nothing by itself. Stopped at exit as well, for a session that is cut short."""
    provider = chosen()
    atexit.register(provider.stop)
    yield provider
    provider.stop()
    atexit.unregister(provider.stop)


@pytest.fixture(scope="session")
def postgres(provider: Provider) -> str:
    """Address of PostgreSQL's superuser, database "postgres"."""
    return provider.postgres()


@pytest.fixture(scope="session")
def kafka(provider: Provider) -> str:
    """Bootstrap servers of Kafka."""
    return provider.kafka()


@pytest.fixture(scope="session")
def databases(postgres: str) -> Databases:
    return Databases(postgres)


@pytest.fixture
async def service_database(databases: Databases) -> AsyncIterator[NewDatabase]:
    """`await service_database("meetings")`: a fresh migrated database with the roles of production."""
    made: list[ServiceDatabase] = []

    async def create(service: str) -> ServiceDatabase:
        made.append(await databases.create(service))
        return made[-1]

    yield create
    for database in made:
        await databases.drop(database)


@pytest.fixture
async def topic(kafka: str) -> AsyncIterator[NewTopic]:
    """`await topic(8)`: a new topic with eight partitions."""
    topics = Topics(kafka)
    yield topics.create
    await topics.remove_all()


@pytest.fixture
async def service_api(service_database: NewDatabase, tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """`await service_api(SERVICE)`: its HTTP application on a fresh database, the clock on 3 January 2017."""
    from tests.support.api import Api, open_api

    opened: list[Api] = []

    async def start(service: Any, now: datetime | None = None) -> Api:
        opened.append(await open_api(service, await service_database(service.name), tmp_path, now))
        return opened[-1]

    yield start
    for api in opened:
        await api.running.database.close()


@pytest.fixture(scope="session")
async def stack() -> AsyncIterator["Stack"]:
    """The whole system, as `make demo` starts it, on fresh data and without the council year."""
    from deploy.local.stack import Stack

    # Not one of pytest's own folders: PostgreSQL runs as somebody else when we are root, and those shut others out.
    with tempfile.TemporaryDirectory(prefix="cispd-", ignore_cleanup_errors=True) as folder:
        async with Stack(Path(folder)) as stack:
            yield stack
