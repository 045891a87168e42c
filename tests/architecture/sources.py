"""The project's own Python files, as trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("meetings", "cases", "notifications", "reporting")


@dataclass(frozen=True)
class Source:
    """A file; `name` is its path below the project's root."""

    name: str
    tree: ast.Module

    def imports(self) -> Iterator[str]:
        """Modules named by its absolute imports, those for type checking only included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield node.module or ""

    def calls(self) -> Iterator[tuple[str, int]]:
        """Dotted names of what it calls ("datetime.now"), with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node.lineno

    def coroutines(self) -> Iterator[str]:
        return (node.name for node in ast.walk(self.tree) if isinstance(node, ast.AsyncFunctionDef))

    def has_try(self) -> bool:
        return any(isinstance(node, ast.Try) for node in ast.walk(self.tree))

    def statements(self) -> Iterator[str]:
        """Its string literals but for the docstrings."""
        told = {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                yield node.value

    def texts(self) -> Iterator[str]:
        """Its string literals."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def sources(*folders: str) -> list[Source]:
    """Every Python file below the folders."""
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [Source(str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))) for file in files]
