"""Pseudonyms for exports: keyed, so that they stay the same for whoever holds the key and tell others nothing.

The pseudonym of a row is BLAKE2b of its id under the key, as 16 letters and digits (80 bits). The entity takes no part,
so a person who stands in two tables has one pseudonym; an identity number of 15 digits counts as the one of 18 that it
became. Without the key the ids cannot be found by trying all identity numbers, which a plain hash would allow.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from attrs import frozen

from huice.facts.cells import Wrong, read_identity
from lang.diagnostics import Text

LEAST = 16  # bytes of a key: what nobody tries out
MOST = 1 << 16


class NoKey(ValueError):
    """Carries `text`, the sentence for the user."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


@frozen(repr=False)
class Pseudonyms:
    key: bytes

    def of(self, name: str) -> str:
        """The pseudonym of an id: `p-` and 16 letters and digits."""
        number = read_identity(name)
        whole = name if isinstance(number, Wrong) else number
        digest = hashlib.blake2b(whole.encode(), digest_size=10, key=self.key, person=b"huice ids").digest()
        return "p-" + base64.b32encode(digest).decode().lower()

    @property
    def fingerprint(self) -> str:
        """Tells keys apart in a manifest without giving them away."""
        return hashlib.blake2b(b"fingerprint", digest_size=8, key=self.key, person=b"huice key").hexdigest()


def read_key(path: str) -> Pseudonyms:
    """The key in a file: its bytes, less a line end. Raises NoKey."""
    try:
        with Path(path).open("rb") as file:
            written = file.read(MOST + 1)
    except (OSError, ValueError):
        raise NoKey(Text(f"{path}: the key file cannot be read", f"{path}：无法读取密钥文件")) from None
    secret = written.rstrip(b"\r\n")
    if len(secret) < LEAST or len(written) > MOST:
        raise NoKey(
            Text(
                f"{path}: a key has at least {LEAST} bytes; make one with "
                'python -c "import secrets; print(secrets.token_hex(32))"',
                f'{path}：密钥至少 {LEAST} 个字节；可用 python -c "import secrets; print(secrets.token_hex(32))" 生成',
            )
        )
    return Pseudonyms(hashlib.blake2b(secret, digest_size=32, person=b"huice secret").digest())
