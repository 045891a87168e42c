"""The scanner itself: it finds a planted secret however it is written, and nothing else."""

import base64
import gzip
import hashlib
import json
import quopri
import unicodedata
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import quote, quote_plus

import pytest

from tests.support.privacy import Secrets, folded

NAME = "Éléonore Wytsbrûlé-Dœrst"
STREET = "14 impasse des Chardonnerets"
NARRATIVE = "a jeté ses clés contre la vitrine de la boulangerie"
SECRETS = Secrets(NAME, STREET, NARRATIVE)
AROUND = "2017-03-22 INFO request {} handled in 3 ms, trace 0af7651916cd43dd8448eb211c80319c"


def _mail(text: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = f"Convocation de {text}"
    message.set_content("Bonjour.")
    return bytes(message)


def _attachment(text: str) -> bytes:
    message = EmailMessage()
    message.set_content("Bonjour.")
    message.add_attachment(f"{'x' * 61}{text}".encode(), maintype="application", subtype="octet-stream")
    return bytes(message)


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "latin-1": lambda text: text.replace("œ", "oe").encode("latin-1"),
    "utf-16": lambda text: text.encode("utf-16"),
    "upper case": lambda text: text.upper().encode(),
    "no accents": lambda text: text.translate(str.maketrans({"é": "e", "û": "u", "É": "E", "œ": "oe"})).encode(),
    "decomposed accents": lambda text: unicodedata.normalize("NFD", text).encode(),
    "other separators": lambda text: text.replace(" ", "_").replace("-", ". ").encode(),
    "JSON": lambda text: json.dumps({"name": text}).encode(),
    "JSON in JSON": lambda text: json.dumps({"value": json.dumps({"name": text})}).encode(),
    "HTML entities": lambda text: "".join(f"&#{ord(character)};" for character in text).encode(),
    "percent": lambda text: quote(text).encode(),
    "form": lambda text: quote_plus(text).encode(),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, one byte in": lambda text: base64.b64encode(b"x" + text.encode()),
    "base64, two bytes in": lambda text: base64.b64encode(b"xy" + text.encode()),
    "base64 glued to a word": lambda text: b"id" + base64.b64encode(text.encode()),
    "base64url": lambda text: base64.urlsafe_b64encode(f"???{text}???".encode()),
    "base64 of JSON": lambda text: base64.b64encode(json.dumps({"name": text}).encode()),
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(text.encode())),
    "bytea": lambda text: b"\\x" + text.encode().hex().encode(),
    "mail subject": _mail,
    "mail attachment": _attachment,
    "gzip": lambda text: gzip.compress(text.encode()),
    "deflate": lambda text: zlib.compress(text.encode()),
}
WHOLE = {"utf-16", "gzip", "deflate"}


@pytest.mark.parametrize("secret", [NAME, STREET, NARRATIVE])
@pytest.mark.parametrize("form", WRITTEN)
def test_a_planted_secret_is_found_when_written_as(form: str, secret: str) -> None:
    planted = WRITTEN[form](secret)
    data = planted if form in WHOLE else AROUND.encode().replace(b"{}", planted)
    assert [finding.secret for finding in SECRETS.found_in("log", data)] == [secret]


@pytest.mark.parametrize("digest", ["md5", "sha1", "sha256"])
@pytest.mark.parametrize("spelling", [NAME, NAME.lower(), NAME.upper(), folded(NAME)])
def test_a_digest_of_a_secret_is_found(digest: str, spelling: str) -> None:
    hashed = hashlib.new(digest, spelling.encode())
    for data in (hashed.hexdigest().encode(), base64.b64encode(hashed.digest()), hashed.digest()):
        found = SECRETS.found_in("header", AROUND.encode().replace(b"{}", data))
        assert [finding.secret for finding in found] == [NAME]


def test_ordinary_bytes_hold_no_secret() -> None:
    ordinary = json.dumps({"body_name": "Assemblée plénière", "place": "Hôtel de Ville, Calais", "n": list(range(500))})
    assert SECRETS.found_in("topic", ordinary.encode()) == []


def test_each_secret_is_reported_once_with_its_place() -> None:
    data = f"{NAME} {NAME} {STREET}".encode()
    findings = SECRETS.scan([("cispd.cases[3]@12 value", data)])
    assert sorted(finding.secret for finding in findings) == sorted([NAME, STREET])
    assert {finding.place for finding in findings} == {"cispd.cases[3]@12 value"}


def test_a_secret_too_short_to_be_recognised_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Secrets("Léa")
