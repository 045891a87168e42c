"""Renders a page: the service's template in the layout, with the menus of the reader and the headers of every page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from schemas.site import site
from services.chassis import french
from services.chassis.http.look import Look
from services.chassis.identity import Principal
from services.chassis.web import flash
from services.chassis.web.assets import asset_path
from services.chassis.web.headers import security_headers
from services.chassis.web.navigation import menus
from services.chassis.web.templating import environment
from services.chassis.web.typesetting import raise_ordinals

ANONYMOUS = "anonymous"


def page(
    look: Look, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """The page `template` (from the service's pages/templates, else the chassis') for whoever looks.

    `context` must hold `title`, the h1, unless the template sets it. Besides it a template sees: by, site, csrf, now
    (Paris), today, path, local_stack, flash, and `form` when given.
    """
    by = None if look.by.subject == ANONYMOUS else look.by
    package = ".".join(look.request.scope["endpoint"].__module__.split(".")[:2])
    return rendered(
        look.request, package, template, by=by, csrf=look.csrf, now=look.now, settings=look.settings, status=status,
        headers=headers, context=context,
    )  # fmt: skip


def rendered(
    request: Request,
    package: str,
    template: str,
    *,
    by: Principal | None,
    csrf: str,
    now: datetime,
    settings: Any,
    status: int,
    headers: Mapping[str, str] | None = None,
    context: Mapping[str, Any],
) -> HTMLResponse:
    """What `page` does, for those who have no Look (error pages)."""
    message = flash.waiting(request)
    given = _surroundings(request, by, csrf, now, settings) | {"flash": message} | dict(context)
    if "form" in given and status == 200:
        status = given["form"].status
    body = raise_ordinals(environment(package).get_template(template).render(given))
    response = HTMLResponse(
        body, status_code=status, headers=security_headers(settings.oidc_issuer) | dict(headers or {})
    )
    if message is not None:
        flash.taken(response)
    return response


def _surroundings(request: Request, by: Principal | None, csrf: str, now: datetime, settings: Any) -> dict[str, Any]:
    path = request.url.path
    service = site().service_of(path) or next(iter(site().services))
    shown = menus(by, path)
    return {
        "by": by,
        "site": site(),
        "csrf": csrf,
        "now": french.local(now),
        "today": french.full_date(now),
        "path": path,
        "local_stack": settings.environment == "local",
        "menu": shown.main,
        "sections": shown.sections,
        "sections_label": shown.label,
        "sign_out": f"/session/{service}/deconnexion",
        "asset": lambda name: asset_path(service, name),
    }
