"""Creates the topics of the catalogue on a broker. Also `python -m deploy.kafka.topics <bootstrap servers>`."""

import sys
from datetime import timedelta

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from schemas.catalogue import TOPICS, Topic


def create_topics(bootstrap: str, *, replication: int = 1, within: float = 30) -> list[str]:
    """Creates what is missing and returns its names; a topic that exists is left as it is.

    Raises KafkaException when the broker refuses or does not answer within `within` seconds.
    """
    admin = AdminClient({"bootstrap.servers": bootstrap})
    wanted = [new_topic(topic, replication) for topic in TOPICS.values()]
    created = []
    for name, answer in admin.create_topics(wanted, operation_timeout=within, request_timeout=within).items():
        try:
            answer.result()
        except KafkaException as refusal:
            if refusal.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
        else:
            created.append(name)
    return created


def new_topic(topic: Topic, replication: int) -> NewTopic:
    """A topic as the broker takes it: events are facts, so nothing is compacted; retention 0 keeps for ever."""
    kept = timedelta(days=topic.retention_days) if topic.retention_days else None
    return NewTopic(
        topic.name,
        num_partitions=topic.partitions,
        replication_factor=replication,
        config={
            "cleanup.policy": "delete",
            "retention.ms": str(int(kept.total_seconds() * 1000)) if kept else "-1",
            "min.insync.replicas": str(max(1, replication - 1)),
        },
    )


if __name__ == "__main__":
    for name in create_topics(sys.argv[1]):
        print(name)
