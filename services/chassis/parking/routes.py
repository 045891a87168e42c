"""Parked records by page and API, for the operator."""

from __future__ import annotations

from services.chassis.http.routes import Routes
from services.chassis.parking.api import api_routes
from services.chassis.parking.pages.discarding import discarding_routes
from services.chassis.parking.pages.listing import listing_routes
from services.chassis.parking.pages.record import record_routes
from services.chassis.service import Service


def parking_routes(service: Service) -> list[Routes]:
    """Everything under /exploitation/<service>/mises-de-cote and /api/operations/<service>/parked."""
    return [api_routes(service), listing_routes(service), record_routes(service), discarding_routes(service)]
