"""Whether the code that makes a projection's rows is still the same."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, resolve_name
from pathlib import Path

from services.chassis.projections import Projection


def fingerprint(projection: Projection) -> str:
    """Of the modules that hold its handlers, tables and events, and of all of ours that these import, one through
    another: of what they do, not of how it is laid out. Of the packages they are in, what runs with them; of the
    folders, the files that are no code, which they may read. What they read elsewhere is not seen.
    """
    whole = sha256()
    found = dict(reached({part.__module__ for part in projection.parts}))
    for tree in (*_in_order(found), *_in_order(_packages(found))):
        whole.update(ast.dump(tree).encode())
    for file in _beside(found):
        whole.update(f"{file.name} {sha256(file.read_bytes()).hexdigest()}".encode())
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
            tree = _tree(spec.origin)
            waiting += _imported(tree, spec.parent or "")
            yield name, tree


def _packages(found: Mapping[str, ast.Module]) -> dict[str, ast.Module]:
    """The packages around the modules `found`, without what these import: a package mostly lists what is in it."""
    packages = {".".join(parts[:end]) for parts in (name.split(".") for name in found) for end in range(1, len(parts))}
    return {name: _tree(spec.origin) for name in packages - found.keys() if (spec := _found(name)) and spec.origin}


def _beside(found: Iterable[str]) -> list[Path]:
    """The files in the folders of the modules `found` that are no Python, hidden ones left out."""
    places = {Path(spec.origin).parent for name in found if (spec := _found(name)) and spec.origin}
    files = (file for place in sorted(places) for file in sorted(place.iterdir()))
    return [file for file in files if file.is_file() and file.suffix != ".py" and not file.name.startswith(".")]


def _in_order(found: Mapping[str, ast.Module]) -> list[ast.Module]:
    return [found[name] for name in sorted(found)]


def _tree(file: str) -> ast.Module:
    return ast.parse(Path(file).read_bytes())


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
