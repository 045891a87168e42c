"""Whose case it is: a case belongs to one commune, and only people of that commune may touch it."""

from __future__ import annotations

from services.chassis.errors import NotAllowed
from services.chassis.identity import Principal


class OutsideCommune(NotAllowed):
    sentence = "Ce dossier relève d'une autre commune."


def check_commune(by: Principal, commune: str) -> None:
    """The commune must be one of the caller's. Raises OutsideCommune."""
    if commune not in by.communes:
        raise OutsideCommune
