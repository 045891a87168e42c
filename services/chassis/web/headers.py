"""The headers of every page: only our own files, no frame, no guessing, nothing told to other sites."""

from __future__ import annotations

from urllib.parse import urlsplit


def security_headers(issuer: str) -> dict[str, str]:
    """`issuer` is where signing in and out may lead a posted form."""
    parts = urlsplit(issuer)
    own = "'self'"
    policy = {
        "default-src": "'none'",
        "script-src": own,
        "style-src": own,
        "font-src": own,
        "img-src": own,
        "connect-src": own,
        "form-action": f"{own} {parts.scheme}://{parts.netloc}",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "private, no-cache",
    }
