"""Sealing of what people wrote: AES-GCM, bound to its table, column and row.

A sealed value is `0x01 | key id (2 bytes) | nonce (12) | ciphertext and tag`. Moved to another row or column it
does not open. Look-ups use a keyed blind index, so no address stands in the database in the clear.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import SealBroken, SettingsError

_FORMAT = b"\x01"
_NONCE = 12
_CURRENT_KEY_ID = 1
# Format, key id, nonce and the tag of an empty text.
_SHORTEST = 1 + 2 + _NONCE + 16
_KEY = re.compile("[0-9a-fA-F]{64}")
log = structlog.get_logger(__name__)


class Sealer:
    """Keys derived from one master key of 32 bytes, one for each purpose."""

    def __init__(self, master: bytes) -> None:
        if len(master) != 32:
            raise SettingsError("BOT_MASTER_KEY: must be 64 hexadecimal characters")
        self._seal_keys = {_CURRENT_KEY_ID: AESGCM(_derive(master, b"seal"))}
        self._index_key = _derive(master, b"index")
        self._audit_key = _derive(master, b"audit")
        self._token_key = _derive(master, b"token")

    def seal(self, text: str, place: str) -> bytes:
        """Seal a text for one place, `table.column.row`."""
        nonce = os.urandom(_NONCE)
        key = self._seal_keys[_CURRENT_KEY_ID]
        ciphertext = key.encrypt(nonce, text.encode("utf-8", "surrogatepass"), place.encode())
        return _FORMAT + _CURRENT_KEY_ID.to_bytes(2, "big") + nonce + ciphertext

    def open(self, sealed: bytes, place: str) -> str:
        """The text. Raises `SealBroken` when the key is not ours or the value was moved or changed."""
        key = self._seal_keys.get(int.from_bytes(sealed[1:3], "big"))
        if sealed[:1] != _FORMAT or key is None or len(sealed) < _SHORTEST:
            raise SealBroken(f"{place}: sealed with an unknown key or format")
        try:
            plain = key.decrypt(sealed[3 : 3 + _NONCE], sealed[3 + _NONCE :], place.encode())
        except InvalidTag:
            raise SealBroken(f"{place}: does not open here") from None
        return plain.decode("utf-8", "surrogatepass")

    def index(self, kind: str, value: str) -> str:
        """Blind index: the same value gives the same 64 hexadecimal characters, and nothing can be read back."""
        return hmac.new(self._index_key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()

    def token(self, kind: str, value: str) -> str:
        """A secret for an address: the same value gives the same 43 characters, 256 bits that nobody can guess."""
        digest = hmac.new(self._token_key, f"{kind}\0{value}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def chain(self, previous: str, entry: str) -> str:
        """The audit log's next link, 64 hexadecimal characters."""
        return hmac.new(self._audit_key, f"{previous}\0{entry}".encode(), hashlib.sha256).hexdigest()


def master_key(given: str | None, folder: Path) -> bytes:
    """The key from the setting, else from `master.key` in the folder, made (mode 0600) when absent."""
    if given:
        return _parsed(given, "BOT_MASTER_KEY")
    path = folder / "master.key"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"master.key.{secrets.token_hex(4)}"
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(descriptor, secrets.token_hex(32).encode())
        os.fsync(descriptor)
        os.close(descriptor)
        try:
            # A link fails when another process was first, so two processes never hold different keys.
            os.link(draft, path)
            log.warning("master_key_made", path=str(path), advice="back it up: without it nothing can be read")
        except FileExistsError:
            pass
        draft.unlink()
    return _parsed(path.read_text(encoding="ascii").strip(), str(path))


def _parsed(text: str, name: str) -> bytes:
    if not _KEY.fullmatch(text):
        raise SettingsError(f"{name}: must be 64 hexadecimal characters")
    return bytes.fromhex(text)


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"everybodys-business/" + purpose).derive(master)
