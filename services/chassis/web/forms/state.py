"""What a form shows: what was typed, what is wrong with it, what is proposed instead."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from pydantic import BaseModel
from starlette.datastructures import FormData

from services.chassis import french
from services.chassis.errors import CommandIdReused, InvalidInput, Refusal, StaleVersion
from services.chassis.web.forms.editing import edited
from services.chassis.web.forms.meanwhile import Fields, Meanwhile, carried, compared, read_carried
from services.chassis.web.forms.reading import row_numbers
from services.chassis.web.forms.values import spread
from services.chassis.web.parts import Option
from services.chassis.web.templating import new_command_id

_OWN = {"csrf", "command_id", "version", "opened", "take", "edit", "checked"}


class Fault(NamedTuple):
    """A line of the error summary; `id` is the field to go to, "" for a refusal of the whole act."""

    id: str
    sentence: str


class Offer(NamedTuple):
    """A lawful choice, in full; `token` is what its button posts."""

    lead: str
    text: str
    token: str
    label: str


@dataclass
class FormState:
    """The state of one form on one page. `status` is what the page answers with; `opened` is what was stored in the
    version it claims to have seen (see meanwhile)."""

    typed: dict[str, list[str]] = field(default_factory=dict)
    command_id: UUID = field(default_factory=new_command_id)
    version: int | None = None
    bound: bool = False
    status: int = 200
    title: str = "L’enregistrement n’a pas été fait"
    edit: str = ""
    checked: bool = False
    opened: Fields = field(default_factory=dict)
    _meanwhile: Meanwhile = field(default_factory=Meanwhile)
    _errors: dict[str, str] = field(default_factory=dict)
    _whole: list[str] = field(default_factory=list)
    _offers: dict[str, Offer] = field(default_factory=dict)

    @classmethod
    def blank(cls, values: Mapping[str, Any] | BaseModel | None = None) -> Self:
        """A form not sent yet, its fields filled with `values` (those of the command, nested ones included)."""
        return cls(typed=spread(values or {}))

    @classmethod
    def posted(cls, form: FormData, title: str) -> Self:
        """What somebody sent. `title` is the headline of the summary if it is refused."""
        typed = {key: [value for value in form.getlist(key) if isinstance(value, str)] for key in form}
        state = cls(
            typed={key: texts for key, texts in typed.items() if key not in _OWN},
            version=_whole_number(form.get("version")),
            bound=True,
            title=french.typography(title),
            edit=str(form.get("edit", "")),
            checked="checked" in form,
            opened=read_carried(form.get("opened")),
        )
        try:
            state.command_id = UUID(str(form.get("command_id", "")))
        except ValueError:
            state.command_id = new_command_id()
        state._apply(str(form.get("take", "")))
        return state

    def _apply(self, taken: str) -> None:
        name, sign, value = taken.partition("=")
        if sign:
            self.edit = "take"
            self.typed |= spread({name: _read_offer(value)})
        elif self.edit:
            self.typed = edited(self.typed, self.edit, self.opened)

    def refuse(self, refusal: Refusal, known: set[str]) -> None:
        """Places a refusal: beside the field it names when the form has it (`known`), else above all of them."""
        self.status = refusal.status
        faults = refusal.faults if isinstance(refusal, InvalidInput) else [(refusal.field, refusal.detail)]
        for name, sentence in faults:
            if name and name.split(".")[0].split("-")[0] in known:
                self._errors.setdefault(self.id(name), sentence)
            else:
                self._whole.append(sentence)
        if refusal.field and refusal.proposal is not None:
            self._offers[self.id(refusal.field)] = _offer(self.id(refusal.field), refusal.proposal)
        if isinstance(refusal, StaleVersion):
            self.version = None
        if isinstance(refusal, CommandIdReused):
            self.command_id = new_command_id()

    def beside(self, stored: Mapping[str, Any], about: str = "") -> Self:
        """Has the form carry what is stored, and after a refusal for an older version tell what changed since then.

        With `about` the fields are those of that entry of `stored`: what the reader chose to write about.
        """
        compared_now = compared(self.opened, stored, self.typed, about)
        if self.status == StaleVersion.status:
            self._meanwhile = compared_now
        if self.version is None:
            self.opened = compared_now.to_carry() if self.bound else compared_now.stands
        return self

    @property
    def opened_to_send(self) -> str:
        return carried(self.opened)

    def newer(self, name: str, options: Iterable[Option] = ()) -> str | None:
        """What somebody else made of the field, "" for nothing; None where nobody did, or the same was typed.

        `options` give the words of a choice.
        """
        stands = self._meanwhile.newer(self.id(name))
        words = {option.value: option.label for option in options}
        return None if stands is None else ", ".join(words.get(text, text) for text in stands)

    def newer_rows(self, name: str, part: str) -> list[str]:
        """The `part` (« title ») of each row that somebody else added."""
        stands, added = self._meanwhile.stands, self._meanwhile.added(name)
        return [text for number in added for text in stands.get(f"{name}-{number}-{part}", [])]

    def numbers(self, name: str, part: str, identities: Iterable[str]) -> dict[str, int]:
        """The number of the row of each identity: what was typed about somebody (`part` says whom) stays with him."""
        typed = row_numbers(self.typed, name)
        known = {self.value(f"{name}.{number}.{part}"): number for number in typed}
        fresh = itertools.count(max(typed, default=-1) + 1)
        return {each: known[each] if each in known else next(fresh) for each in identities}

    @staticmethod
    def id(name: str) -> str:
        """The id and name of a field in HTML: « lines.0.title » is lines-0-title."""
        return name.replace(".", "-")

    def value(self, name: str) -> str:
        return next(iter(self.typed.get(self.id(name), [])), "")

    def chosen(self, name: str, value: object) -> bool:
        return str(value) in self.typed.get(self.id(name), [])

    def error(self, name: str) -> str:
        return self._errors.get(self.id(name), "")

    def proposal(self, name: str) -> Offer | None:
        return self._offers.get(self.id(name))

    def rows(self, name: str, least: int = 1) -> list[str]:
        """The row prefixes of a list to show: « lines-0 », « lines-1 »…"""
        numbers = row_numbers(self.typed, name)
        numbers += range(max(numbers, default=-1) + 1, max(numbers, default=-1) + 1 + max(0, least - len(numbers)))
        return [f"{name}-{number}" for number in numbers]

    def typed_pairs(self) -> list[tuple[str, str]]:
        """Everything typed, for the hidden fields of a page that asks to check it."""
        return [(key, text) for key, texts in self.typed.items() for text in texts]

    def version_to_send(self, shown: int | None) -> int | None:
        """The version the next post will claim to have seen: the one first shown, until it proved stale."""
        return shown if self.version is None else self.version

    @property
    def faults(self) -> list[Fault]:
        """The summary, refusals of the whole act first, then fields in the order of the form."""
        order = {key: index for index, key in enumerate(self.typed)}
        placed = [(self._anchor(name), sentence) for name, sentence in self._errors.items()]
        placed.sort(key=lambda one: order.get(one[0], len(order)))
        return [Fault("", sentence) for sentence in self._whole] + [Fault(name, told) for name, told in placed]

    def _anchor(self, name: str) -> str:
        return f"{name}-date" if f"{name}-date" in self.typed else name

    @property
    def headline(self) -> str:
        points = len(self._errors)
        if not points:
            return self.title
        return f"{self.title}{french.NBSP}: {french.count(points, 'point')} à corriger"


def _whole_number(text: object) -> int | None:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else None


def _offer(name: str, proposal: Any) -> Offer:
    lead, label = "Première date possible", "Retenir cette date"
    if isinstance(proposal, datetime):
        text = french.full_datetime(proposal)
    elif isinstance(proposal, date):
        text = french.full_date(proposal)
    else:
        lead, text, label = "Choix possible", str(proposal), "Retenir cette proposition"
    token = proposal.isoformat() if isinstance(proposal, date) else str(proposal)
    return Offer(f"{lead}{french.NBSP}:", text, f"{name}={token}", label)


def _read_offer(text: str) -> datetime | date | str:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            value = read(text)
        except ValueError:
            continue
        return text if isinstance(value, datetime) and value.tzinfo is None else value
    return text
