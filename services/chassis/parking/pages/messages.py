"""What the operator is told after an act: how many were applied, how many still wait, and what to do next."""

from __future__ import annotations

from services.chassis import french
from services.chassis.errors import Refusal
from services.chassis.parking.mending import Mended
from services.chassis.web.parts import Message


def retried(mended: Mended) -> Message:
    """After a retry of any size."""
    if mended.more:
        return Message(_applied(mended), f"{_waiting(mended)} Il en reste : rejouez encore.", "risk")
    if mended.failed:
        kept = "La raison affichée est celle du dernier essai."
        return Message(f"{_applied(mended)} {_failed(mended)}", f"{_waiting(mended)} {kept}", "risk")
    if mended.waiting:
        return Message(_applied(mended), f"{_waiting(mended)} Rejouez le suivant, ou toute la clé.", "done")
    if not mended.applied:
        return Message("Il n’y avait plus rien à rejouer.", "Rien n’a été appliqué deux fois.", "plain")
    return Message(_applied(mended), "Aucun n’attend plus derrière.")


def discarded(number: int, mended: Mended) -> Message:
    """After a discard, whose followers were tried at once."""
    lead = f"L’enregistrement {french.number(number)} est écarté."
    if not mended.applied + mended.failed:
        return Message(lead, "Aucun suivant n’attendait.")
    return Message(lead, f"{_applied(mended)} {_waiting(mended)}", "risk" if mended.failed else "done")


def refused(refusal: Refusal) -> Message:
    return Message("Rien n’a été fait.", refusal.detail, "late")


def _applied(mended: Mended) -> str:
    if not mended.applied:
        return "Aucun enregistrement n’a été appliqué."
    applied = french.count(mended.applied, "enregistrement rejoué et appliqué", "enregistrements rejoués et appliqués")
    return f"{applied}."


def _failed(mended: Mended) -> str:
    return f"{french.count(mended.failed, 'essai a échoué', 'essais ont échoué')}."


def _waiting(mended: Mended) -> str:
    if not mended.waiting:
        return "Aucun n’attend plus."
    return f"{french.count(mended.waiting, 'enregistrement attend', 'enregistrements attendent')} encore."
