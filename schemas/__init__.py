"""The contract between the services: events, envelope, topics and roles. No network and no database here."""
