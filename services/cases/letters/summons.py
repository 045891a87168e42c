"""The letter that summons somebody to the town hall: to an adult, or to a minor with a copy to each representative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import typst

from services.cases.person import Address, OpenedName, Representative
from services.cases.reference import TownHall
from services.chassis.french import full_date, full_datetime, typography

_TEMPLATE = Path(__file__).with_name("summons.typ")
_LINE_SIGNS = 38
_LAW = "En application de l'article L. 132-7 du code de la sécurité intérieure,"


@dataclass(frozen=True, kw_only=True)
class SummonsLetter:
    """What the letter says; no motive. `attempt` 2 follows an absence. Never logged: `repr` hides the person."""

    reference: str
    town_hall: TownHall
    written_on: date
    hearing_at: datetime
    place: str
    attempt: int
    minor: bool
    name: OpenedName
    address: Address
    representatives: tuple[Representative, ...] = ()

    def __repr__(self) -> str:
        return f"SummonsLetter({self.reference})"


def summons_pdf(letter: SummonsLetter) -> bytes:
    """The letter and its copies, one page each. Same letter, same bytes."""
    data = orjson.dumps(_data(letter), option=orjson.OPT_SORT_KEYS).decode()
    made = typst.compile(
        _TEMPLATE,
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=int(datetime.combine(letter.written_on, datetime.min.time()).timestamp()),
    )
    return bytes(made)


def _data(letter: SummonsLetter) -> dict[str, Any]:
    hall = letter.town_hall
    return {
        "title": typography(f"Convocation en mairie, {letter.reference}"),
        "subject": "convocation en mairie",
        "reference": letter.reference,
        "sender": {
            "name": hall.name,
            "service": hall.service,
            "lines": [hall.service, *hall.contact_lines(), typography(f"Réf. : {letter.reference}")],
            "foot": f"{hall.name}, {hall.line}, {hall.postal_code} {hall.town}",
        },
        "place_and_date": f"{hall.town}, le {full_date(letter.written_on)}",
        "hearing": f"le {full_datetime(letter.hearing_at)}",
        "where": letter.place,
        "signatory": "Le maire ou la personne déléguée",
        "rights": [typography(text) for text in _rights(hall)],
        "copies": [_to_the_person(letter), *(_to(letter, one) for one in letter.representatives if letter.minor)],
    }


def _to_the_person(letter: SummonsLetter) -> dict[str, Any]:
    name = f"{letter.name.given_name} {letter.name.family_name}"
    opening = [f"{_LAW} je vous invite à un entretien qui aura lieu :"]
    body = [
        "Cet entretien n'est ni une sanction ni une condamnation. Des règles de la vie commune vous y seront "
        "rappelées, et vous pourrez vous exprimer.",
        "Présentez-vous avec cette lettre et une pièce d'identité. Si cette date ne vous convient pas, appelez-nous : "
        "une autre vous sera proposée.",
    ]
    if letter.minor:
        body.insert(
            1,
            "Vous avez moins de 18 ans : venez avec l'un de vos parents, avec votre représentant légal ou, à défaut, "
            "avec une personne exerçant une responsabilité éducative. Ils reçoivent copie de cette lettre.",
        )
    return _copy(letter, _envelope([name], letter.address), opening, body)


def _to(letter: SummonsLetter, one: Representative) -> dict[str, Any]:
    name = f"{one.given_name} {one.family_name}".strip()
    person = f"{letter.name.given_name} {letter.name.family_name}"
    opening = [f"{_LAW} j'invite {person}, que vous représentez, à un entretien qui aura lieu :"]
    body = [
        "Votre présence, ou celle d'un autre représentant légal, est prévue par la loi. Si aucun de vous ne peut "
        "venir, appelez-nous : une autre date vous sera proposée.",
        "Cet entretien n'est ni une sanction ni une condamnation. Vous pourrez vous y exprimer.",
    ]
    return _copy(letter, _envelope([name], one.address or letter.address), opening, body)


def _copy(letter: SummonsLetter, recipient: list[str], opening: list[str], body: list[str]) -> dict[str, Any]:
    if letter.attempt > 1:
        opening = ["L'entretien prévu par ma première lettre n'a pas pu avoir lieu.", *opening]
    call = "Madame, Monsieur,"
    return {
        "recipient": recipient,
        "call": call,
        "opening": [typography(text) for text in opening],
        "body": [typography(text) for text in body],
        "courtesy": f"Recevez, {call[:-1]}, mes salutations distinguées.",
    }


def _envelope(names: list[str], address: Address) -> list[str]:
    """At most six lines of thirty-eight signs; the last in capitals, without punctuation (NF Z 10-011)."""
    lines = [*names, address.complement, address.line]
    shown = [line[:_LINE_SIGNS] for line in lines if line][:5]
    return [*shown, f"{address.postal_code} {address.town.upper()}"[:_LINE_SIGNS]]


def _rights(hall: TownHall) -> list[str]:
    return [
        "Vos données sont enregistrées par la commune pour cette seule procédure et effacées au terme fixé par elle. "
        "Vous pouvez y accéder, les faire corriger ou vous opposer à leur usage en écrivant à la personne déléguée à "
        f"la protection des données, {hall.name}, {hall.line}, {hall.postal_code} {hall.town}. "
        "Vous pouvez saisir la CNIL."
    ]
