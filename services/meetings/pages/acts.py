"""What a reader may do with a thing now, and why not the rest: the guards of the domain, asked for a page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from schemas.roles import Role
from services.chassis.errors import Refusal
from services.chassis.identity import Principal
from services.chassis.web import Action, Blocked
from services.meetings.visibility import PRESIDENCY, SECRETARIAT


@dataclass(frozen=True, kw_only=True)
class Possible:
    """An act, who may do it, and the guard that says whether it is possible now.

    `over` are the refusals that mean it is behind us: then it is not shown at all.
    """

    action: Action
    allow: Collection[Role]
    guard: Callable[[], None]
    over: tuple[type[Refusal], ...] = ()


def sort_out(acts: Iterable[Possible], by: Principal) -> tuple[list[Action], list[Blocked]]:
    """The acts that `by` may do now, and the others with their reason."""
    actions: list[Action] = []
    blocked: list[Blocked] = []
    for act in acts:
        refusal = _refusal(act.guard)
        if isinstance(refusal, act.over):
            continue
        if refusal is not None:
            blocked.append(Blocked(act.action.label, refusal.detail))
        elif by.has(*act.allow):
            actions.append(act.action)
        else:
            blocked.append(Blocked(act.action.label, _whose(act.allow)))
    return actions, blocked


def _refusal(guard: Callable[[], None]) -> Refusal | None:
    try:
        guard()
    except Refusal as refusal:
        return refusal
    return None


def _whose(allow: Collection[Role]) -> str:
    if set(allow) == set(PRESIDENCY):
        return "Cette action revient à la présidence."
    if set(allow) == set(SECRETARIAT):
        return "Cette action revient à la coordination."
    return "Cette action revient à chaque institution."
