"""What an operator watches of the timers."""

from prometheus_client import Counter, Gauge

FIRED = Counter("cispd_timers_fired_total", "Timers that fired", ["name"])
FAILED = Counter("cispd_timers_failed_total", "Times a timer's handler failed", ["name"])
PUT_OFF = Counter("cispd_timers_put_off_total", "Times a passing fault put a timer off", ["name"])
DUE = Gauge("cispd_timers_due", "Timers whose time has come and that did not fire yet", ["name"])
LATE = Gauge("cispd_timers_late_seconds", "By how much the oldest of them is late", ["name"])
FAILING = Gauge("cispd_timers_failing", "Timers whose handler failed at its last try", ["name"])
