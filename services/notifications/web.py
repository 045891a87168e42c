"""What the service answers by HTTP: its API, and its pages."""

from __future__ import annotations

from services.notifications.pages import deliveries, delivery, directory, meeting_file, todo
from services.notifications.routes import routes

# Fixed addresses before the one that takes an id.
ROUTES = (routes, todo.routes, directory.routes, meeting_file.routes, deliveries.routes, delivery.routes)
