"""What people do with cases, drop-in sessions and publications, one file per command."""
