"""Sources of money and duties of a draft as their forms say them, and back as a plan file does."""

from collections.abc import Mapping
from typing import Any, Final

from registry.kernel.errors import Messages
from registry.plan.drafts.rules import Data, codes, listed

Said = Mapping[str, Any]
OF_DUTIES: Final = {
    "title.vi": "title_vi",
    "title.en": "title_en",
    "lead.bodies": "lead_bodies",
    "lead.raw": "lead",
    "cooperating.bodies": "cooperating_bodies",
    "cooperating.raw": "cooperating",
}


def sources(data: Data) -> dict[str, Any]:
    """Sources of money as their form shows them."""
    found = [
        {"code": one["code"], "name_vi": one["name"]["vi"], "name_en": one["name"]["en"]}
        for one in data["funding_sources"]
    ]
    return {"sources": found}


def with_sources(data: Data, said: Said) -> Data:
    """With the sources that a form says."""
    found = [{"code": one["code"], "name": {"vi": one["name_vi"], "en": one["name_en"]}} for one in said["sources"]]
    return data | {"funding_sources": found}


def duties(data: Data) -> dict[str, Any]:
    """Duties as their form shows them."""
    found = []
    for one in data.get("duties", ()):
        said = {
            "code": one["code"],
            "title_vi": one["title"]["vi"],
            "title_en": one["title"]["en"],
            "clause": one["clause"],
            "repeats": one["repeats"],
            "due": one["due"] or "",
            "indicators": listed(one["indicators"]),
        }
        for name in ("lead", "cooperating"):
            said |= {f"{name}_bodies": listed(one[name]["bodies"]), name: one[name]["raw"]}
        found.append(said)
    return {"duties": found}


def with_duties(data: Data, said: Said) -> Data:
    """With the duties that a form says; one that stays keeps its notes."""
    notes = {one["code"]: one["notes"] for one in data.get("duties", ())}
    found = [
        {
            "code": one["code"],
            "title": {"vi": one["title_vi"], "en": one["title_en"]},
            "clause": one["clause"],
            "repeats": one["repeats"].value,
            "due": one.get("due"),
            "lead": {"bodies": codes(one.get("lead_bodies")), "raw": one.get("lead", "")},
            "cooperating": {"bodies": codes(one.get("cooperating_bodies")), "raw": one.get("cooperating", "")},
            "indicators": codes(one.get("indicators")),
            "notes": notes.get(one["code"], []),
        }
        for one in said["duties"]
    ]
    return data | {"duties": found}


def reading(name: str, said: dict[str, Any]) -> dict[str, Any]:
    """What was typed; one without a code was not meant."""
    return said | {name: [one for one in said.get(name, []) if one.get("code")]}


def beside(part: str, name: str, faults: Messages) -> dict[str, list[str]]:
    """The faults of a part of the file beside the fields of its form; those of other parts are left out."""
    found: dict[str, list[str]] = {}
    for place, messages in faults.items():
        first, _dot, rest = place.partition(".")
        if first != part:
            continue
        at, _dot, field = rest.partition(".")
        plain = field.removesuffix(f".{field.rsplit('.', 1)[-1]}") if field.rsplit(".", 1)[-1].isdigit() else field
        own = OF_DUTIES.get(plain, {"name.vi": "name_vi", "name.en": "name_en"}.get(plain, plain))
        found.setdefault(f"{name}.{at}.{own}" if own else name, []).extend(messages)
    return found
