"""How the partitions of a topic are divided among the processes of a rebuild."""

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.rebuild.workers import Workers

LEFT = st.dictionaries(st.integers(0, 11), st.integers(1, 1_000_000), min_size=1)


@given(LEFT, st.integers(1, 5))
def test_each_partition_is_read_by_one_process_and_the_lots_are_about_alike(left: dict[int, int], most: int) -> None:
    lots = Workers(("worker",), most, worth=1).lots(left)
    assert len(lots) <= most
    assert sorted(partition for lot in lots for partition in lot) == sorted(left)
    sizes = [sum(left[partition] for partition in lot) for lot in lots]
    assert max(sizes) - min(sizes) <= max(left.values())


def test_a_process_is_added_only_for_much_to_read() -> None:
    workers = Workers(("worker",), 4, worth=100)
    for left, lots in ((99, 1), (199, 1), (200, 2), (399, 3), (400, 4), (9_999, 4)):
        assert len(workers.lots({0: left - 3, 1: 1, 2: 1, 3: 1})) == lots
