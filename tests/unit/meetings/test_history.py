"""Sentences of the history."""

from __future__ import annotations

import pytest

from schemas.catalogue import TOPICS
from services.meetings.history import _DONE, office

UNTOLD = {"AnnualObligationFulfilled", "ActionPlanSigned"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("coordonnatrice", "La coordonnatrice"),
        ("présidente", "La présidente"),
        ("vice-présidente du conseil départemental", "La vice-présidente du conseil départemental"),
        ("sous-préfet", "Le sous-préfet"),
        ("substitut du procureur", "Le substitut du procureur"),
        ("maire de Calais", "Le maire de Calais"),
        ("adjointe au maire", "L'adjointe au maire"),
        ("", "Le service"),
    ],
)
def test_an_office_begins_a_sentence_with_its_article(title: str, expected: str) -> None:
    assert office(title) == expected


def test_every_fact_of_the_council_is_told_in_its_history_or_follows_from_one_that_is() -> None:
    published = {kind.__name__ for topic in TOPICS.values() if topic.producer == "meetings" for kind in topic.events}
    assert {kind.__name__ for kind in _DONE} | UNTOLD == published
