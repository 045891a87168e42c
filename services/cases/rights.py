"""Which role may do what, said once for the API and the pages. A case is moreover bound to the caller's communes."""

from __future__ import annotations

from schemas.roles import Role

REPORTERS = frozenset({Role.MUNICIPAL_POLICE, Role.COORDINATOR, Role.MAYOR})
COORDINATORS = frozenset({Role.COORDINATOR})
TOWN_HALL = frozenset({Role.COORDINATOR, Role.MAYOR})
MAYORS = frozenset({Role.MAYOR})
PROSECUTORS = frozenset({Role.PROSECUTOR})
WATCHERS = frozenset({Role.COORDINATOR, Role.MAYOR, Role.MUNICIPAL_POLICE, Role.PROSECUTOR})
READERS = WATCHERS | {Role.DATA_PROTECTION_OFFICER}
IDENTITY_READERS = WATCHERS
OFFICERS = frozenset({Role.DATA_PROTECTION_OFFICER})
APPROVERS = frozenset({Role.COORDINATOR, Role.PRESIDENT})
