"""Stylesheet, script, typefaces and mark: every service serves the same files, named by their content."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FOLDER = Path(__file__).parent / "assets"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}
_URL = re.compile(rb'url\("([^":/]+)"\)')
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    name: str
    body: bytes
    packed: bytes | None
    media_type: str


@cache
def assets() -> dict[str, Asset]:
    """Plain name ("style.css") → asset under its hashed name; what a stylesheet names is renamed inside it."""
    found = {
        path.name: _asset(path.name, path.read_bytes())
        for path in sorted(FOLDER.iterdir())
        if path.suffix in _TYPES and path.suffix != ".css"
    }
    for path in sorted(FOLDER.glob("*.css")):
        body = _URL.sub(lambda match: b'url("%s")' % found[match[1].decode()].name.encode(), path.read_bytes())
        found[path.name] = _asset(path.name, body)
    return found


def asset_path(service: str, name: str) -> str:
    """Address of an asset, as `service` serves it."""
    return f"/assets/{service}/{assets()[name].name}"


def assets_app() -> Starlette:
    """An application to mount at /assets/<service>."""
    by_hashed_name = {asset.name: asset for asset in assets().values()}

    async def serve(request: Request) -> Response:
        asset = by_hashed_name.get(request.path_params["name"])
        if asset is None:
            return PlainTextResponse("", status_code=404)
        headers = {"Cache-Control": _FOR_EVER, "X-Content-Type-Options": "nosniff"}
        body = asset.body
        if asset.packed is not None:
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["Content-Encoding"], body = "gzip", asset.packed
        return Response(body, media_type=asset.media_type, headers=headers)

    return Starlette(routes=[Route("/{name}", serve, methods=["GET", "HEAD"])])


def _asset(name: str, body: bytes) -> Asset:
    stem, suffix = name.rsplit(".", 1)
    digest = hashlib.sha256(body).hexdigest()[:12]
    packed = None if suffix == "woff2" else gzip.compress(body, 9, mtime=0)
    return Asset(f"{stem}.{digest}.{suffix}", body, packed, _TYPES["." + suffix])
