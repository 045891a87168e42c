"""Every event version of the catalogue, as test parameters."""

import pytest

from schemas.catalogue import TOPICS

EVERY_EVENT = [
    pytest.param(topic, event, id=f"{topic.module}.{event.type_name()}")
    for topic in TOPICS.values()
    for event in topic.events
]
EVERY_TOPIC = [pytest.param(topic, id=topic.name) for topic in TOPICS.values()]
