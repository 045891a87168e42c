"""The front door of the local stack: one address, behind it the services, the issuer and the mail catcher."""
