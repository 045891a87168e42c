"""A posted form becomes a command, performed once; a refusal becomes the same page with its reasons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from services.chassis.commands import Command, Receipt, UseCase
from services.chassis.errors import InvalidInput, NotFound, NotSignedIn, Refusal
from services.chassis.http.look import Look
from services.chassis.web import flash as flashes
from services.chassis.web.forms.reading import Reading, Typed, row_numbers
from services.chassis.web.forms.state import FormState
from services.chassis.web.parts import Message

C = TypeVar("C", bound=Command)
Says = Mapping[str, str]
_MISSING = "Indiquez cette information."
_WRONG = "Corrigez cette valeur."


def parse(
    form: FormData | Typed, command: type[C], says: Says | None = None, given: Mapping[str, Any] | None = None
) -> C:
    """The command that the fields of `form` describe, completed with `given` values that no field holds.

    `says` gives the sentence of a field that is missing or wrong, by dotted name without row numbers
    (« lines.minutes »); {n} in it is the number of the row, from 1. Raises InvalidInput with every fault at once.
    """
    reading = Reading(
        {key: [str(text) for text in form.getlist(key)] for key in form} if isinstance(form, FormData) else form
    )
    values = reading.model(command) | dict(given or {})
    told = [(name, _said(reading, says or {}, name, sentence)) for name, sentence in reading.faults]
    try:
        made = command.model_validate(values)
    except ValidationError as error:
        unread = {name for name, _ in told} | {name.removesuffix("-time") for name, _ in told}
        for fault in error.errors(include_url=False, include_input=False):
            name = _field(fault["loc"], reading)
            if name not in unread:
                told.append((name, _sentence(reading, says or {}, name, fault)))
        raise InvalidInput(told) from None
    if told:
        raise InvalidInput(told)
    return made


async def submit(
    look: Look,
    use_case: UseCase[C],
    command: type[C],
    *,
    target: UUID | None,
    show: Callable[[FormState], Awaitable[Response]],
    then: str | Callable[[Receipt], str],
    message: Message | None = None,
    headline: str = "L’enregistrement n’a pas été fait",
    says: Says | None = None,
    given: Mapping[str, Any] | None = None,
) -> Response:
    """Performs the command posted in `look.form` on `target` (None: the form's own id, for what it creates).

    Answers 303 to `then` ("{id}" in it is the aggregate's) with `message` for the next page. A refusal, or a button
    that only edits the form, shows the page again by `show`, which gets the state of the form.
    """
    form = FormState.posted(look.form or FormData(), headline)
    if form.edit:
        return await show(form)
    try:
        receipt = await look.perform(
            use_case,
            target or form.command_id,
            parse(form.typed, command, says, given),
            command_id=form.command_id,
            expected_version=form.version,
        )
    except (NotFound, NotSignedIn):
        raise
    except Refusal as refusal:
        form.refuse(refusal, set(command.model_fields) - set(given or {}))
        return await show(form)
    return done(look, then(receipt) if callable(then) else then.replace("{id}", str(receipt.id)), message)


def done(look: Look, then: str, message: Message | None = None) -> Response:
    """The redirect after an act, with its message."""
    response = RedirectResponse(then, status_code=303)
    if message is not None:
        flashes.leave(look.request, response, message, secure=look.settings.public_url.startswith("https://"))
    return response


def _field(place: tuple[int | str, ...], reading: Reading) -> str:
    """The field a fault of the model is about, its row counted as in the form."""
    parts: list[str] = []
    for part in place:
        if isinstance(part, int):
            rows = reading.rows.get("-".join(parts), [])
            part = rows[part] if part < len(rows) else part
            if not rows:
                break
        parts.append(str(part))
    return "-".join(parts)


def _sentence(reading: Reading, says: Says, name: str, fault: Any) -> str:
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    missing = fault["type"] in ("missing", "string_too_short", "too_short")
    return _said(reading, says, name, _MISSING if missing else _WRONG)


def _said(reading: Reading, says: Says, name: str, otherwise: str) -> str:
    parts = name.split("-")
    dotted = ".".join(part for part in parts if not part.isdecimal())
    return says.get(dotted, otherwise).replace("{n}", str(_place(reading, parts)))


def _place(reading: Reading, parts: list[str]) -> int:
    """The place of the row, from 1, as the form shows it; 0 for what is in none."""
    row = next((place for place, part in enumerate(parts) if part.isdecimal()), 0)
    numbers = row_numbers(reading.typed, "-".join(parts[:row])) if row else []
    return numbers.index(int(parts[row])) + 1 if row and int(parts[row]) in numbers else 0
