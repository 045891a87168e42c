import uuid
from pathlib import Path

from services.chassis.faults_told import fault_of, places_of


def fault() -> ValueError:
    try:
        uuid.UUID("a name that somebody typed")
    except ValueError as error:
        return error
    raise AssertionError


def test_the_places_of_a_fault_name_the_code_and_no_folder_of_the_machine() -> None:
    first, *_, last = places_of(fault())
    assert first.startswith("chassis/test_faults_told.py:")
    assert first.endswith(" fault")
    assert last.startswith(f"{Path(uuid.__file__).parent.name}/uuid.py:")


def test_what_is_told_of_a_fault_repeats_nothing_that_was_typed() -> None:
    told = fault_of(fault())
    assert (told.reason, told.detail) == ("HandlerFailed", "ValueError")
    assert "typed" not in (told.stack or "")
