"""Health and metrics, on the process's own port; the front door does not lead here."""

from __future__ import annotations

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from starlette.responses import JSONResponse, Response

from services.chassis.running import Running

CONNECTIONS = Gauge("cispd_database_connections", "Connections of the pool", ["state"])
CONNECTIONS_MAX = Gauge("cispd_database_connections_max", "Connections the pool may open")
OFFSET = Gauge("cispd_clock_offset_seconds", "By how much the local stack moved the clock")
READY = Gauge("cispd_ready", "1 while traffic may come, as /health/ready last found it")


def health_routes(running: Running) -> APIRouter:
    """Live: our own loops progress. Ready: what they need answers. Both say why not."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> Response:
        stalled = running.stalled()
        return JSONResponse({"live": not stalled, "stalled": stalled}, status_code=503 if stalled else 200)

    @router.get("/health/ready")
    async def ready() -> Response:
        await running.check_database()
        needs = {name: {"ok": report.ok, "detail": report.detail} for name, report in sorted(running.reports.items())}
        well = running.ready()
        return JSONResponse({"ready": well, "needs": needs}, status_code=200 if well else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        used, idle, limit = running.database.usage()
        CONNECTIONS.labels("used").set(used)
        CONNECTIONS.labels("idle").set(idle)
        CONNECTIONS_MAX.set(limit)
        OFFSET.set(running.clock.offset().total_seconds())
        READY.set(running.ready())
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
