"""The glossary speaks of things that exist, and leaves no role and no formation out."""

import re
from functools import cache
from pathlib import Path

import pytest

from schemas.events.bodies import BodyKind
from schemas.roles import Role

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
ROW = re.compile(r"^\|(?!---)([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
CODE = re.compile(r"`([\w.]+)`")
ROWS = [cells for cells in ROW.findall(GLOSSARY.read_text(encoding="utf-8")) if cells[0].strip() != "French"]
NAMES = sorted({name for cells in ROWS for name in CODE.findall("".join(cells))})


@cache
def _identifiers() -> frozenset[str]:
    files = [
        path for room in ("schemas", "services") for path in (ROOT / room).rglob("*") if path.suffix in {".py", ".sql"}
    ]
    return frozenset(word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_the_glossary_is_in_the_code(name: str) -> None:
    assert set(name.split(".")) <= _identifiers()


@pytest.mark.parametrize("role", Role)
def test_every_role_is_explained(role: Role) -> None:
    assert f"Role.{role.name}" in NAMES


@pytest.mark.parametrize("kind", BodyKind)
def test_every_formation_is_explained(kind: BodyKind) -> None:
    assert f"BodyKind.{kind.name}" in NAMES


def test_every_term_is_whole_and_explained_once() -> None:
    terms = [cells[0].strip() for cells in ROWS]
    assert len(terms) == len(set(terms))
    assert all(cell.strip() for cells in ROWS for cell in cells)
