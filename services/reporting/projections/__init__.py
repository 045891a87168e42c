"""Every projection of this service; a table belongs to exactly one."""

from services.reporting.projections.bodies import bodies
from services.reporting.projections.deliveries import deliveries
from services.reporting.projections.meetings import meetings
from services.reporting.projections.outreach import outreach
from services.reporting.projections.plans import plans
from services.reporting.projections.recalls import recalls

PROJECTIONS = (bodies, meetings, plans, recalls, outreach, deliveries)
