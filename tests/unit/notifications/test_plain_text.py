import re

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.french import NBSP, NNBSP
from services.notifications.domain.plain_text import COLUMNS, wrap

WORDS = st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20), min_size=1)


def test_a_line_is_broken_at_an_ordinary_space_within_68_columns() -> None:
    text = wrap("mot " * 40)
    assert all(len(line) <= COLUMNS for line in text.split("\n"))
    assert text.split("\n")[0] == ("mot " * 17).strip()


def test_a_colon_never_begins_a_line() -> None:
    sentence = "x" * 62 + f" février{NBSP}: suite{NNBSP}; fin"
    assert not any(re.match(r"[:;]", line) for line in wrap(sentence).split("\n"))
    assert f"février{NBSP}:" in wrap(sentence)


def test_a_number_stays_with_its_unit() -> None:
    sentence = "y" * 60 + f" 14{NBSP}h{NBSP}30 précises"
    assert f"14{NBSP}h{NBSP}30" in wrap(sentence)


def test_an_address_longer_than_a_line_stays_whole() -> None:
    address = "https://cispd.example/" + "a" * 90
    assert address in wrap(f"Voir {address} ici").split("\n")


def test_the_lines_of_an_item_are_aligned_after_its_number() -> None:
    lines = wrap("mot " * 30, indent="    1. ", following="       ").split("\n")
    assert lines[0].startswith("    1. mot")
    assert all(line.startswith("       mot") for line in lines[1:])


@given(WORDS)
def test_nothing_is_lost_or_added(words: list[str]) -> None:
    text = " ".join(words)
    wrapped = wrap(text)
    assert wrapped.replace("\n", " ").split(" ") == words
    assert all(len(line) <= COLUMNS or " " not in line for line in wrapped.split("\n"))
