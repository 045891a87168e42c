"""What a run is told by its environment."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Settings:
    """`minutes`: how long random combinations go on; `rate`: commands a second; `accounts`: keys."""

    seed: str = field(default_factory=lambda: os.environ.get("RESILIENCE_SEED") or secrets.token_hex(4))
    minutes: float = field(default_factory=lambda: float(os.environ.get("RESILIENCE_MINUTES", "0.25")))
    rate: float = field(default_factory=lambda: float(os.environ.get("RESILIENCE_RATE", "100")))
    accounts: int = field(default_factory=lambda: int(os.environ.get("RESILIENCE_ACCOUNTS", "2000")))
    reports: Path = field(
        default_factory=lambda: Path(os.environ.get("RESILIENCE_REPORTS", ROOT / ".resilience")).resolve()
    )
