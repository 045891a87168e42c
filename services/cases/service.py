"""The cases service, said once."""

from __future__ import annotations

from services.cases.settings import CasesSettings
from services.chassis.service import Service

SERVICE = Service(
    name="cases",
    package=__package__,
    settings=CasesSettings,
    routes="services.cases.web:ROUTES",
    timers="services.cases.deadlines:timers",
)
