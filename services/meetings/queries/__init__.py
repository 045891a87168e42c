"""What pages and API read. Each query takes the scope of its reader and never shows more."""
