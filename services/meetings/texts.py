"""The kinds of text that commands carry."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
InseeCode = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9AB][0-9]{3}$")]
