"""The pages of the local stack's own parts (sign-in, mails), in the product's layout."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse

from schemas.site import site
from services.chassis import french
from services.chassis.clock import Clock
from services.chassis.web.assets import asset_path
from services.chassis.web.headers import security_headers
from services.chassis.web.templating import environment

PACKAGE = "deploy.local"
ASSETS = "local"


class Pages:
    """Renders templates for nobody in particular; the strip at the top tells the date of the local clock."""

    def __init__(self, clock_file: Path, issuer: str) -> None:
        self.clock = Clock(clock_file)
        headers = security_headers(issuer)
        headers["Content-Security-Policy"] += "; frame-src 'self'"  # a mail is shown in a frame
        self.headers = headers | {"Cache-Control": "no-store"}

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
    ) -> HTMLResponse:
        now = self.clock.now()
        surroundings = {
            "site": site(),
            "by": None,
            "menu": (),
            "sections": (),
            "flash": None,
            "local_stack": True,
            "now": french.local(now),
            "today": french.full_date(now),
            "asset": lambda name: asset_path(ASSETS, name),
        }
        text = environment(PACKAGE).get_template(template).render(surroundings | context)
        return HTMLResponse(text, status, headers=self.headers | dict(headers or {}))
