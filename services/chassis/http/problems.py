"""Refusals as the API tells them: problem documents of RFC 9457."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from services.chassis.errors import InvalidInput, NotSignedIn, Refusal

MEDIA_TYPE = "application/problem+json"


class Fault(BaseModel):
    field: str = Field(description="The value to correct, dotted")
    detail: str = Field(description="What to do, in French")


class Problem(BaseModel):
    """`code` is the name of the broken rule and never changes; `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    field: str | None = None
    proposal: Any = None
    errors: list[Fault] = []


def problem(refusal: Refusal, path: str) -> Problem:
    """The document of a refusal met at `path`."""
    faults = refusal.faults if isinstance(refusal, InvalidInput) else []
    return Problem(
        type=f"urn:cispd:refusal:{refusal.code}",
        title=refusal.code,
        status=refusal.status,
        detail=refusal.detail,
        code=refusal.code,
        instance=path,
        field=refusal.field,
        proposal=refusal.proposal,
        errors=[Fault(field=field, detail=detail) for field, detail in faults],
    )


def problem_response(refusal: Refusal, path: str) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(refusal, NotSignedIn) else {}
    if refusal.status == 503:
        headers["Retry-After"] = "5"
    return JSONResponse(
        problem(refusal, path).model_dump(mode="json", exclude_none=True),
        status_code=refusal.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def responses(*, public: bool) -> dict[int | str, dict[str, Any]]:
    """The problem documents that any operation may answer, for its OpenAPI description."""
    told = {
        400: "The body is not JSON",
        404: "Not there, or not for the caller",
        409: "The state does not allow it, or the id was used for something else",
        412: "The version is not the current one",
        413: "The body is too large",
        422: "A value breaks a rule",
        503: "Something this service needs is down",
    }
    if not public:
        told |= {401: "No token, or not a good one", 403: "Not the caller's role or commune"}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": text, "content": content} for status, text in sorted(told.items())}
