"""The issuer's signing key: made once per data folder, so that a restart keeps sessions and tokens good."""

from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, KeySet


class SigningKey:
    """An ES256 key kept in `file`."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
        key = ECKey.import_key(file.read_bytes())
        self.key = ECKey.import_key(file.read_bytes(), {"kid": key.thumbprint(), "use": "sig", "alg": "ES256"})

    def public(self) -> dict[str, Any]:
        """The key set (RFC 7517) services check tokens with."""
        return dict(KeySet([self.key]).as_dict(private=False))
