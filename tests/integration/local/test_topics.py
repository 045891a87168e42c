"""Topics on the broker are those of the catalogue."""

from confluent_kafka.admin import AdminClient, ConfigResource

from deploy.kafka.topics import create_topics
from schemas.catalogue import TOPICS


def test_every_topic_of_the_catalogue_is_created_once(kafka: str) -> None:
    create_topics(kafka)
    assert create_topics(kafka) == []
    found = AdminClient({"bootstrap.servers": kafka}).list_topics(timeout=60).topics
    assert {name: len(found[name].partitions) for name in TOPICS} == {
        name: topic.partitions for name, topic in TOPICS.items()
    }


def test_facts_that_are_kept_for_ever_have_no_retention(kafka: str) -> None:
    create_topics(kafka)
    for_ever = next(name for name, topic in TOPICS.items() if topic.retention_days == 0)
    admin = AdminClient({"bootstrap.servers": kafka})
    (answer,) = admin.describe_configs([ConfigResource("topic", for_ever)]).values()
    settings = answer.result(10)
    assert settings["retention.ms"].value == "-1"
    assert settings["cleanup.policy"].value == "delete"
