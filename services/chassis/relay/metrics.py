"""What an operator watches of the relay, besides what every client of Kafka tells (`messaging_metrics`)."""

from prometheus_client import Counter, Gauge, Histogram

UNPUBLISHED = Gauge(
    "cispd_outbox_unpublished", "Committed events not yet on Kafka (estimated from 10,000 on)", ["shard"]
)
OLDEST = Gauge("cispd_outbox_oldest_seconds", "Age of the oldest committed event not yet on Kafka", ["shard"])
HELD = Gauge("cispd_outbox_held_keys", "Keys whose oldest unpublished event the broker refuses", ["shard"])
BATCH = Histogram("cispd_relay_batch_events", "Events published in one round", buckets=(1, 4, 16, 64, 256, 1024, 2048))
ACTIVE = Gauge("cispd_relay_active", "1 in the process that publishes for the shard", ["shard"])
RESTARTS = Counter("cispd_relay_restarts_total", "Times the relay began again after a failure", ["reason"])
