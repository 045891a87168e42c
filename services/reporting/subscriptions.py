"""Everything reporting reads. It decides nothing and publishes nothing."""

from __future__ import annotations

from services.chassis.subscriptions import Subscriptions
from services.reporting.projections.bodies import bodies
from services.reporting.projections.deliveries import deliveries
from services.reporting.projections.meetings import meetings
from services.reporting.projections.outreach import outreach
from services.reporting.projections.plans import plans
from services.reporting.projections.recalls import recalls

subscriptions = Subscriptions()
for projection in (bodies, meetings, plans, recalls, outreach, deliveries):
    subscriptions.include(projection)
