"""`python -m deploy.local.front`: the front door as a process."""

import uvicorn

from deploy.local.front.app import front_door
from deploy.local.front.settings import FrontSettings
from deploy.local.ports import LOOPBACK


def main() -> None:
    settings = FrontSettings()
    uvicorn.run(
        front_door(settings),
        host=LOOPBACK,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,  # a service's answer has its own
        timeout_keep_alive=75,
    )


main()
