"""A mail catcher: a real SMTP server that keeps what it receives, and pages to read it. Local stack only."""
