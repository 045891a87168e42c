"""Buttons that change a form without sending it: a row more, a row less, another order, back to it."""

from __future__ import annotations

from services.chassis.web.forms.reading import row_numbers

Fields = dict[str, list[str]]


def edited(typed: Fields, order: str) -> Fields:
    """The fields after `order`: "add:lines", "remove:lines:1", "up:lines:1", "down:lines:0"; else unchanged."""
    act, _, rest = order.partition(":")
    name, _, position = rest.partition(":")
    rows = [_row(typed, name, number) for number in row_numbers(typed, name)]
    at = int(position) if position.isdecimal() else -1
    if act == "add":
        rows.append({key: [""] for key in (rows[-1] if rows else {"": []})})
    elif act == "remove" and 0 <= at < len(rows):
        del rows[at]
    elif act == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif act == "down" and 0 <= at < len(rows) - 1:
        rows[at + 1], rows[at] = rows[at], rows[at + 1]
    else:
        return typed
    others = {key: texts for key, texts in typed.items() if not _in_rows(typed, key, name)}
    return others | {f"{name}-{index}{key}": texts for index, row in enumerate(rows) for key, texts in row.items()}


def _row(typed: Fields, name: str, number: int) -> Fields:
    start = f"{name}-{number}"
    return {key[len(start) :]: texts for key, texts in typed.items() if key == start or key.startswith(start + "-")}


def _in_rows(typed: Fields, key: str, name: str) -> bool:
    return any(
        key == (start := f"{name}-{number}") or key.startswith(start + "-") for number in row_numbers(typed, name)
    )
