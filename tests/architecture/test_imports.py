"""The import rules of pyproject.toml hold, and would be noticed if they were dropped."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.sources import ROOT, SERVICES


def test_every_import_rule_holds() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_service_is_under_the_rules() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    names = {f"services.{name}" for name in SERVICES}
    apart = next(contract for contract in contracts if contract["type"] == "independence")
    pure = next(contract for contract in contracts if contract["name"].startswith("The domain"))
    assert set(apart["modules"]) == names
    assert set(pure["source_modules"]) == {f"{name}.domain" for name in names}
    found = {f"services.{file.parent.name}" for file in (ROOT / "services").glob("*/service.py")}
    assert found - {"services.chassis"} <= names
