"""The official document that a user names: a text file in UTF-8 or GB18030, read as its numbered items."""

from __future__ import annotations

from pathlib import Path

from huice.unreadable import unreadable
from lang.diagnostics import Text
from lang.documents.decode import decode_document
from lang.documents.items import OfficialDocument, read_document


def open_document(path: str) -> OfficialDocument | Text:
    """The items; a `Text` says why there are none."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        return unreadable(path, error)
    text = decode_document(data)
    if text is None:
        return Text(
            f"{path} is no text in UTF-8 or GB18030: save the document as plain text first",
            f"{path} 不是 UTF-8 或 GB18030 编码的文本：请先把文件另存为纯文本",
        )
    document = read_document(text)
    if not document.items:
        return Text(
            f"{path}: no numbered item (一、 （一） 1.) was found in it",
            f"{path}：没有找到编号的条目（一、 （一） 1.）",
        )
    return document
