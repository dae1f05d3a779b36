"""What only the installation's key opens: AES-256-GCM over what a copy of the file must not tell.

A sealed text is as long as others of its kind, and opens only beside the row that it was sealed for.
"""

import hashlib
import hmac
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12  # bytes, as NIST SP 800-38D has it; by chance, which is safe for 2**32 texts under one key
STEP = 128  # bytes: a text is filled up with spaces to a multiple of it, so that its length tells nothing


class Seal:
    """Seals and opens with a key that is made from the installation's and used for nothing else."""

    def __init__(self, key: bytes, hashed: Callable[[str], str]) -> None:
        """Use an installation's key (32 bytes or more); `hashed` names rows without telling of what."""
        self._cipher = AESGCM(hmac.new(key, b"pushback sealed", hashlib.sha256).digest())
        self.hashed = hashed

    def seal(self, text: str, row: str) -> bytes:
        """Seal a text for a row; its trailing spaces are lost."""
        raw = text.encode()
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, raw.ljust(-(-len(raw) // STEP) * STEP), row.encode())

    def open(self, sealed: bytes, row: str) -> str:
        """Open what was sealed for a row.

        Raises:
            ValueError: it was sealed with another key or for another row, or it is damaged.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], row.encode()).decode().rstrip(" ")
        except InvalidTag:
            raise ValueError("cannot be opened with this key: put the one back that belongs to the database") from None
