"""Where PostgreSQL and Kafka of the tests come from: embedded (default), or containers with TEST_STACK=containers."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Protocol

from deploy.local.kafka import Kafka
from deploy.local.ports import free_port
from deploy.local.postgres import Postgres


class Provider(Protocol):
    """Starts a part on first use and stops everything it started."""

    def postgres(self) -> str:
        """Address of PostgreSQL's superuser."""

    def kafka(self) -> str:
        """Bootstrap servers."""

    def stop(self) -> None: ...


class Embedded:
    """The same code as `make demo`, in a temporary folder, on free ports."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cispd-test-"))
        self.started: list[Postgres | Kafka] = []

    def postgres(self) -> str:
        server = Postgres(self.folder / "postgres", free_port(), self.folder / "postgres.log", volatile=True)
        self.started.append(server)
        server.start()
        return server.admin_url

    def kafka(self) -> str:
        broker = Kafka(self.folder / "kafka", free_port(), self.folder / "kafka.log")
        self.started.append(broker)
        broker.start()
        return broker.bootstrap

    def stop(self) -> None:
        for part in reversed(self.started):
            part.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Containers:
    """Official images through testcontainers, or those named by TEST_POSTGRES_IMAGE and TEST_KAFKA_IMAGE."""

    def __init__(self) -> None:
        self.started: list[Any] = []

    def postgres(self) -> str:
        from testcontainers.community.postgres import PostgresContainer

        image = os.environ.get("TEST_POSTGRES_IMAGE", "postgres:18")
        server = PostgresContainer(image, username="postgres", dbname="postgres", driver=None)
        self.started.append(server.start())
        return str(server.get_connection_url())

    def kafka(self) -> str:
        from testcontainers.community.kafka import KafkaContainer

        broker = KafkaContainer(os.environ.get("TEST_KAFKA_IMAGE", "confluentinc/cp-kafka:8.1.0")).with_kraft()
        self.started.append(broker.start())
        return str(broker.get_bootstrap_server())

    def stop(self) -> None:
        for container in reversed(self.started):
            container.stop()


def chosen() -> Provider:
    """The provider TEST_STACK names."""
    name = os.environ.get("TEST_STACK", "embedded")
    if name not in ("embedded", "containers"):
        raise ValueError(f"TEST_STACK={name}: known are embedded and containers")
    return Containers() if name == "containers" else Embedded()
