"""Write down the legal representatives of a minor."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from services.cases import history, store
from services.cases.domain import summoning
from services.cases.domain.access import SealedField
from services.cases.domain.recall import Recall
from services.cases.locking import competent_case
from services.cases.person import Representative, dumped
from services.cases.sealed_identity import seal_fields
from services.chassis.act import Act
from services.chassis.commands import Command
from services.chassis.decisions import Decision


class IdentifyRepresentatives(Command):
    """Name the legal representatives of a minor, in place of those known before. Encrypted on arrival."""

    representatives: tuple[Representative, ...] = Field(min_length=1, max_length=4, repr=False)


async def identify_representatives(case_id: UUID, command: IdentifyRepresentatives, act: Act) -> Decision[Recall]:
    """Nothing is told to anybody: the decision holds no fact. Raises as competent_case and check_representatives."""
    case = await competent_case(act, case_id)
    decision = summoning.identify_representatives(case, len(command.representatives))
    await store.save_recall(act.tx, decision.state)
    await seal_fields(act, case_id, {SealedField.REPRESENTATIVES: dumped(command.representatives)})
    await history.keep(act, decision, also=("RepresentativesIdentified",))
    return decision
