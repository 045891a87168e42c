"""Aggregates in PostgreSQL: locked when a command reads them, saved whole."""

from services.cases.store.protocols import lock_protocols, save_protocol
from services.cases.store.publications import add_distribution, lock_publication, publication_exists, save_publication
from services.cases.store.recalls import lock_recall, next_number, save_recall
from services.cases.store.sessions import lock_session, save_session

__all__ = [
    "add_distribution",
    "lock_protocols",
    "lock_publication",
    "lock_recall",
    "lock_session",
    "next_number",
    "publication_exists",
    "save_protocol",
    "save_publication",
    "save_recall",
    "save_session",
]
