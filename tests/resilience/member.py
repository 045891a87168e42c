"""One process of the service under test."""

import re
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.local.child import Child
from deploy.local.ports import LOOPBACK, free_port
from tests.resilience.interrupting import ARMED
from tests.support.eventually import eventually

ROOT = Path(__file__).parents[2]
START_WITHIN = 90.0
# Counters of attempts that a healthy system stops counting up: whatever is tried again, anywhere in the chassis.
ATTEMPTS = re.compile(r"^(cispd_\w*(?:retries|restarts|refused|failed|fenced)\w*_total)(?:\{.*\})? (\S+)$", re.M)

# One for all: each would read the certificates it never needs. A connection kept would outlive a killed process.
ASKING = httpx.AsyncClient(trust_env=False, timeout=5, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass
class Member:
    """A role of the service under test in a process of its own, which can be killed, frozen and started again."""

    name: str
    role: str
    folder: Path
    environment: Mapping[str, str]
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.armed = self.folder / f"{self.name}.armed"
        own = {"CISPD_HTTP_PORT": str(self.port), ARMED: str(self.armed), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.resilience.ledger", self.role]
        log = self.folder / f"{self.name}.log"
        self.child = Child(self.name, command, log, {**self.environment, **own}, grace=20)
        self.expected = False

    def launch(self) -> None:
        """Starts the process and returns at once."""
        self.child.start()
        self.expected = True

    async def ready(self) -> None:
        """Returns once its loops run."""
        await eventually(self._answers, within=START_WITHIN)

    async def _answers(self) -> bool:
        assert self.child.running, f"{self.name} ended by itself; read {self.child.log}:\n{self.child.last_words()}"
        try:
            answer = await self._ask("/health/live")
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    async def _ask(self, path: str) -> httpx.Response:
        return await ASKING.get(f"http://{LOOPBACK}:{self.port}{path}")

    def tell(self, **environment: str) -> None:
        """What its environment says from the next start on."""
        self.child.environment = {**self.child.environment, **environment}

    async def start(self) -> None:
        self.launch()
        await self.ready()

    def kill(self) -> None:
        """SIGKILL."""
        self.expected = False
        self.child.kill()

    def leave(self) -> None:
        """SIGTERM: it drains and goes."""
        self.expected = False
        self.child.stop()

    def freeze(self) -> None:
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, what: signal.Signals) -> None:
        assert self.child.process is not None
        self.child.process.send_signal(what)

    @property
    def frozen(self) -> bool:
        """Whether it was stopped by a signal."""
        return self.child.running and self._state == "T"

    @property
    def _state(self) -> str:
        assert self.child.process is not None
        return Path(f"/proc/{self.child.process.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def end(self) -> None:
        """Whatever state it is in."""
        if self.child.running:
            self.thaw()
        self.leave()

    async def metrics(self) -> str:
        """What it tells at /metrics; nothing while it does not answer."""
        if not self.child.running or self.frozen:
            return ""
        try:
            return (await self._ask("/metrics")).text
        except httpx.HTTPError:
            return ""

    async def attempts(self) -> dict[str, float]:
        """Counters of what was tried again, since this process started."""
        found: dict[str, float] = {}
        for name, value in ATTEMPTS.findall(await self.metrics()):
            found[name] = found.get(name, 0) + float(value)
        return found

    async def led(self) -> list[int]:
        """The shards for which this relay publishes."""
        found = re.findall(r'^cispd_relay_active\{shard="(\d+)"\} 1', await self.metrics(), re.M)
        return [int(shard) for shard in found]
