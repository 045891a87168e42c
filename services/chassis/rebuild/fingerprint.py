"""Whether the code that makes a projection's rows is still the same."""

from __future__ import annotations

import ast
import inspect
from hashlib import sha256

from services.chassis.projections import Projection


def fingerprint(projection: Projection) -> str:
    """Of the modules that hold its handlers, tables and events: of what they do, not of how it is laid out.

    Code that handlers call in other modules is not seen.
    """
    modules = {module for part in projection.parts if (module := inspect.getmodule(part)) is not None}
    whole = sha256()
    for module in sorted(modules, key=lambda each: each.__name__):
        whole.update(ast.dump(ast.parse(inspect.getsource(module))).encode())
    return whole.hexdigest()
