"""Offsets of clocks, in files that the processes look at."""

from pathlib import Path


def move(file: Path, seconds: float) -> None:
    """Replaces the offset at once: a reader sees the old one or the new one."""
    part = file.with_suffix(".part")
    part.write_text(f"{seconds:+.0f}\n")
    part.rename(file)


def library() -> Path | None:
    """libfaketime, where Debian puts it."""
    return next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
