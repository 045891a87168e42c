"""A batch is cut into pieces that grow, and nothing of it is left out."""

from itertools import chain, pairwise
from typing import Any

import pytest

from services.chassis.consumer.batches import FIRST_PIECE, PIECE, in_pieces


@pytest.mark.parametrize("count", [1, FIRST_PIECE, FIRST_PIECE + 1, 2_000, 10_000])
def test_pieces_are_all_of_the_batch_in_its_order(count: int) -> None:
    records: list[Any] = list(range(count))
    assert list(chain.from_iterable(in_pieces(records))) == records


def test_the_first_piece_is_small_and_the_next_is_at_most_half_as_large_again() -> None:
    sizes = [len(piece) for piece in in_pieces(list[Any](range(10_000)))]
    assert sizes[0] == FIRST_PIECE
    assert max(sizes) == PIECE
    assert all(after <= before * 1.5 for before, after in pairwise(sizes))
