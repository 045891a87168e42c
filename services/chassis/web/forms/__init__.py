"""Posted forms: read them into commands, keep what was typed, say what to correct."""

from services.chassis.web.forms.state import FormState
from services.chassis.web.forms.submit import done, parse, submit

__all__ = ["FormState", "done", "parse", "submit"]
