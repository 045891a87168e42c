"""Every component on one page, for those who build pages; served on a local stack only."""

from __future__ import annotations

from starlette.responses import Response

from services.chassis.errors import InvalidInput
from services.chassis.http.look import Look
from services.chassis.http.rights import PUBLIC
from services.chassis.http.routes import Routes
from services.chassis.web import samples
from services.chassis.web.forms import FormState
from services.chassis.web.page import page

ADDRESS = "/exploitation/composants"


def component_routes() -> Routes:
    """The route of the page; it needs no sign-in, for it shows nothing real."""
    routes = Routes()

    @routes.page(ADDRESS, allow=PUBLIC)
    async def components_page(look: Look) -> Response:
        return page(look, "composants.html", title="Composants", form=refused_form(), **samples.everything())

    return routes


def refused_form() -> FormState:
    """A form as it comes back: three faults, one of them with a lawful choice."""
    form = FormState.blank(samples.typed())
    form.bound, form.title = True, "Le dépôt n’est pas prêt"
    known = {"opens_at", "place", "lines"}
    form.refuse(samples.TooSoon(field="opens_at", days=5, least=7, proposal=samples.LAWFUL), known)
    form.refuse(
        InvalidInput(
            [
                ("place", "Indiquez le lieu de la rencontre."),
                ("lines.1.minutes", "La durée du point 2 doit être un nombre de minutes, par exemple 30."),
            ]
        ),
        known,
    )
    form.status = 200
    return form
