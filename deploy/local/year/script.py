"""Writes the steps of the year out, from the short form of the data files, in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from deploy.local.year.model import Bodies, Institution, Step, bodies, identity, institutions, read

PARIS = ZoneInfo("Europe/Paris")
_OPENS_BEFORE, _CLOSES_AFTER = timedelta(minutes=10), timedelta(hours=2)


def steps() -> list[Step]:
    """Every command of the year, each with a command id of its own."""
    members, council = institutions(), bodies()
    written = [
        *_constitution(members, council),
        *(step for entry in read("meetings.toml")["meeting"] for step in _meeting(entry, members)),
        *(step for entry in read("sessions.toml")["session"] for step in _session(entry)),
        *(_plain(entry) for name in ("plan", "recalls", "flyer") for entry in read(f"{name}.toml")["step"]),
    ]
    in_order = sorted(written, key=lambda step: step.at)
    return [_numbered(step, seen) for seen in [Counter[str]()] for step in in_order]


def json_body(value: Any, members: dict[str, Institution]) -> Any:
    """A body as JSON: days and hours written out, codes of institutions and things turned into ids."""
    if isinstance(value, dict):
        return {key: _reference(key, each, members) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [json_body(each, members) for each in value]
    if isinstance(value, datetime):
        return value.replace(tzinfo=PARIS).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _reference(key: str, value: Any, members: dict[str, Institution]) -> Any:
    if key == "signatories":
        return [str(members[code].id) for code in value]
    if key.endswith("_id") and isinstance(value, str):
        return str(members[value].id if value in members else identity(value))
    return json_body(value, members)


def _numbered(step: Step, seen: Counter[str]) -> Step:
    name = f"{step.act}/{step.id}"
    seen[name] += 1
    return step.model_copy(update={"command": f"{name}/{seen[name]}"})


def _plain(entry: dict[str, Any]) -> Step:
    known = {key: entry[key] for key in Step.model_fields if key in entry}
    return Step(**known, about={key: value for key, value in entry.items() if key not in known})


def _constitution(members: dict[str, Institution], council: Bodies) -> Iterator[Step]:
    at = council.constituted_at
    for each in members.values():
        body = each.model_dump(include={"name", "kind", "feminine", "commune"})
        yield Step(act="register-institution", id=each.code, at=at, title=each.name, body=body)
    for each in members.values():
        body = each.model_dump(include={"name", "kind", "commune", "email"})
        yield Step(act="register-partner", id=each.code, at=at, title=each.name, body=body)
    for formation in council.body:
        body = formation.model_dump(include={"name", "kind", "theme"})
        body |= council.model_dump(include={"order_number", "order_date", "effective_on"})
        yield Step(act="constitute", id=formation.code, at=at, title=formation.name, body=body)
        for member in members.values():
            if formation.code in member.sits_in:
                agreed_on = council.agreed_on if member.seat == "designated" else None
                body = {"institution_id": member.code, "seat": member.seat, "designated_by": member.designated_by}
                yield Step(
                    act="designate",
                    id=formation.code,
                    at=at,
                    title=formation.name,
                    body=body | {"agreed_on": agreed_on},
                )


def _meeting(entry: dict[str, Any], members: dict[str, Institution]) -> Iterator[Step]:
    body = next(each for each in bodies().body if each.code == entry["body"])
    about = {"body": entry["body"]}
    held_at = entry.get("moved", {}).get("to", entry["at"])
    title = f"{body.name}, {held_at:%d/%m}"

    def step(act: str, at: datetime, said: dict[str, Any], *, by: str | None = None, **more: Any) -> Step:
        return Step(act=act, id=entry["id"], at=at, title=title, by=by, body=said, about=about | more)

    place = {"subject": entry["subject"], "starts_at": entry["at"], "place": entry["place"]}
    yield step("schedule", entry["planned"], {"body_id": entry["body"], **place})
    yield step("prepare", entry["convened"] - timedelta(hours=1), {"agenda": entry["agenda"]})
    yield step("convene", entry["convened"], {})
    for mandate in entry.get("mandates", ()):
        said = {"institution_id": mandate["institution"], "holder": mandate["holder"], "capacity": mandate["capacity"]}
        yield step("mandate", entry["convened"] + timedelta(days=3), said, by=mandate["by"])
    if moved := entry.get("moved"):
        yield step("move", moved["on"], {"starts_at": moved["to"], "reason": moved["reason"]})
    if cancelled := entry.get("cancelled"):
        yield step("cancel", cancelled["on"], {"reason": cancelled["reason"]})
        return
    yield step("open", held_at - _OPENS_BEFORE, {})
    yield step("attend", held_at, {"attendance": _attendance(entry, members)})
    for place_in_list, decision in enumerate(entry.get("decisions", ()), start=1):
        said = {"decision_id": f"{entry['id']}/decision/{place_in_list}", **decision}
        yield step("decide", held_at + timedelta(minutes=30 * place_in_list), said, kind=decision["kind"])
    hold = "hold-plenary" if body.kind == "plenary" else "hold"
    yield step(hold, held_at + _CLOSES_AFTER, {})


def _attendance(entry: dict[str, Any], members: dict[str, Institution]) -> list[dict[str, Any]]:
    represented = entry.get("represented", {})
    mandated = {mandate["institution"] for mandate in entry.get("mandates", ())}
    rows = []
    for member in members.values():
        if entry["body"] in member.sits_in:
            row: dict[str, Any] = {"institution_id": member.code, "presence": "present"}
            if member.code in entry.get("excused", ()):
                row["presence"] = "excused"
            elif member.code in represented or member.code in mandated:
                row |= {"presence": "represented"}
            if member.code in represented:
                row |= {"represented_by": represented[member.code]}
            rows.append(row)
    return rows


def _session(entry: dict[str, Any]) -> Iterator[Step]:
    about = {"district": entry["district"], "commune": entry["commune"]}
    title = f"{entry['name']}, {entry['starts_at']:%d/%m}"

    def step(act: str, at: datetime, said: dict[str, Any]) -> Step:
        return Step(act=act, id=entry["id"], at=at, title=title, body=said, about=about)

    planned = {key: entry[key] for key in ("commune", "district", "place", "starts_at", "ends_at")}
    yield step("plan-session", entry["planned"], planned)
    yield step("publish-session", entry["published"], {})
    if "cancelled" in entry:
        yield step("cancel-session", entry["cancelled"], {})
        return
    counts = {key: entry[key] for key in ("visitors", "themes", "age_bands", "orientations")}
    yield step("hold-session", entry["ends_at"], counts)
