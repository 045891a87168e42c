"""Topics of one test."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from confluent_kafka.admin import AdminClient, NewTopic


@dataclass
class Topics:
    """Creates topics under names that no other test has, and removes them."""

    bootstrap: str
    made: list[str] = field(default_factory=list)

    async def create(self, partitions: int = 1, *, prefix: str = "test") -> str:
        name = f"{prefix}.{secrets.token_hex(4)}"
        await asyncio.to_thread(self._create, NewTopic(name, num_partitions=partitions, replication_factor=1))
        self.made.append(name)
        return name

    async def remove_all(self) -> None:
        if self.made:
            await asyncio.to_thread(self._remove)

    def _create(self, topic: NewTopic) -> None:
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        for answer in admin.create_topics([topic]).values():
            answer.result(60)
        # The controller's word is not yet the broker's knowledge: to a relay the topic would not exist for a moment.
        while not _known(admin, topic):
            time.sleep(0.01)

    def _remove(self) -> None:
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        for answer in admin.delete_topics(self.made).values():
            answer.result(60)


def _known(admin: AdminClient, topic: NewTopic) -> bool:
    """Whether the broker leads every partition of the topic, as far as it knows itself."""
    found = admin.list_topics(topic.topic, timeout=60).topics[topic.topic]
    led = [each for each in found.partitions.values() if each.error is None and each.leader >= 0]
    return found.error is None and len(led) == topic.num_partitions
