"""Projections: tables that are nothing but what the facts of one topic add up to."""

from services.chassis.projections.projection import Projection
from services.chassis.projections.rows import Change, Table, write

__all__ = ["Change", "Projection", "Table", "write"]
