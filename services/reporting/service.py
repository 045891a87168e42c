"""The reporting service: reads the facts of all others and shows what they add up to."""

from __future__ import annotations

from services.chassis.service import Service
from services.reporting.pages.dashboard import routes as page_routes
from services.reporting.projections import PROJECTIONS
from services.reporting.routes import routes
from services.reporting.subscriptions import subscriptions

SERVICE = Service(
    name="reporting",
    package="services.reporting",
    routes=[routes, page_routes],
    subscriptions=subscriptions,
    projections=PROJECTIONS,
)
