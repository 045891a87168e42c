"""The HTTP application of a service."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.responses import JSONResponse

from services.chassis.commands import Commands
from services.chassis.health import health_routes
from services.chassis.http.limits import BodyLimit
from services.chassis.http.look import Look
from services.chassis.http.problems import Problem
from services.chassis.http.refusals import answer_refusals
from services.chassis.http.rights import PUBLIC
from services.chassis.http.routes import Routes
from services.chassis.http.tracing import Tracing
from services.chassis.identity.issuer import Issuer
from services.chassis.identity.login import login_routes
from services.chassis.identity.sessions import Seal
from services.chassis.parking.routes import parking_routes
from services.chassis.running import Running
from services.chassis.service import Service
from services.chassis.web.assets import assets_app
from services.chassis.web.composants import component_routes


def create_app(service: Service, running: Running) -> FastAPI:
    """The pages and the API of `service`, with sign-in, operations, assets and health."""
    settings = running.settings
    app = FastAPI(
        title=f"CISPD {service.name}",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # Its own spans would come on top of ours (Tracing), one a dependency, with exceptions' messages in them.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = service
    app.state.commands = Commands(database=running.database, clock=running.clock, settings=settings)
    app.state.issuer = Issuer(settings.oidc_issuer, settings.oidc_client_id)
    app.state.seal = Seal(settings.session_key.get_secret_value())
    for routes in all_routes(service, settings.environment == "local"):
        app.include_router(routes.router)
    app.include_router(login_routes(service.name, settings, app.state.issuer, app.state.seal))
    app.router.routes.extend(health_routes(running))
    app.mount(f"/assets/{service.name}", assets_app())
    answer_refusals(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Tracing)
    return app


def all_routes(service: Service, local: bool) -> list[Routes]:
    """Every declared route of the service; the components page is there on a local stack only."""
    routes = [*service.routes, *parking_routes(service), _description(service)]
    return [*routes, component_routes()] if local else routes


def _description(service: Service) -> Routes:
    routes = Routes()

    @routes.read(f"/api/operations/{service.name}/openapi.json", allow=PUBLIC, response_model=None)
    async def openapi(look: Look) -> JSONResponse:
        return JSONResponse(openapi_of(look.request.app))

    return routes


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1 of the API, with the problem documents and the bearer token named."""
    document = app.openapi()
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schema.pop("$defs", {}) | {"Problem": schema}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return document
