"""Health and metrics, on the process's own port; the front door does not lead here."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.chassis.running import Running

CONNECTIONS = Gauge("cispd_database_connections", "Connections of the pool", ["state"])
CONNECTIONS_MAX = Gauge("cispd_database_connections_max", "Connections the pool may open")
OFFSET = Gauge("cispd_clock_offset_seconds", "By how much the local stack moved the clock")
READY = Gauge("cispd_ready", "1 while traffic may come, as /health/ready last found it")


def health_app(running: Running) -> Starlette:
    """What a role without pages and API answers."""
    return Starlette(routes=health_routes(running))


def health_routes(running: Running) -> list[Route]:
    """Live: our own loops progress. Ready: what they need answers. Both say why not."""

    async def live(_: Request) -> Response:
        stalled = running.stalled()
        return JSONResponse({"live": not stalled, "stalled": stalled}, status_code=503 if stalled else 200)

    async def ready(_: Request) -> Response:
        await running.check_database()
        needs = {name: {"ok": report.ok, "detail": report.detail} for name, report in sorted(running.reports.items())}
        well = running.ready()
        return JSONResponse({"ready": well, "needs": needs}, status_code=200 if well else 503)

    async def metrics(_: Request) -> Response:
        used, idle, limit = running.database.usage()
        CONNECTIONS.labels("used").set(used)
        CONNECTIONS.labels("idle").set(idle)
        CONNECTIONS_MAX.set(limit)
        OFFSET.set(running.clock.offset().total_seconds())
        READY.set(running.ready())
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    told = {"/health/live": live, "/health/ready": ready, "/metrics": metrics}
    return [Route(path, endpoint, include_in_schema=False) for path, endpoint in told.items()]
