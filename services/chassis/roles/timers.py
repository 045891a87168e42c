"""The role `timers`: fires what is due."""

from __future__ import annotations

from services.chassis.keeping import Loop
from services.chassis.running import Running
from services.chassis.service import Service
from services.chassis.timers import firing


def loops(service: Service, running: Running) -> list[tuple[str, Loop]]:
    return [("timers", lambda: firing.run(running, service.timers))]
