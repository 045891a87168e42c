"""Buttons that change a form without sending it: a row more, a row less, another order, back to it.

A row keeps its number wherever it goes, so that it can be compared with the row it was opened with. The order of rows
is the order of their fields.
"""

from __future__ import annotations

from services.chassis.web.forms.reading import row_numbers

Fields = dict[str, list[str]]


def edited(typed: Fields, order: str, opened: Fields) -> Fields:
    """The fields after `order`: "add:lines", "remove:lines:1", "up:lines:1", "down:lines:0"; else unchanged.

    Places count from 0 in the order shown. A new row gets a number that neither the form nor `opened` has.
    """
    act, _, rest = order.partition(":")
    name, _, position = rest.partition(":")
    numbers = row_numbers(typed, name)
    rows = {number: _row(typed, name, number) for number in numbers}
    at = int(position) if position.isdecimal() else -1
    if act == "add":
        last = rows[numbers[-1]] if numbers else {"": []}
        numbers.append(max([*numbers, *row_numbers(opened, name)], default=-1) + 1)
        rows[numbers[-1]] = {key: [""] for key in last}
    elif act == "remove" and 0 <= at < len(numbers):
        del numbers[at]
    elif act == "up" and 0 < at < len(numbers):
        numbers[at - 1], numbers[at] = numbers[at], numbers[at - 1]
    elif act == "down" and 0 <= at < len(numbers) - 1:
        numbers[at + 1], numbers[at] = numbers[at], numbers[at + 1]
    else:
        return typed
    others = {key: texts for key, texts in typed.items() if not _in_rows(typed, key, name)}
    return others | {f"{name}-{number}{key}": texts for number in numbers for key, texts in rows[number].items()}


def _row(typed: Fields, name: str, number: int) -> Fields:
    start = f"{name}-{number}"
    return {key[len(start) :]: texts for key, texts in typed.items() if key == start or key.startswith(start + "-")}


def _in_rows(typed: Fields, key: str, name: str) -> bool:
    return any(
        key == (start := f"{name}-{number}") or key.startswith(start + "-") for number in row_numbers(typed, name)
    )
