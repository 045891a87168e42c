"""What people read: rows for lists, whole objects for details. Nothing sealed."""
