"""Faults against real processes on real Kafka and PostgreSQL, and a checker that reads everything back.

`ledger.py` is the service under test; `system.py` its processes and servers; `faults/` what is done to them;
`checker.py` what must hold afterwards. docs/resilience.md says how to run it and how to read the report.
"""
