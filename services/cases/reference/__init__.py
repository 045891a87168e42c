"""Reference values of the cases service, as in force on a day. Each file says where its values come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.cases.domain.publication import Contact
from services.cases.domain.rules import RecallRules
from services.chassis.errors import Refusal
from services.chassis.french import typography
from services.chassis.reference import NoRuleInForce, Reference

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Motive:
    """`basis` is the legal basis and class as printed after the label; empty when none is to be cited."""

    code: str
    label: str
    basis: str


@dataclass(frozen=True)
class TownHall:
    """Who a commune's letters come from."""

    name: str
    service: str
    line: str
    postal_code: str
    town: str
    phone: str
    mail: str

    def contact_lines(self) -> list[str]:
        """Telephone and mail, as a letter shows them."""
        return [f"Téléphone\u00a0: {self.phone}", f"Courriel\u00a0: {self.mail}"]


class TownHallUnknown(Refusal):
    sentence = "Les coordonnées de la mairie manquent : la lettre ne peut pas être faite."


def _rules() -> Reference:
    return Reference.load(_HERE / "rules.toml")


def recall_rules(on: date) -> RecallRules:
    """The rules of a rappel à l'ordre on a day."""
    rules = _rules()
    return RecallRules(
        screening_days=rules.value("recall.screening_days", on=on),
        summons_notice_days=rules.value("recall.summons_notice_days", on=on),
        summonses_max=rules.value("recall.summonses_max", on=on),
        first_follow_up_months=rules.value("recall.follow_up_months.first", on=on),
        second_follow_up_months=rules.value("recall.follow_up_months.second", on=on),
    )


def retention_years(on: date) -> int:
    return int(_rules().value("recall.retention_years", on=on))


def verification_months(on: date) -> int:
    """How old the last call to a printed number may be."""
    return int(_rules().value("publication.verification_months", on=on))


def motives(on: date) -> dict[str, Motive]:
    """The motives in force, by code, in the order of the file."""
    found = Reference.load(_HERE / "motives.toml").in_force(on)
    return {
        rule.name: Motive(rule.name, typography(rule.value["label"]), typography(rule.value["basis"])) for rule in found
    }


def helplines(on: date) -> dict[str, Contact]:
    """The national numbers in force, unverified."""
    found = Reference.load(_HERE / "helplines.toml").in_force(on)
    return {rule.name: Contact(number=rule.name, source=rule.source, **rule.value) for rule in found}


def communes(on: date) -> dict[str, str]:
    """INSEE code → name."""
    return dict(Reference.load(_HERE / "places.toml").value("communes", on=on))


def town_hall(commune: str, on: date) -> TownHall:
    """Raises TownHallUnknown when the reference file holds none."""
    try:
        return TownHall(**Reference.load(_HERE / "places.toml").value(f"town_hall.{commune}", on=on))
    except NoRuleInForce:
        raise TownHallUnknown from None


def districts(commune: str, on: date) -> dict[str, str]:
    """Code → name of the districts of a commune; empty when none is listed."""
    try:
        return dict(Reference.load(_HERE / "places.toml").value(f"districts.{commune}", on=on))
    except NoRuleInForce:
        return {}
