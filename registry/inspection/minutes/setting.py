"""Minutes as a document that is set as DOCX and PDF: their plain parts in the words of kernel.papers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.kernel.papers.paper import (
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


def paper_of(content: Mapping[str, Any]) -> Paper:
    """The document that frozen minutes are; the same content gives the same document."""
    head = content["head"]
    return Paper(
        head=Head(
            issuer=head["issuer"],
            superior=head["superior"],
            number=head["number"],
            place=head["place"],
            day=date.fromisoformat(head["day"]),
        ),
        kind=content["kind"],
        subject=content["subject"],
        basis=tuple(f"Căn cứ {line}" for line in content["basis"]),
        blocks=tuple(Section(one["title"], tuple(map(_block, one["blocks"]))) for one in content["sections"]),
        signatures=tuple(Signature(one["authority"], one["name"], one["note"]) for one in content["signatures"]),
    )


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
