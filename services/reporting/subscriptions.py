"""Everything reporting reads. It decides nothing and publishes nothing."""

from __future__ import annotations

from services.chassis.subscriptions import Subscriptions
from services.reporting.projections import PROJECTIONS

subscriptions = Subscriptions()
for projection in PROJECTIONS:
    subscriptions.include(projection.subscriptions)
