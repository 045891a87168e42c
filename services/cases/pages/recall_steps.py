"""The forms of the acts on a recall: one page an act, the same shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.responses import Response

from schemas.roles import Role
from services.cases.domain.recall import Recall
from services.cases.queries import recalls as queries
from services.chassis.commands import Command
from services.chassis.http import Look, Routes
from services.chassis.web import Message, page
from services.chassis.web.forms import FormState, submit

Context = Callable[[Look, Recall], Mapping[str, Any]]


def _nothing(look: Look, case: Recall) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class ActPage:
    """One act: its address, its words, its command. `context` fills the template, `start` the blank form;
    `stored` is what a form left open is compared with: nothing sealed, and nothing that merely was proposed."""

    slug: str
    title: str
    verb: str
    allow: frozenset[Role]
    command: type[Command]
    use_case: Callable[..., Awaitable[Any]]
    message: Message
    template: str = ""
    headline: str = "L’enregistrement n’a pas été fait"
    says: Mapping[str, str] = field(default_factory=dict)
    context: Context = _nothing
    start: Context = _nothing
    stored: Context = _nothing

    async def show(self, look: Look, case_id: UUID, form: FormState) -> Response:
        case = await queries.recall(look.tx, look.by, case_id)
        return page(
            look,
            f"acts/{self.template or self.slug}.html",
            headers={"Cache-Control": "no-store"},
            title=self.title,
            over=f"Rappel à l’ordre {case.number}",
            confidential=True,
            verb=self.verb,
            address=f"/dossiers/rappels/{case_id}",
            version=case.version,
            form=form.beside(self.stored(look, case)),
            **self.context(look, case),
        )

    async def send(self, look: Look, case_id: UUID) -> Response:
        return await submit(
            look,
            self.use_case,
            self.command,
            target=case_id,
            show=lambda form: self.show(look, case_id, form),
            then=f"/dossiers/rappels/{case_id}",
            message=self.message,
            headline=self.headline,
            says=self.says,
        )


def add_act(routes: Routes, act: ActPage) -> None:
    """Declares the page of an act and its posted form."""
    address = f"/dossiers/rappels/{{case_id}}/{act.slug}"

    @routes.page(address, allow=act.allow)
    async def act_page(look: Look, case_id: UUID) -> Response:
        case = await queries.recall(look.tx, look.by, case_id)
        return await act.show(look, case_id, FormState.blank(act.start(look, case)))

    @routes.form(address, allow=act.allow)
    async def act_form(look: Look, case_id: UUID) -> Response:
        return await act.send(look, case_id)
