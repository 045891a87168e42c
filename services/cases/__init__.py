"""Rappels à l'ordre, drop-in sessions, publications: the only service that holds data about residents."""
