"""Who sees what of the council: the secretariat and the presidency everything, others what their institution is in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from schemas.roles import Role
from services.chassis.identity import Principal

READERS = frozenset(
    {Role.COORDINATOR, Role.PRESIDENT, Role.MAYOR, Role.MUNICIPAL_POLICE, Role.PROSECUTOR, Role.PARTNER}
)
SECRETARIAT = frozenset({Role.COORDINATOR})
PRESIDENCY = frozenset({Role.PRESIDENT})
SIGNATORIES = frozenset({Role.PRESIDENT, Role.PROSECUTOR, Role.PARTNER})
INSTITUTIONS = frozenset({Role.COORDINATOR, Role.MAYOR, Role.MUNICIPAL_POLICE, Role.PROSECUTOR, Role.PARTNER})


@dataclass(frozen=True, kw_only=True)
class Scope:
    """`everything`, or only the bodies where `institution` sits and the meetings it was convened to."""

    everything: bool
    institution: UUID | None

    @property
    def values(self) -> tuple[bool, UUID | None]:
        """The two parameters that every scoped query begins with."""
        return self.everything, self.institution

    def may_see_attendance_of(self, institution_id: UUID) -> bool:
        """That an institution was absent concerns that institution and the secretariat."""
        return self.everything or self.institution == institution_id


def scope_of(by: Principal) -> Scope:
    return Scope(everything=by.has(Role.COORDINATOR, Role.PRESIDENT), institution=by.institution)
