"""Nobody works out a number that is written « < 5 »."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.domain.disclosure import Mark, Number, Shown, publish, share
from services.reporting.domain.recalls import RecallCounts, publish_recalls
from services.reporting.domain.tables import TOTAL, Population, publish_table
from tests.unit.reporting.reader import PLENTY, knowledge, possible

SMALLEST = 5
careful = settings(deadline=None)
counts = st.one_of(st.integers(0, 6), st.integers(0, 25))


def rows(size: int) -> st.SearchStrategy[dict[str, int]]:
    return st.lists(counts, min_size=size, max_size=size).map(lambda found: {f"r{i}": n for i, n in enumerate(found)})


def published(*breakdowns: dict[str, int]) -> dict[Hashable, Shown]:
    population = Population("all", "in", "out")
    for place, breakdown in enumerate(breakdowns):
        population.by(f"b{place}", breakdown)
    return publish({**population.numbers(), "back": Number(population.total, "out", "in", unpublished=True)}, SMALLEST)


def line(*values: int) -> tuple[Shown, ...]:
    """What is shown of one column of counts: its rows, then its total."""
    shown = published({str(place): value for place, value in enumerate(values)})
    return (*(shown["b0", str(place)] for place in range(len(values))), shown["all", TOTAL])


def marks(*values: int) -> str:
    """The same in signs: a number, `s` for small, `-` for withheld."""
    signs = {Mark.SMALL: "s", Mark.WITHHELD: "-"}
    return " ".join(signs.get(each.mark) or str(each.value) for each in line(*values))


def everything_below_five_stays_open(shown: dict[Hashable, Shown], sums: list) -> None:
    ranges = knowledge(shown, SMALLEST)
    for key, each in shown.items():
        if each.mark is Mark.SMALL:
            for value in range(SMALLEST):
                assert possible(ranges, sums, key, value), f"{key} cannot be {value}: {shown}"


def test_large_numbers_are_shown_as_they_are():
    assert marks(11, 7, 5) == "11 7 5 23"


def test_a_number_below_five_is_never_shown_and_neither_is_zero():
    assert marks(11, 7, 3, 1, 1) == "11 7 s s s 23"
    assert marks(11, 7, 4, 0, 1) == "11 7 s s s 23"


def test_a_lone_small_number_takes_another_row_with_it():
    assert marks(11, 3, 9) == "11 s - 23"


def test_the_row_that_hides_another_is_the_last_whatever_its_size():
    assert marks(6, 3, 90) == "6 s - 99"


def test_two_small_numbers_whose_sum_would_tell_take_another_row_with_them():
    assert marks(20, 4, 4, 9) == "20 s s - 37"
    assert marks(20, 0, 0, 9) == "20 s s - 29"


def test_two_small_numbers_whose_sum_leaves_everything_open_take_nothing_with_them():
    assert marks(20, 3, 1) == "20 s s 24"


def test_a_year_with_hardly_anybody_shows_no_number_at_all():
    assert marks(1, 0, 2) == "s s s s"


def test_a_total_hidden_in_one_breakdown_cannot_be_added_up_in_another():
    shown = published({"a": 3, "b": 5}, {"x": 8})
    assert shown["b1", "x"] == shown["all", TOTAL] == Shown(Mark.WITHHELD)


@careful
@given(rows(4))
def test_no_reader_of_one_column_narrows_a_small_number(column):
    shown = published(column)
    del shown["back"]
    everything_below_five_stays_open(shown, [(("all", TOTAL), [("b0", row) for row in column])])


@careful
@given(rows(4), st.integers(1, 5), st.integers(0, 30))
def test_no_reader_of_two_breakdowns_of_one_population_narrows_a_small_number(column, pieces, seed):
    total = sum(column.values())
    other = {f"q{i}": 0 for i in range(pieces)}
    for i in range(total):
        other[f"q{(i * 7 + seed * i * i) % pieces}"] += 1
    shown = published(column, other)
    del shown["back"]
    sums = [(("all", TOTAL), [("b0", row) for row in column]), (("all", TOTAL), [("b1", row) for row in other])]
    everything_below_five_stays_open(shown, sums)


@careful
@given(rows(9), st.sets(st.integers(0, 8), max_size=3))
def test_no_reader_of_a_table_with_its_margins_narrows_a_small_number(cells, empty):
    table = {("ABC"[i // 3], "XYZ"[i % 3]): 0 if i in empty else n for i, n in enumerate(cells.values())}
    known = {("ABC"[i // 3], "XYZ"[i % 3]) for i in empty}
    shown = publish_table(table, SMALLEST, known)
    assert all(shown[cell] == Shown(Mark.EXACT, 0) for cell in known)
    sums = [((row, TOTAL), [(row, column) for column in "XYZ"]) for row in ("A", "B", "C", TOTAL)]
    sums += [((TOTAL, column), [(row, column) for row in "ABC"]) for column in "XYZ"]
    everything_below_five_stays_open(dict(shown), sums)


@st.composite
def years(draw: st.DrawFn) -> RecallCounts:
    """A year's recalls, told one person at a time."""
    people = draw(st.lists(st.tuples(*(st.integers(0, 2) for _ in range(5))), max_size=30))
    heard = [person for person in people if person[0] > 0]
    tally = lambda axis, among: {str(row): sum(p[axis] == row for p in among) for row in range(3)}  # noqa: E731
    rejected = [person for person in people if person[0] == 0 and person[4] < 2]
    return RecallCounts(
        reported=len(people),
        rejected_by_reason=tally(1, rejected),
        heard_by_month=tally(1, heard),
        heard_by_motive=tally(2, heard),
        heard_by_commune=tally(3, heard),
        closed_by_outcome=tally(4, [person for person in heard if person[4] < 2]),
    )


