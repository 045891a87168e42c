"""The public pages that the footer leads to: help, accessibility, data protection, legal notice."""

from __future__ import annotations

from starlette.responses import Response

from services.chassis.http import PUBLIC, Look, Routes
from services.chassis.web import page

routes = Routes()


@routes.page("/aide", allow=PUBLIC)
async def help_page(look: Look) -> Response:
    return page(look, "about/help.html", title="Aide")


@routes.page("/accessibilite", allow=PUBLIC)
async def accessibility_page(look: Look) -> Response:
    return page(look, "about/accessibility.html", title="Accessibilité")


@routes.page("/donnees", allow=PUBLIC)
async def data_protection_page(look: Look) -> Response:
    return page(look, "about/data_protection.html", title="Protection des données")


@routes.page("/mentions", allow=PUBLIC)
async def legal_notice_page(look: Look) -> Response:
    return page(look, "about/legal_notice.html", title="Mentions légales")
