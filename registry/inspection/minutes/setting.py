"""Minutes as a document that is set as DOCX and PDF: their plain parts in the words of kernel.papers."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.inspection.minutes.models import InspectionMinutes
from registry.kernel.papers.paper import (
    Align,
    Block,
    Column,
    Facts,
    Head,
    Items,
    Paper,
    Paragraph,
    Section,
    Signature,
    Table,
)


def paper_of(minutes: InspectionMinutes) -> Paper:
    """The document that frozen minutes are, with their hash; the same content gives the same document."""
    content = minutes.content
    return Paper(
        head=head_of(content),
        kind=content["kind"],
        subject=content["subject"],
        basis=tuple(f"Căn cứ {line}" for line in content["basis"]),
        blocks=(
            *(Section(one["title"], tuple(map(_block, one["blocks"]))) for one in content["sections"]),
            Paragraph(_proof(minutes), Align.LEFT),
        ),
        signatures=tuple(Signature(one["authority"], one["name"], one["note"]) for one in content["signatures"]),
    )


def head_of(content: Mapping[str, Any]) -> Head:
    """The head of minutes, also of a draft."""
    head = content["head"]
    return Head(
        issuer=head["issuer"],
        superior=head["superior"],
        number=head["number"],
        place=head["place"],
        day=date.fromisoformat(head["day"]),
    )


def _proof(minutes: InspectionMinutes) -> str:
    """By what whoever holds a copy sees whether it was signed here: in groups, as people type it."""
    groups = " ".join(re.findall(".{1,8}", minutes.content_hash))
    where = "kiểm tra ở trang “Biên bản này có thật không?” của sổ đăng ký đo lường"
    return f"Phiên bản {minutes.number}. Mã SHA-256 của nội dung biên bản ({where}):\n{groups}"


def _block(block: Mapping[str, Any]) -> Block:
    match block:
        case {"text": text}:
            return Paragraph(text)
        case {"items": items}:
            return Items(tuple(items))
        case {"facts": facts}:
            return Facts(tuple((term, said) for term, said in facts))
        case {"columns": columns, "rows": rows}:
            return Table(tuple(Column(one["heading"], one["share"]) for one in columns), [tuple(row) for row in rows])
        case _:
            message = f"minutes have no such block: {sorted(block)}"
            raise ValueError(message)
