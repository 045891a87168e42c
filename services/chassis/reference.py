"""Dated reference data: thresholds, delays and lists that a text may change, each with its period and its source."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict


class Rule(BaseModel):
    """One value in force from `valid_from` to `valid_until` (both included; None: without end)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    value: Any
    valid_from: date
    valid_until: date | None = None
    source: str

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class NoRuleInForce(LookupError):
    """No value of that name is in force on that day: the reference file has a gap."""


class Reference:
    """The rules of one file."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules

    @staticmethod
    @cache
    def load(path: Path) -> Reference:
        """Reads `[[rule]]` tables from a TOML file."""
        return Reference([Rule.model_validate(entry) for entry in tomllib.loads(path.read_text())["rule"]])

    def rule(self, name: str, *, on: date) -> Rule:
        """The rule in force on that day. Raises NoRuleInForce."""
        for rule in self._rules:
            if rule.name == name and rule.holds(on):
                return rule
        raise NoRuleInForce(f"{name} has no value in force on {on}: add one to the reference file")

    def value(self, name: str, *, on: date) -> Any:
        return self.rule(name, on=on).value

    def in_force(self, on: date) -> list[Rule]:
        """Every rule in force on that day, in the order of the file."""
        return [rule for rule in self._rules if rule.holds(on)]
