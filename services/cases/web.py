"""What the service answers by HTTP: its API, and its pages."""

from __future__ import annotations

from services.cases.pages import ROUTES as PAGES
from services.cases.routes import ROUTES as API

ROUTES = (*API, *PAGES)
