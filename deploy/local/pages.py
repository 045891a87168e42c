"""The pages of the local stack's own parts (sign-in, mails), in the look of the product."""

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemas.site import site
from services.chassis.clock import Clock
from services.chassis.french import full_date, history_datetime

POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; frame-src 'self'"


class Pages:
    """Renders templates; the strip at the top tells the date of the local clock."""

    def __init__(self, clock_file: Path) -> None:
        self.clock = Clock(clock_file)
        folder = Path(__file__).with_name("templates")
        self.templates = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
        self.templates.filters["moment"] = history_datetime

    def page(self, template: str, **context: Any) -> HTMLResponse:
        text = self.templates.get_template(template).render(
            site=site(), stylesheets=(), today=full_date(self.clock.now().date()), **context
        )
        return HTMLResponse(text, headers={"content-security-policy": POLICY, "cache-control": "no-store"})