@settings(deadline=None, max_examples=50)
@given(years())
def test_no_reader_of_the_years_recalls_narrows_a_small_number(year):
    figures = publish_recalls(year, SMALLEST)
    shown: dict[Hashable, Shown] = {
        name: getattr(figures, name) for name in ("reported", "rejected", "heard", "closed")
    }
    sums: list = []
    for total, name in [
        ("rejected", "rejected_by_reason"), ("heard", "heard_by_month"), ("heard", "heard_by_motive"),
        ("heard", "heard_by_commune"), ("closed", "closed_by_outcome"),
    ]:  # fmt: skip
        shown |= {(name, row): each for row, each in getattr(figures, name).items()}
        sums.append((total, [(name, row) for row in getattr(figures, name)]))
    ranges = knowledge(shown, SMALLEST) | {"pending": (0, PLENTY), "followed": (0, PLENTY)}
    sums += [("reported", ["rejected", "heard", "pending"]), ("heard", ["closed", "followed"])]
    for key, each in shown.items():
        if each.mark is Mark.SMALL:
            assert all(possible(ranges, sums, key, value) for value in range(SMALLEST)), (key, figures)


def test_even_a_reader_who_runs_this_code_on_every_column_keeps_four_of_the_five_possibilities():
    columns = defaultdict(list)
    for values in product(range(15), repeat=3):
        columns[line(*values)].append(values)
    for shown, found in columns.items():
        if any(max(values) < 7 for values in found):
            for place, each in enumerate(shown[:-1]):
                if each.mark is Mark.SMALL:
                    assert len({values[place] for values in found}) >= 4, shown


@careful
@given(rows(5))
def test_what_is_decided_does_not_depend_on_who_asks_when(column):
    assert published(column) == published(dict(column))


def test_breakdowns_that_do_not_add_up_to_the_same_are_a_mistake():
    with pytest.raises(ValueError, match="same total"):
        Population("all", "in", "out").by("month", {"1": 3}).by("motive", {"A": 4})


def test_a_percentage_of_fewer_than_ten_is_not_shown():
    assert share(5, 9, smallest_base=10) is None
    assert share(5, 10, smallest_base=10) == 50
