"""The protocols with the parquet, and the form that puts one on record."""

from __future__ import annotations

from starlette.responses import Response

from services.cases import reference, rights
from services.cases.domain.days import day_of
from services.cases.domain.protocol import Protocol
from services.cases.pages.words import commune_name
from services.cases.queries import protocols as queries
from services.cases.use_cases.sign_protocol import SignProtocol, sign_protocol
from services.chassis.french import count, short_date
from services.chassis.http import Look, Routes
from services.chassis.web import Fact, Message, Option, State, page
from services.chassis.web.forms import FormState, submit

routes = Routes()
ADDRESS = "/dossiers/protocole"
SAYS = {
    "commune": "Indiquez la commune.",
    "prosecutor_office": "Indiquez le parquet.",
    "signed_on": "Indiquez la date de signature, au format jj/mm/aaaa.",
    "valid_from": "Indiquez le premier jour de validité, au format jj/mm/aaaa.",
    "motives": "Cochez au moins un motif.",
    "reply_days": "Indiquez un nombre de jours, de 1 à 90.",
}


@routes.page(ADDRESS, allow=rights.READERS)
async def protocols_page(look: Look) -> Response:
    found, _ = await queries.protocols(look.tx, commune=None, limit=200, after=0)
    return page(
        look,
        "protocols.html",
        title="Protocole avec le parquet",
        protocols=[_shown(look, one) for one in found],
        may_sign=look.by.has(*rights.TOWN_HALL),
    )


def _shown(look: Look, one: Protocol) -> dict[str, object]:
    today = day_of(look.now)
    known = reference.motives(today)
    force = State("En vigueur", "done") if one.in_force(today) else State("Hors période", "waiting")
    silence = "Vaut avis favorable" if one.silence_is_clearance else "Ne vaut pas avis favorable"
    return {
        "title": f"{commune_name(one.commune, today)}, {short_date(one.signed_on)}",
        "facts": [
            Fact("État", state=force),
            Fact("Signé avec", one.prosecutor_office),
            Fact("Validité", _validity(one)),
            Fact("Délai de réponse", count(one.reply_days, "jour")),
            Fact("Silence du parquet", silence),
        ],
        "motives": [known[code].label if code in known else code for code in sorted(one.motives)],
    }


def _validity(one: Protocol) -> str:
    if one.valid_until is None:
        return f"Depuis le {short_date(one.valid_from)}, sans terme"
    return f"Du {short_date(one.valid_from)} au {short_date(one.valid_until)}"


async def _show(look: Look, form: FormState) -> Response:
    today = day_of(look.now)
    names = reference.communes(today)
    return page(
        look,
        "protocol_form.html",
        title="Enregistrer un protocole signé",
        form=form,
        communes=[Option(code, names[code]) for code in names if code in look.by.communes],
        motives=[Option(one.code, one.label) for one in reference.motives(today).values()],
    )


@routes.page(f"{ADDRESS}/enregistrer", allow=rights.TOWN_HALL)
async def sign_page(look: Look) -> Response:
    return await _show(look, FormState.blank({"reply_days": 15}))


@routes.form(f"{ADDRESS}/enregistrer", allow=rights.TOWN_HALL)
async def sign_form(look: Look) -> Response:
    return await submit(
        look,
        sign_protocol,
        SignProtocol,
        target=None,
        show=lambda form: _show(look, form),
        then=ADDRESS,
        message=Message("Le protocole est enregistré."),
        headline="Le protocole n’est pas enregistré",
        says=SAYS,
    )
