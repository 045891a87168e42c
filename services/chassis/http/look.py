"""What a route is given: who asks, when, a reading connection, and the way to perform a command."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData

from services.chassis.act import Tx
from services.chassis.commands import C, Commands, Receipt, UseCase
from services.chassis.errors import Refusal
from services.chassis.http import drafts
from services.chassis.http.rights import PUBLIC, check_form, check_role, optional_session, principal_of, session_of
from services.chassis.identity.principal import Principal
from services.chassis.identity.sessions import Session

_NOBODY = Principal(subject="anonymous")


class OnlyShown(Refusal):
    sentence = "Votre saisie est revenue et rien n'est encore enregistré. Relisez-la, puis validez."


@dataclass(kw_only=True)
class Look:
    """One request. `tx` reads one snapshot; `form` is the posted form of a page, its token already checked.

    With `resumed` the form was typed in a session that is over: whatever would do something raises OnlyShown, which
    shows the form again.
    """

    request: Request
    by: Principal
    now: datetime
    settings: Any
    commands: Commands
    session: Session | None = None
    form: FormData | None = None
    resumed: bool = False
    tx: Tx = field(init=False)
    _reading: AsyncExitStack = field(default_factory=AsyncExitStack)
    _is_reading: bool = False

    async def perform(
        self,
        use_case: UseCase[C],
        target: UUID,
        command: C,
        *,
        command_id: UUID,
        expected_version: int | None = None,
    ) -> Receipt:
        """Performs a command as the caller. Raises its refusal. `tx` then reads what came out of it."""
        async with self.released():
            return await self.commands.perform(
                use_case, target, command, command_id=command_id, by=self.by, expected_version=expected_version
            )

    @asynccontextmanager
    async def released(self) -> AsyncIterator[None]:
        """Gives the reading connection back while other work takes its own: a full pool must not wait for itself.

        `tx` then reads what came out of it. Raises OnlyShown.
        """
        if self.resumed:
            raise OnlyShown
        was_reading = self._is_reading
        await self._close()
        try:
            yield
        finally:
            if was_reading:
                await self._open()

    @property
    def csrf(self) -> str:
        return self.session.csrf if self.session else ""

    async def _open(self) -> None:
        self.tx = await self._reading.enter_async_context(self.commands.database.read())
        self._is_reading = True

    async def _close(self) -> None:
        self._is_reading = False
        await self._reading.aclose()


def looking(allow: frozenset[str], *, page: bool, reading: bool = True) -> Any:
    """The dependency that makes a Look for those in `allow`: by bearer token, or by session cookie for a `page`.

    Without `reading` it has no `tx`: a command opens its own.
    """

    async def given(request: Request) -> Look:
        by, session = await _identify(request, allow, page)
        commands: Commands = request.app.state.commands
        form = await request.form() if page and request.method == "POST" else None
        resumed = form is not None and session is not None and drafts.FIELD in form
        if form is not None and session is not None:
            if resumed:
                form = drafts.taken_up(request, form, by)
            else:
                check_form(form.get("csrf"), session)
        return Look(
            request=request,
            by=by,
            now=commands.clock.now(),
            settings=commands.settings,
            commands=commands,
            session=session,
            form=form,
            resumed=resumed,
        )

    async def read(request: Request) -> AsyncIterator[Look]:
        looked = await given(request)
        await looked._open()
        try:
            yield looked
        finally:
            await looked._close()

    # What closes nothing is no generator: FastAPI's way of closing those costs a tenth of a command.
    return read if reading else given


async def _identify(request: Request, allow: frozenset[str], page: bool) -> tuple[Principal, Session | None]:
    state = request.app.state
    if allow == PUBLIC:
        session = optional_session(request, state.seal) if page else None
        return session.principal if session else _NOBODY, session
    session = session_of(request, state.seal) if page else None
    by = session.principal if session else await principal_of(request, state.issuer)
    check_role(by, allow)
    return by, session
