"""What the service answers by HTTP: its API, and its pages."""

from __future__ import annotations

from services.meetings.pages import PAGES
from services.meetings.routes import routes

ROUTES = (routes, *PAGES)
