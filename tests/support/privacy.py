"""Finds what must never travel, however it is written: the scanner behind the privacy tests.

Pure: it looks at bytes. Where the bytes come from is privacy_sources' business.
"""

import binascii
import hashlib
import html
import quopri
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

SHORTEST = 5
DEPTH = 3
BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
FOLDED_LINES = re.compile(rb"(?=[\r\n])(?<=[A-Za-z0-9+/]{60})\r?\n[ \t]?")
STANDARD_BASE64 = bytes.maketrans(b"-_", b"+/")
HEX_RUN = re.compile(rb"(?:[0-9a-fA-F]{2}){5,}")
JSON_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")
ENCODED_WORD = re.compile(rb"=\?[^?\s]+\?([bBqQ])\?([^?\s]*)\?=(?:\s+(?==\?))?")
LIGATURES = {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"}
ASCII_LOWER = bytes(range(256)).lower()
ASCII_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
SHORTEST_DIGEST = hashlib.md5(usedforsecurity=False).digest_size
TEXT_ENCODINGS = ("utf-8", "latin-1")

Source = Iterable[tuple[str, bytes]]


@dataclass(frozen=True)
class Finding:
    """A secret seen somewhere: `place` names the source, `form` how it was written there."""

    secret: str
    place: str
    form: str

    def __str__(self) -> str:
        return f"« {self.secret} » in {self.place} ({self.form})"


class Secrets:
    """What to look for: names, addresses, narratives. Case, accents, spaces and punctuation do not matter.

    Digests of each are looked for too: a hash of a name is guessable. Raises ValueError for a secret so short that it
    would be found by chance.
    """

    def __init__(self, *secrets: str) -> None:
        self._needles = {secret: folded(secret) for secret in secrets}
        short = [secret for secret, needle in self._needles.items() if len(needle) < SHORTEST]
        if short:
            raise ValueError(f"too short to be recognised: {short}")
        self._digests = [(digest, secret) for secret in secrets for digest in _digests(secret)]

    def found_in(self, place: str, data: bytes) -> list[Finding]:
        """Every secret that `data` holds, once each, in the first form met."""
        found: dict[str, Finding] = {}
        for form, piece in _pieces(data):
            for digest, secret in self._digests if len(piece) >= SHORTEST_DIGEST else ():
                if digest in piece:
                    found.setdefault(secret, Finding(secret, place, f"{form}digest"))
            for reading, text in _readings(piece):
                hay = folded(text)
                for secret, needle in self._needles.items():
                    if needle in hay:
                        found.setdefault(secret, Finding(secret, place, form + reading))
        return list(found.values())

    def scan(self, source: Source) -> list[Finding]:
        """Findings over (place, bytes) pairs; what was clean in one place is clean in the next."""
        found, clean = [], set[bytes]()
        for place, data in source:
            if data not in clean:
                here = self.found_in(place, data)
                found += here
                if not here:
                    clean.add(data)
        return found


def folded(text: str) -> str:
    """Letters and digits alone, without case and accents: « Éléonore Wyts-Brûlé » → « eleonorewytsbrule »."""
    if text.isascii():
        return text.encode().translate(ASCII_LOWER, ASCII_SIGNS).decode()
    for ligature, letters in LIGATURES.items():
        text = text.replace(ligature, letters)
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filter(str.isalnum, plain))


def _digests(secret: str) -> Iterator[bytes]:
    for spelling in {secret, secret.lower(), secret.upper(), folded(secret)}:
        for name in ("md5", "sha1", "sha256"):
            yield hashlib.new(name, spelling.encode(), usedforsecurity=False).digest()


def _pieces(data: bytes) -> Iterator[tuple[str, bytes]]:
    """`data` and all that libraries may have wrapped inside it, each with the wrappings passed."""
    seen: set[bytes] = set()
    waiting = [("", data, DEPTH)]
    while waiting:
        form, piece, depth = waiting.pop()
        if not piece or piece in seen:
            continue
        seen.add(piece)
        yield form, piece
        if depth:
            waiting += [(f"{form}{how} > ", inner, depth - 1) for how, inner in _unwrapped(piece)]


def _readings(piece: bytes) -> Iterator[tuple[str, str]]:
    texts = ("utf-8",) if piece.isascii() else TEXT_ENCODINGS
    for encoding in (*texts, *(("utf-16-le", "utf-16-be") if b"\0" in piece else ())):
        text = piece.decode(encoding, errors="replace")
        yield encoding, text
        if "\\u" in text:
            yield "JSON escapes", _without_json_escapes(text)
        if "&" in text:
            yield "HTML entities", html.unescape(text)


def _without_json_escapes(text: str) -> str:
    unescaped = JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return unescaped.encode("utf-16", errors="surrogatepass").decode("utf-16", errors="replace")


def _unwrapped(piece: bytes) -> Iterator[tuple[str, bytes]]:
    if b"=?" in piece:
        yield "encoded words", ENCODED_WORD.sub(_encoded_word, piece)
    if b"=" in piece:
        yield "quoted-printable", quopri.decodestring(piece, header=True)
    if b"%" in piece:
        yield "percent", unquote_to_bytes(piece.replace(b"+", b" "))
    if piece[:2] == b"\x1f\x8b" or piece[:1] == b"\x78":
        yield from _inflated(piece)
    # Readable text is full of words that look like base64; what they decode to is noise, joined to be read once.
    runs = BASE64_RUN.findall(FOLDED_LINES.sub(b"", piece))
    for shift in range(4):
        yield "base64", b"\n".join(_decoded(runs, shift))
    yield "hexadecimal", b"\n".join(binascii.unhexlify(run) for run in HEX_RUN.findall(piece))


def _encoded_word(match: re.Match[bytes]) -> bytes:
    if match[1] in b"qQ":
        return quopri.decodestring(match[2], header=True)
    return b"".join(_decoded(BASE64_RUN.findall(match[2]), 0))


def _decoded(runs: list[bytes], shift: int) -> Iterator[bytes]:
    """What base64, the web's or the mail's, says from the `shift`-th sign of each run."""
    for run in runs:
        standard = run[shift:].translate(STANDARD_BASE64)
        # A lone last character carries no byte.
        usable = standard[: len(standard) - (len(standard) % 4 == 1)]
        yield binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))


def _inflated(piece: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        yield "deflate", zlib.decompressobj(wbits=47).decompress(piece)
    except zlib.error:
        return
