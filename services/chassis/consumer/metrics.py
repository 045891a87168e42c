"""What an operator watches of the consumer, besides what every client of Kafka tells (`messaging_metrics`)."""

from prometheus_client import Counter, Gauge, Histogram

APPLIED = Counter("cispd_consumer_applied_total", "Events applied", ["topic", "type"])
SKIPPED = Counter("cispd_consumer_skipped_total", "Records passed over, by reason", ["topic", "reason"])
PARKED = Counter("cispd_consumer_parked_total", "Records put aside, by reason", ["topic", "reason"])
RETRIES = Counter("cispd_consumer_retries_total", "Batches tried again after a passing fault", ["reason"])
FENCED = Counter("cispd_consumer_fenced_total", "Batches undone because another process owns the position")
CLAIMS = Counter("cispd_consumer_claims_total", "Positions taken over from whoever had them", ["topic"])
REBALANCES = Counter("cispd_consumer_rebalances_total", "Times the partitions were given out anew")
BATCH = Histogram(
    "cispd_consumer_batch_records", "Records in one transaction", buckets=(1, 4, 16, 64, 256, 512, 1024, 2048)
)
LAG = Gauge("cispd_consumer_lag_records", "Records on the topic that are not applied yet", ["topic", "partition"])
LAG_SECONDS = Gauge(
    "cispd_consumer_lag_seconds", "Age of the oldest record that is not applied, 0 without one", ["topic", "partition"]
)
NAME_TAKEN = Gauge("cispd_consumer_name_taken", "1 while another process uses our name in the consumer group")
