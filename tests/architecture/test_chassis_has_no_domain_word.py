"""The chassis could carry another council, or a library: no word of this one is in it."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

# Words of the council's business, in the code's language and in French, as whole words or parts of an identifier.
WORDS = re.compile(
    r"""(?ix) (?<![a-z]) (?:
      meetings? | plenar(?:y|ies) | agendas? | convenings? | convocations? | minutes_of | reunions? | réunions?
    | recalls? | rappels? | parquet | prosecutors? | coordinators? | mayors? | mairie | maires? | presidents?
    | drop_in | permanences? | flyers? | dépliants? | publications? | partners? | communes? | victims? | residents?
    | deliver(?:y|ies) | signator(?:y|ies) | plans? | institutions? | cispd\.(?:bodies|meetings|plans|cases)
    ) (?![a-z])"""
)
# Claims are named by the identity provider, and everyone who may act here sits for an institution or in a commune.
CLAIMS = {"institution", "communes", "commune"}
EXCUSED = {
    "services/chassis/identity/principal.py": CLAIMS,
    "services/chassis/http/problems.py": CLAIMS,
    # The sign-in page and the attendance sheet show where a person comes from.
    "services/chassis/web/parts.py": {"institution"},
    "services/chassis/web/templates/components/acts.html": {"institution"},
    # PostgreSQL's word for the way it reads.
    "services/chassis/relay/cursor.py": {"plan"},
}
FILES = [
    file
    for file in sorted((ROOT / "services" / "chassis").rglob("*"))
    if file.suffix in {".py", ".sql", ".html"} and "/assets/" not in str(file)
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_chassis_file_holds_no_domain_word(file: Path) -> None:
    name = str(file.relative_to(ROOT))
    found = {match.group().lower() for match in WORDS.finditer(file.read_text(encoding="utf-8"))}
    assert found <= EXCUSED.get(name, set())
