"""The cases service, said once."""

from __future__ import annotations

from services.cases.deadlines import timers
from services.cases.pages import ROUTES as PAGES
from services.cases.routes import ROUTES
from services.cases.settings import CasesSettings
from services.chassis.service import Service

SERVICE = Service(
    name="cases",
    package=__package__,
    settings=CasesSettings,
    routes=(*ROUTES, *PAGES),
    timers=timers,
)
