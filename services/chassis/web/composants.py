"""The page that shows every component, on a local stack only."""

from __future__ import annotations

from services.chassis.http.routes import Routes


def component_routes() -> Routes:
    """The route /exploitation/composants."""
    return Routes()
