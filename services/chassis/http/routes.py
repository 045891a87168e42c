"""Declares routes: commands, readings and pages, each with its rights, once."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Response

from services.chassis.commands import Command, Receipt, UseCase
from services.chassis.errors import InvalidInput
from services.chassis.http.look import Look, looking
from services.chassis.http.problems import responses
from services.chassis.http.rights import PUBLIC

# Told and not checked by it: `version_of` says in French what is wrong.
IF_MATCH = Annotated[
    str | None,
    Header(
        description='The version last seen, as the ETag says it: "3"; * for any',
        json_schema_extra={"pattern": r'^(\*|(W/)?"[0-9]{1,9}")$'},
    ),
]
COMMAND_ID = Annotated[UUID, Path(description="Chosen by the caller; repeating it repeats nothing")]


@dataclass(frozen=True)
class Right:
    """Who may use a route: role names, SIGNED_IN or PUBLIC."""

    method: str
    path: str
    allow: frozenset[str]
    page: bool


class Routes:
    """The routes of one part of a service."""

    def __init__(self) -> None:
        self.router = APIRouter()
        self.rights: list[Right] = []

    def create(self, path: str, command: type[Command], use_case: UseCase[Any], *, allow: Any) -> None:
        """`PUT path`: creates the aggregate whose id the caller chose; the id is the command's id too."""
        target = _last_parameter(path)

        async def endpoint(look: Look, response: Response, body: Any, if_match: str | None, **ids: UUID) -> Receipt:
            receipt = await look.perform(
                use_case, ids[target], body, command_id=ids[target], expected_version=version_of(if_match)
            )
            response.status_code = 200 if receipt.repeated else 201
            response.headers["ETag"] = f'"{receipt.version}"'
            return receipt

        self._add("PUT", path, endpoint, command, frozenset(allow), use_case, (target,), status=201)

    def act(self, path: str, command: type[Command], use_case: UseCase[Any], *, allow: Any) -> None:
        """`PUT path/{command_id}`: one act on the aggregate that the last parameter of `path` names."""
        target = _last_parameter(path)

        async def endpoint(look: Look, response: Response, body: Any, if_match: str | None, **ids: UUID) -> Receipt:
            receipt = await look.perform(
                use_case, ids[target], body, command_id=ids["command_id"], expected_version=version_of(if_match)
            )
            response.headers["ETag"] = f'"{receipt.version}"'
            return receipt

        self._add("PUT", path + "/{command_id}", endpoint, command, frozenset(allow), use_case, (target, "command_id"))

    def read(self, path: str, *, allow: Any, **options: Any) -> Callable[[Any], Any]:
        """`GET path`: JSON; the `version` of what is returned becomes its ETag."""
        return self._decorator("GET", path, frozenset(allow), page=False, **options)

    def post(self, path: str, *, allow: Any, **options: Any) -> Callable[[Any], Any]:
        """`POST path`: JSON, for what is neither a creation nor an act on an aggregate."""
        return self._decorator("POST", path, frozenset(allow), page=False, **options)

    def page(self, path: str, *, allow: Any) -> Callable[[Any], Any]:
        """`GET path`: a page."""
        return self._decorator("GET", path, frozenset(allow), page=True)

    def form(self, path: str, *, allow: Any) -> Callable[[Any], Any]:
        """`POST path`: a posted form; `look.form` holds it."""
        return self._decorator("POST", path, frozenset(allow), page=True)

    def _decorator(
        self, method: str, path: str, allow: frozenset[str], *, page: bool, **options: Any
    ) -> Callable[[Any], Any]:
        def decorate(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
            self.rights.append(Right(method, path, allow, page))
            self.router.add_api_route(
                path,
                _given_a_look(function, allow, page),
                methods=[method],
                include_in_schema=not page,
                response_model=None if page else options.pop("response_model", _returned(function)),
                responses=None if page else responses(public=allow == PUBLIC),
                name=function.__name__,
                openapi_extra=None if page else _security(allow),
                **options,
            )
            return function

        return decorate

    def _add(
        self,
        method: str,
        path: str,
        endpoint: Any,
        command: type[Command],
        allow: frozenset[str],
        use_case: Any,
        ids: tuple[str, ...],
        status: int = 200,
    ) -> None:
        keyword = inspect.Parameter.KEYWORD_ONLY
        endpoint.__signature__ = inspect.Signature(
            [
                inspect.Parameter(
                    "look", keyword, annotation=Annotated[Look, Depends(looking(allow, page=False, reading=False))]
                ),
                inspect.Parameter("response", keyword, annotation=Response),
                inspect.Parameter("body", keyword, annotation=command),
                inspect.Parameter("if_match", keyword, annotation=IF_MATCH, default=None),
                *(
                    inspect.Parameter(name, keyword, annotation=COMMAND_ID if name == "command_id" else UUID)
                    for name in ids
                ),
            ]
        )
        self.rights.append(Right(method, path, allow, page=False))
        self.router.add_api_route(
            path,
            endpoint,
            methods=[method],
            status_code=status,
            response_model=Receipt,
            responses=responses(public=False) | ({200: {"model": Receipt}} if status == 201 else {}),
            name=use_case.__name__,
            summary=use_case.__name__.replace("_", " ").capitalize(),
            description=inspect.getdoc(command) or inspect.getdoc(use_case),
            openapi_extra=_security(allow),
        )


def version_of(if_match: str | None) -> int | None:
    """The version an If-Match header asks for; None without one or for `*`. Raises InvalidInput."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidInput([("If-Match", 'Donnez la version entre guillemets droits, par exemple "3".')])
    return int(text)


def _given_a_look(function: Callable[..., Awaitable[Any]], allow: frozenset[str], page: bool) -> Any:
    """The function with its `look` turned into a dependency, and an ETag on what has a version."""
    signature = inspect.signature(function, eval_str=True)
    keyword = inspect.Parameter.KEYWORD_ONLY
    look = Annotated[Look, Depends(looking(allow, page=page))]
    parameters = [
        parameter.replace(kind=keyword, annotation=look if name == "look" else parameter.annotation)
        for name, parameter in signature.parameters.items()
    ]

    # FastAPI hands the response to one parameter only: to the function's own if it has one.
    own = next((name for name, parameter in signature.parameters.items() if parameter.annotation is Response), None)

    @functools.wraps(function)
    async def endpoint(**given: Any) -> Any:
        response = given[own] if own else given.pop("_response")
        answer = await function(**given)
        version = getattr(answer, "version", None)
        if isinstance(version, int):
            response.headers["ETag"] = f'"{version}"'
        return answer

    added = [] if own else [inspect.Parameter("_response", keyword, annotation=Response)]
    endpoint.__signature__ = inspect.Signature([*parameters, *added])  # type: ignore[attr-defined]
    return endpoint


def _returned(function: Callable[..., Any]) -> Any:
    return inspect.signature(function, eval_str=True).return_annotation


def _last_parameter(path: str) -> str:
    return path.rsplit("{", 1)[1].split("}", 1)[0]


def _security(allow: frozenset[str]) -> dict[str, Any]:
    return {"security": [] if allow == PUBLIC else [{"bearer": []}]}
