"""Fetches the files that others wrote, from their npm packages, and checks every byte against vendor.toml.

Run by `make assets`; needs npm, which knows the registry to ask. With --check nothing is fetched: the files in place
are compared with their sums.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


class Altered(Exception):
    """A package or a file is not the one that was chosen."""


def packages() -> list[dict[str, Any]]:
    """The packages of vendor.toml: name, version, integrity, and files by member with place and sha256."""
    chosen: list[dict[str, Any]] = tomllib.loads((HERE / "vendor.toml").read_text())["package"]
    return chosen


def check() -> list[str]:
    """Places whose file is absent or differs from its sum."""
    return [
        file["to"]
        for package in packages()
        for file in package["files"]
        if not (ROOT / file["to"]).exists() or _sum((ROOT / file["to"]).read_bytes()) != file["sha256"]
    ]


def fetch(package: dict[str, Any], folder: Path) -> None:
    """Packs `package` into `folder` and puts its files in their places. Raises Altered."""
    name = f"{package['name']}@{package['version']}"
    packed = subprocess.run(  # noqa: S603
        ["npm", "pack", "--silent", "--ignore-scripts", name],  # noqa: S607
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    tarball = folder / packed.stdout.split()[-1]
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package["integrity"]:
        raise Altered(name)
    with tarfile.open(tarball) as archive:
        for file in package["files"]:
            member = archive.extractfile(f"package/{file['from']}")
            body = member.read() if member else b""
            if _sum(body) != file["sha256"]:
                raise Altered(f"{name}: {file['from']}")
            place = ROOT / file["to"]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)


def _sum(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        with tempfile.TemporaryDirectory() as folder:
            for package in packages():
                print(f"{package['name']} {package['version']} ({package['licence']})")
                fetch(package, Path(folder))
    altered = check()
    for place in altered:
        print(f"altered: {place}", file=sys.stderr)
    return 1 if altered else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
