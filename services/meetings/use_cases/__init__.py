"""What people do with the council, one file per command."""
