"""What goes wrong on the way becomes a problem document in the API and a French page elsewhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from services.chassis.database_faults import is_transient
from services.chassis.errors import InvalidInput, NotFound, NotSignedIn, Refusal, Unavailable
from services.chassis.faults import faults_of
from services.chassis.http.drafts import draft_of
from services.chassis.http.problems import problem_response
from services.chassis.web.errors import address_of, error_page

_log = structlog.get_logger()


class MalformedJson(Refusal):
    status = 400
    sentence = "Le corps de la demande n'est pas du JSON. Corrigez-le, puis recommencez."


class MethodNotAllowed(Refusal):
    status = 405
    sentence = "Cette adresse ne répond pas à cette méthode."


class Broken(Refusal):
    """A fault of ours. It is in the log under the trace id; the caller learns nothing of its inside."""

    status = 500
    sentence = "Une erreur de notre côté a empêché cette action. Rien n'a été enregistré ; réessayez."


def answer_refusals(app: FastAPI) -> None:
    """Registers the handlers of everything that can be raised."""

    async def refused(request: Request, refusal: Any) -> Response:
        if isinstance(refusal, NotSignedIn) and not request.url.path.startswith("/api/"):
            request.state.draft = await draft_of(request)
        return _answer(request, refusal)

    async def unreadable(request: Request, error: Any) -> Response:
        errors = error.errors()
        if any(fault["type"] == "json_invalid" for fault in errors):
            return _answer(request, MalformedJson())
        skip = frozenset({"body", "query", "path", "header"})
        return _answer(request, InvalidInput(faults_of(errors, skip=skip)))

    async def http(request: Request, error: Any) -> Response:
        known: dict[int, Refusal] = {404: NotFound(), 405: MethodNotAllowed(), 400: MalformedJson()}
        response = _answer(request, known.get(error.status_code, Broken()))
        response.headers.update(error.headers or {})
        return response

    async def broken(request: Request, error: Exception) -> Response:
        if is_transient(error):
            _log.warning("request.interrupted", exc_info=error)
            return _answer(request, Unavailable())
        _log.error("request.failed", exc_info=error)
        return _answer(request, Broken())

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, broken)


def _answer(request: Request, refusal: Refusal) -> Response:
    if request.url.path.startswith("/api/"):
        return problem_response(refusal, request.url.path)
    if isinstance(refusal, NotSignedIn) and request.method in ("GET", "HEAD"):
        service = request.app.state.service.name
        back = urlencode({"suite": address_of(request)})
        return RedirectResponse(f"/session/{service}/connexion?{back}", status_code=303)
    return error_page(request, refusal, draft=getattr(request.state, "draft", ""))
