"""Whether the code that makes a projection's rows is still the same."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, resolve_name
from operator import itemgetter
from pathlib import Path

from services.chassis.projections import Projection


def fingerprint(projection: Projection) -> str:
    """Of the modules that hold its handlers, tables and events, and of all of ours that these import, one through
    another: of what they do, not of how it is laid out. Files they read that are no modules are not seen.
    """
    whole = sha256()
    names = {part.__module__ for part in projection.parts}
    for _, tree in sorted(reached(names), key=itemgetter(0)):
        whole.update(ast.dump(tree).encode())
    return whole.hexdigest()


def reached(names: Iterable[str]) -> Iterator[tuple[str, ast.Module]]:
    """The modules `names` and those they lead to within the same packages, each as a tree."""
    waiting, met = list(names), set[str]()
    ours = {name.partition(".")[0] for name in waiting}
    while waiting:
        name = waiting.pop()
        if name in met or name.partition(".")[0] not in ours:
            continue
        met.add(name)
        # What is imported from a module is mostly none itself.
        if (spec := _found(name)) is not None and spec.origin is not None:
            tree = ast.parse(Path(spec.origin).read_bytes())
            waiting += _imported(tree, spec.parent or "")
            yield name, tree


def _imported(tree: ast.Module, package: str) -> Iterator[str]:
    """The names of what is imported in a module of `package`, of modules and of what is in them alike."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield module
            yield from (f"{module}.{each.name}" for each in node.names)


def _found(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except ModuleNotFoundError:  # the part before the last dot is no package
        return None
