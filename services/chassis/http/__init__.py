"""HTTP: commands in, readings and pages out."""

from services.chassis.http.look import Look
from services.chassis.http.paging import After, Limit, Page
from services.chassis.http.rights import PUBLIC, SIGNED_IN
from services.chassis.http.routes import Right, Routes

__all__ = ["PUBLIC", "SIGNED_IN", "After", "Limit", "Look", "Page", "Right", "Routes"]
