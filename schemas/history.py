"""Which states of the contract were published: those of main's line, since the last break that all agreed on."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

from .contract import EXAMPLES, PUBLISHED, ROOT, TOPICS_FILE

AGREED = "schemas/agreed_breaks.md"


@dataclass(frozen=True)
class Promised:
    """`commits`: whose contracts are promised, newest first. `lack`: what cannot be seen here and how to mend it.

    `agreeing`: a break is being agreed on right now, so that nothing is promised before it.
    """

    commits: list[str]
    lack: str = ""
    agreeing: bool = False


def promised() -> Promised:
    """Every commit that changed the contract on main, back to the newest entry in AGREED, whose own state is the first.

    On a branch main ends where the branch left it: what the branch itself tried and took back was never published.
    """
    if not (head := _commit("HEAD")):
        return Promised([], "No git history here: what `make schemas` wrote over cannot be seen. Fetch main.")
    if _git("rev-parse", "--is-shallow-repository") == "true":
        return Promised([head], "A shallow clone: what is committed in HEAD is not judged. git fetch --unshallow")
    if _git("status", "--porcelain", "--", AGREED):
        return Promised([], f"{AGREED} is changed: its commit will be the first that is promised.", agreeing=True)
    agreed = _git("log", "-1", "--format=%H", "--", AGREED)
    main = _where_it_left_main() or head
    since = _git("log", "--first-parent", "--format=%H", f"{agreed}..{main}" if agreed else main, "--", *_paths())
    return Promised([*since.split(), *filter(None, [agreed])])


def _paths() -> tuple[str, ...]:
    return TOPICS_FILE, EXAMPLES, PUBLISHED


def _where_it_left_main() -> str:
    """Of this checkout, the newest commit that main has too; empty without a main."""
    found = (_git("merge-base", "HEAD", main) for main in ("origin/main", "main") if _commit(main))
    return next(filter(None, found), "")


def _commit(name: str) -> str:
    return _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")


def _git(*arguments: str) -> str:
    try:
        said = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return said.stdout.strip() if said.returncode == 0 else ""
