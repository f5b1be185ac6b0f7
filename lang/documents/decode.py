"""Bytes of an official document to text: UTF-8, else GB18030 (what offices' files still are), else nothing."""

from __future__ import annotations

SIZE_LIMIT = 5_000_000


def decode_document(data: bytes) -> str | None:
    """The text, line ends as `\\n`. None: too large, or in no encoding that such documents have."""
    if len(data) > SIZE_LIMIT or b"\0" in data[:4096]:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return None
