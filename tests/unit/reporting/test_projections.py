"""What a projection must be, so that it can be built anew from its topic and put in place of the old one."""

import re
from collections import Counter

import pytest

from schemas.events.bodies import BodyConstituted
from schemas.events.meetings import MeetingScheduled
from services.chassis.projections import Projection, Table
from services.reporting.projections import PROJECTIONS
from services.reporting.service import SERVICE


def test_every_table_of_the_service_belongs_to_exactly_one_projection() -> None:
    migrations = (SERVICE.folder / "migrations").glob("*.sql")
    made = re.findall(r"^create table (\w+)", "\n".join(file.read_text() for file in migrations), re.MULTILINE)
    assert Counter(table.name for projection in PROJECTIONS for table in projection.tables) == Counter(made)


def test_no_two_projections_share_a_topic() -> None:
    assert max(Counter(projection.topic for projection in PROJECTIONS).values()) == 1


def test_the_service_reads_nothing_but_for_its_projections() -> None:
    assert SERVICE.subscriptions.handlers == {}
    assert set(SERVICE.subscriptions.event_types) == frozenset().union(
        *(set(projection.subscriptions.event_types) for projection in SERVICE.projections)
    )


def test_a_projection_of_two_topics_is_refused() -> None:
    projection = Projection("both", Table("one", key=("id",)))
    projection.on(MeetingScheduled)(lambda event, cause: ())
    with pytest.raises(ValueError, match="one topic only"):
        projection.on(BodyConstituted)(lambda event, cause: ())
