"""Which changes of a projection's code an unfinished rebuild notices."""

import sys
from collections.abc import Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest

from services.chassis.projections import Projection
from services.chassis.rebuild.fingerprint import fingerprint, reached
from services.reporting.projections import PROJECTIONS

CODE = """
from schemas.events.meetings import MeetingHeld
from services.chassis.projections import Projection, Table

T = Table("t", key=("id",))
made = Projection("made", T)

@made.on(MeetingHeld)
def on_meeting_held(event, cause):
    yield row(event)

def row(event):
    return T.put(id=event.meeting_id, state="held")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("projection_of_test_")]:
        del sys.modules[name]


def of(folder: Path, name: str, code: str) -> str:
    (folder / f"projection_of_test_{name}.py").write_text(code)
    invalidate_caches()
    return fingerprint(import_module(f"projection_of_test_{name}").made)


def test_other_handlers_tables_and_functions_they_call_are_noticed(folder: Path) -> None:
    changes = {"handler": ("yield row(event)", "yield from ()"), "table": ('("id",)', '("id", "state")')}
    changes |= {"called": ('state="held"', 'state="over"')}
    found = {name: of(folder, name, CODE.replace(*change)) for name, change in changes.items()}
    assert len({of(folder, "as_it_was", CODE), *found.values()}) == 4


def test_comments_and_layout_are_not(folder: Path) -> None:
    assert of(folder, "plain", CODE) == of(folder, "laid_out", CODE.replace("\n\n", "\n\n\n# why\n"))


PACKAGE = {
    "__init__": "",
    "made": CODE.replace("def row", "from .states import held\n\ndef row").replace('"held"', "held()"),
    "states": "from projection_of_test_package import words\n\ndef held():\n    return words.HELD\n",
    "words": 'import json\n\nHELD = "held"\n',
    "beside": "OTHER = 1\n",
}


@pytest.fixture
def package(folder: Path) -> tuple[Path, Projection]:
    """Modules that a projection's own imports, one through another, and one beside them that it does not."""
    there = folder / "projection_of_test_package"
    there.mkdir()
    for name, code in PACKAGE.items():
        (there / f"{name}.py").write_text(code)
    invalidate_caches()
    return there, import_module("projection_of_test_package.made").made


@pytest.mark.parametrize("name", ["made", "states", "words"])
def test_what_changes_in_a_module_that_handlers_reach_by_import_is_noticed(
    package: tuple[Path, Projection], name: str
) -> None:
    there, projection = package
    before = fingerprint(projection)
    (there / f"{name}.py").write_text(PACKAGE[name] + "\nMORE = 1\n")
    assert fingerprint(projection) != before


def test_what_changes_in_the_package_around_them_is_noticed(package: tuple[Path, Projection]) -> None:
    there, projection = package
    before = fingerprint(projection)
    (there / "__init__.py").write_text("import os\n")
    assert fingerprint(projection) != before


def test_a_file_beside_them_that_is_no_code_is_noticed(package: tuple[Path, Projection]) -> None:
    there, projection = package
    found = [fingerprint(projection)]
    for content in ("1", "2"):
        (there / "data.toml").write_text(f"number = {content}")
        found.append(fingerprint(projection))
    assert len(set(found)) == 3


def test_what_changes_in_a_module_that_no_handler_reaches_is_not(package: tuple[Path, Projection]) -> None:
    there, projection = package
    before = fingerprint(projection)
    (there / "beside.py").write_text("OTHER = 2\n")
    assert fingerprint(projection) == before


def test_what_turns_facts_into_rows_is_looked_at_for_every_projection() -> None:
    for projection in PROJECTIONS:
        looked_at = {name for name, _ in reached(part.__module__ for part in projection.parts)}
        assert {"services.chassis.projections.rows", "schemas.envelope"} < looked_at
