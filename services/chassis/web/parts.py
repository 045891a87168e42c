"""What pages hand to the components: small frozen values, built in Python, drawn by the macros of components.html.

Text given here is fixed or generated French; typed text of people goes in as it is and comes out as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

Shape = Literal["coming", "running", "done", "risk", "late", "waiting"]
Tone = Literal["plain", "done", "risk", "late", "note"]


class State(NamedTuple):
    """A state in words with its shape: coming ○, running ◎, done ●, risk ◆, late ■, waiting –."""

    text: str
    shape: Shape = "coming"


class Step(NamedTuple):
    """One stage of a life; `when` is its date or the expected one, in words."""

    label: str
    status: Literal["done", "now", "next"] = "next"
    when: str = ""


@dataclass(frozen=True)
class Action:
    """An act that is lawful now: a link to its page, or (`post`) a button that posts `fields` to `href` at once."""

    label: str
    href: str
    post: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    alert: bool = False


class Blocked(NamedTuple):
    """An act that is not available, with the reason (the refusal's own sentence, or whose act it is)."""

    label: str
    reason: str


@dataclass(frozen=True)
class Fact:
    """A label and its value. A missing value is a sentence (« Pas encore désigné »), never a dash."""

    label: str
    value: str = ""
    note: str = ""
    state: State | None = None
    href: str = ""
    code: bool = False


@dataclass(frozen=True)
class Due:
    """A line of « À faire »: the act, why, and when it is due or who is awaited."""

    label: str
    href: str = ""
    why: str = ""
    state: State | None = None
    when: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a data table; the first of a row is the row's header. `num` aligns to the right."""

    text: str = ""
    href: str = ""
    note: str = ""
    state: State | None = None
    actions: Sequence[Action] = ()
    code: bool = False


class Column(NamedTuple):
    label: str
    num: bool = False


class Entry(NamedTuple):
    """A line of a history: when, and one sentence in the past tense."""

    moment: datetime
    sentence: str
    href: str = ""
    link: str = ""


class Option(NamedTuple):
    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Chip:
    label: str
    href: str
    count: int | None = None
    chosen: bool = False


@dataclass(frozen=True)
class Figure:
    """A published figure; « non publié » and why (`unit`) when suppressed."""

    title: str
    value: str
    unit: str = ""
    definition: str = ""
    source: str = ""


@dataclass(frozen=True)
class Bar:
    """A bar of a chart. `text` is what is written beside it; `hidden` draws the hatched bar of a suppressed value."""

    label: str
    value: float
    text: str
    target: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Person:
    """An invented person one may be on a local stack; `value` is what choosing posts."""

    value: str
    name: str
    role: str
    institution: str
    does: str


@dataclass(frozen=True)
class Attendance:
    """One row of an attendance sheet. `name` (« attendance-0 ») prefixes its fields: `-status`, `-proxy`, `hidden`."""

    name: str
    institution: str
    seat: str
    options: Sequence[Option]
    chosen: str = ""
    saved: str = ""
    proxy: str = ""
    hidden: Mapping[str, str] = field(default_factory=dict)
    status_field: str = "status"
    proxy_field: str = "proxy"
    proxy_for: str = "represented"


@dataclass(frozen=True)
class Message:
    """What was just done, in the past tense: `lead` in bold, then what changed and the next step."""

    lead: str
    text: str = ""
    tone: Tone = "done"


@dataclass(frozen=True)
class Parked:
    """A record that could not be applied; never its content."""

    number: str
    type: str
    key: str
    place: str
    reason: State
    detail: str
    age: str
    tries: int
    followers: int
    since: str
    href: str
    actions: Sequence[Action] = ()
