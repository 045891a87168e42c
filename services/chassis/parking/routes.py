"""Parked records by page and API."""

from __future__ import annotations

from services.chassis.http.routes import Routes
from services.chassis.service import Service


def parking_routes(service: Service) -> Routes:
    """The routes under /exploitation/<service>/mises-de-cote and /api/operations/<service>/parked."""
    return Routes()
