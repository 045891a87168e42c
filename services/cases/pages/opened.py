"""What a reading opened, as facts to show."""

from __future__ import annotations

from datetime import date

from services.cases.domain.ages import age_on
from services.cases.pages.words import CAPACITIES
from services.cases.person import Address, OpenedCase, Representative
from services.chassis.french import count, full_date, short_date
from services.chassis.web import Fact


def opened_facts(opened: OpenedCase, today: date) -> list[Fact]:
    """One fact per opened field; a field that stays sealed is not named."""
    facts: list[Fact] = []
    if opened.name:
        facts.append(Fact("Nom", f"{opened.name.family_name.upper()} {opened.name.given_name}"))
    if opened.birth_date:
        years = count(age_on(opened.birth_date, today), "an")
        facts.append(Fact("Date de naissance", f"{short_date(opened.birth_date)} ({years})"))
    if opened.address:
        facts.append(Fact("Adresse", one_line(opened.address)))
    facts += [_representative(one) for one in opened.representatives or ()]
    if opened.facts_on:
        facts.append(Fact("Date des faits", full_date(opened.facts_on)))
    if opened.place:
        facts.append(Fact("Lieu des faits", opened.place))
    if opened.narrative:
        facts.append(Fact("Récit", opened.narrative))
    return facts


def one_line(address: Address) -> str:
    parts = (address.line, address.complement, f"{address.postal_code} {address.town}")
    return ", ".join(part for part in parts if part)


def _representative(one: Representative) -> Fact:
    name = f"{one.family_name.upper()} {one.given_name}".strip()
    return Fact(CAPACITIES[one.capacity], name, one_line(one.address) if one.address else "Même adresse")
