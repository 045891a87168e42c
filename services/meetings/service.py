"""The meetings service: the council's bodies, meetings and plans."""

from __future__ import annotations

from services.chassis.service import Service
from services.meetings.pages import PAGES
from services.meetings.routes import routes

SERVICE = Service(name="meetings", package="services.meetings", routes=[routes, *PAGES])
