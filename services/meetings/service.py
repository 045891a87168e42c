"""The meetings service: the council's bodies, meetings and plans."""

from __future__ import annotations

from services.chassis.service import Service

SERVICE = Service(name="meetings", package="services.meetings", routes="services.meetings.web:ROUTES")
