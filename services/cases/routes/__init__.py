"""The HTTP API of the cases service."""

from services.cases.routes.outreach import routes as outreach_routes
from services.cases.routes.recalls import routes as recall_routes

ROUTES = (recall_routes, outreach_routes)
