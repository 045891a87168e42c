"""The role `api`: pages and API."""

from __future__ import annotations

from services.chassis.http.app import create_app
from services.chassis.keeping import Loop
from services.chassis.running import Running
from services.chassis.service import Service
from services.chassis.serving import serve


def loops(service: Service, running: Running) -> list[tuple[str, Loop]]:
    app = create_app(service, running)
    return [("http", lambda: serve(app, running))]
