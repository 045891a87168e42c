"""What the service answers by HTTP: its figures, and the pages that show them."""

from __future__ import annotations

from services.reporting.pages.dashboard import routes as page_routes
from services.reporting.routes import routes

ROUTES = (routes, page_routes)
