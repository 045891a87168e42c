"""How many records a consumer asks for next."""

from services.chassis.consumer.appetite import FIRST, QUICK_SECONDS, SLOW_SECONDS, Appetite


def fed(appetite: Appetite, times: int, seconds: float) -> int:
    for _ in range(times):
        appetite.fed(appetite.now, seconds)
    return appetite.now


def test_full_batches_that_are_quick_grow_up_to_what_is_set() -> None:
    assert fed(Appetite(4 * FIRST), 10, QUICK_SECONDS / 2) == 4 * FIRST


def test_no_more_than_what_is_set_is_ever_asked_for() -> None:
    assert fed(Appetite(20), 10, QUICK_SECONDS / 2) == 20


def test_a_batch_that_was_not_full_asks_for_no_more() -> None:
    appetite = Appetite(4 * FIRST)
    appetite.fed(FIRST - 1, QUICK_SECONDS / 2)
    assert appetite.now == FIRST


def test_slow_batches_shrink_to_single_records_so_that_a_drain_does_not_wait_for_hundreds() -> None:
    appetite = Appetite(4 * FIRST)
    assert fed(appetite, 1, SLOW_SECONDS * 2) == FIRST // 2
    assert fed(appetite, 20, SLOW_SECONDS * 2) == 1


def test_a_slow_batch_of_few_records_shrinks_what_is_asked_below_them() -> None:
    appetite = Appetite(4 * FIRST)
    appetite.fed(10, SLOW_SECONDS * 2)
    assert appetite.now == 5
