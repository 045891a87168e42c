"""The reporting service: reads the facts of all others and shows what they add up to."""

from __future__ import annotations

from services.chassis.service import Service

SERVICE = Service(
    name="reporting",
    package="services.reporting",
    routes="services.reporting.web:ROUTES",
    subscriptions="services.reporting.subscriptions:subscriptions",
    projections="services.reporting.projections:PROJECTIONS",
)
