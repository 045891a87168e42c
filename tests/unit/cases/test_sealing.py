"""What is sealed opens where it was sealed, and nowhere else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.cases.sealing import KeyRing, SealBroken, seal, unseal

CASE = uuid4()
DATA_KEY, STORED = KeyRing({"k1": b"a" * 32}).new_data_key(CASE)


def test_a_sealed_value_comes_back() -> None:
    assert unseal(DATA_KEY, CASE, "name", seal(DATA_KEY, CASE, "name", {"family_name": "Zyx"})) == {
        "family_name": "Zyx"
    }


def test_the_same_value_never_looks_the_same_twice() -> None:
    assert seal(DATA_KEY, CASE, "name", "Zyx") != seal(DATA_KEY, CASE, "name", "Zyx")


@pytest.mark.parametrize(("case", "name"), [(uuid4(), "name"), (CASE, "place")])
def test_a_value_moved_elsewhere_does_not_open_even_under_its_own_key(case: object, name: str) -> None:
    with pytest.raises(SealBroken):
        unseal(DATA_KEY, case, name, seal(DATA_KEY, CASE, "name", "Zyx"))  # type: ignore[arg-type]


def test_a_data_key_moved_to_another_case_does_not_unwrap() -> None:
    with pytest.raises(SealBroken):
        KeyRing({"k1": b"a" * 32}).data_key(uuid4(), STORED)


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(seal(DATA_KEY, CASE, "name", "Zyx"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        unseal(DATA_KEY, CASE, "name", bytes(sealed))


@pytest.mark.parametrize("text", ["", "k1", "k1:zz", "k1:abcd"])
def test_an_unreadable_ring_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        KeyRing.parse(text)
    assert "abcd" not in str(refused.value)
