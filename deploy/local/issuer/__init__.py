"""A development OpenID Connect issuer: one chooses who to be. It exists on the local stack only."""
