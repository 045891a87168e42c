"""The contract between the services: events, envelope, topics and roles. Nothing here does I/O on a network or a database."""
