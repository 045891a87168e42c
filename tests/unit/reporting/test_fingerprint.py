"""Which changes of a projection's code an unfinished rebuild notices."""

import sys
from collections.abc import Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest

from services.chassis.rebuild.fingerprint import fingerprint

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
