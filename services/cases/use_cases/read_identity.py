"""Open the sealed fields of a case for a reason, after writing so into the access log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.cases.domain.access import ReadingReason, SealedField
from services.cases.domain.recall import Recall
from services.cases.domain.summoning import check_letter
from services.cases.locking import competent_case
from services.cases.sealed_identity import Purpose, open_fields
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class ReadIdentity(Command):
    """Read who a case is about. The reading is written to the access log, which the data-protection officer reads."""

    reason: ReadingReason


@dataclass
class IdentityReading:
    """One reading. What was opened stays in this object: a command's receipt is stored and must not hold it."""

    purpose: Purpose = Purpose.READING
    case: Recall | None = None
    opened: dict[SealedField, Any] = field(default_factory=dict, repr=False)

    async def read_identity(self, case_id: UUID, command: ReadIdentity, act: Act) -> Decision[Recall]:
        """Raises as competent_case and open_fields; for a letter also NoSummonsLetter."""
        self.case = await competent_case(act, case_id)
        if self.purpose is Purpose.LETTER:
            check_letter(self.case)
        self.opened = await open_fields(act, self.case, command.reason, purpose=self.purpose)
        return self.case.after()
