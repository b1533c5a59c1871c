"""The parts of a DOCX that are beside its body: what is in it, how it looks, the numbers of its pages."""

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from registry.kernel.papers.flow import BODY, BOTTOM, LEFT, PAGE, PAGE_NUMBER, RIGHT, SIZES, TOP
from registry.kernel.papers.letters import letters
from registry.kernel.papers.paper import Paper
from registry.kernel.papers.words import LANGUAGES, title_of

OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
DRAWING_NAMES: Final = "http://schemas.openxmlformats.org/drawingml/2006"
KINDS: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NAMES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}/relationships" xmlns:wp="{DRAWING_NAMES}/wordprocessingDrawing" '
    f'xmlns:a="{DRAWING_NAMES}/main" xmlns:pic="{DRAWING_NAMES}/picture"'
)
DOCUMENT_BEGINS: Final = f"{XML}<w:document {NAMES}><w:body>"
LOOK: Final = '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0"/>'
HEADINGS: Final = 3
DRAWING: Final = (
    '<w:p><w:pPr><w:keepNext/><w:spacing w:before="120" w:after="60"/><w:jc w:val="center"/></w:pPr><w:r><w:drawing>'
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
    '<wp:docPr id="{number}" name="Picture {number}" descr="{alternative}"/>'
    f'<a:graphic><a:graphicData uri="{DRAWING_NAMES}/picture"><pic:pic>'
    '<pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}" descr="{alternative}"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="picture{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


def fixed(paper: Paper) -> dict[str, str]:
    """The parts that need no body, by their names; the kinds of content come first, as readers expect."""
    parts = {
        "[Content_Types].xml": _kinds(),
        "_rels/.rels": _relations(
            [
                ("document", f"{OFFICE}/relationships/officeDocument", "word/document.xml"),
                ("core", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": _core(paper),
        "word/styles.xml": _styles(LANGUAGES[paper.language]),
        "word/settings.xml": _settings(LANGUAGES[paper.language]),
        "word/header.xml": f"<w:hdr {NAMES}>{_page_number()}</w:hdr>",
        "word/header_first.xml": f"<w:hdr {NAMES}><w:p/></w:hdr>",
    }
    return {name: XML + text for name, text in parts.items()}


def relations(pictures: Iterable[str]) -> str:
    """What the body refers to, all of it inside the file."""
    named = [("styles", "styles.xml"), ("settings", "settings.xml")]
    found = [(name, f"{OFFICE}/relationships/{name}", target) for name, target in named]
    found += [("header", f"{OFFICE}/relationships/header", "header.xml")]
    found += [("header_first", f"{OFFICE}/relationships/header", "header_first.xml")]
    found += [(f"picture{n}", f"{OFFICE}/relationships/image", name) for n, name in enumerate(pictures, 1)]
    return XML + _relations(found)


def section(*, landscape: bool, first: bool) -> str:
    """The pages of a section: A4, upright or lying; the first page of the first has no number."""
    width, height = (round(side * 20) for side in (PAGE[::-1] if landscape else PAGE))
    lying = ' w:orient="landscape"' if landscape else ""
    named = '<w:headerReference w:type="default" r:id="header"/>'
    named += '<w:headerReference w:type="first" r:id="header_first"/>' if first else ""
    edges = {"top": TOP, "right": RIGHT, "bottom": BOTTOM, "left": LEFT, "header": PAGE_NUMBER, "footer": PAGE_NUMBER}
    margins = " ".join(f'w:{name}="{round(size * 20)}"' for name, size in edges.items())
    kind = '<w:type w:val="nextPage"/>'
    size = f'<w:pgSz w:w="{width}" w:h="{height}"{lying}/><w:pgMar {margins} w:gutter="0"/>'
    return f"<w:sectPr>{named}{kind}{size}{'<w:titlePg/>' if first else ''}</w:sectPr>"


def _kinds() -> str:
    named = {"document": "document.main", "styles": "styles", "settings": "settings"}
    named |= {"header": "header", "header_first": "header"}
    parts = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{KINDS}.{kind}+xml"/>' for name, kind in named.items()
    )
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    suffixes = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    suffixes |= {"jpeg": "image/jpeg", "png": "image/png"}
    defaults = "".join(f'<Default Extension="{suffix}" ContentType="{kind}"/>' for suffix, kind in suffixes.items())
    parts += f'<Override PartName="/docProps/core.xml" ContentType="{core}"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{defaults}{parts}</Types>'


def _relations(found: Iterable[tuple[str, str, str]]) -> str:
    said = "".join(f'<Relationship Id="{id}" Type="{kind}" Target="{target}"/>' for id, kind, target in found)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{said}</Relationships>'


def _core(paper: Paper) -> str:
    """Title, issuer, language and the day of issue; without a day no time is named."""
    names = (
        f'xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    day = paper.head.day
    times = "".join(
        f'<dcterms:{what} xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:{what}>' if day else ""
        for what in ("created", "modified")
    )
    said = f"<dc:title>{_line(title_of(paper))}</dc:title><dc:creator>{_line(paper.head.issuer)}</dc:creator>"
    said += f"<dc:language>{LANGUAGES[paper.language]}</dc:language>{times}"
    return f"<cp:coreProperties {names}>{said}</cp:coreProperties>"


def _line(text: str) -> str:
    return escape(letters(text).replace("\n", " "))


def _styles(language: str) -> str:
    faces = " ".join(f'w:{kind}="Times New Roman"' for kind in ("ascii", "hAnsi", "eastAsia", "cs"))
    size = f'<w:sz w:val="{round(BODY * 2)}"/><w:szCs w:val="{round(BODY * 2)}"/>'
    run = f'<w:rPr><w:rFonts {faces}/>{size}<w:lang w:val="{language}" w:eastAsia="{language}"/></w:rPr>'
    space = '<w:pPr><w:spacing w:before="0" w:after="120"/></w:pPr>'
    defaults = f"<w:docDefaults><w:rPrDefault>{run}</w:rPrDefault><w:pPrDefault>{space}</w:pPrDefault></w:docDefaults>"
    found = [_style("paragraph", "Normal", "Normal", "", default=True)]
    for level in range(1, HEADINGS + 1):
        outline = f'<w:pPr><w:keepNext/><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
        found.append(_style("paragraph", f"Heading{level}", f"heading {level}", f"{BASED}{outline}"))
    for points in SIZES:
        look = '<w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr>'
        look += f'<w:rPr><w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/></w:rPr>'
        found.append(_style("paragraph", f"Cell{points:.0f}", f"Cell {points:.0f}", f"{BASED}{look}"))
    lines = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    found.append(_style("table", "Beside", "Beside", f"<w:tblPr>{_margins(40)}</w:tblPr>"))
    borders = f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders>{_margins(80)}</w:tblPr>"
    found.append(_style("table", "Lines", "Lines", borders))
    return f"<w:styles {NAMES}>{defaults}{''.join(found)}</w:styles>"


BASED: Final = '<w:basedOn w:val="Normal"/>'


def _style(kind: str, id: str, name: str, look: str, *, default: bool = False) -> str:
    said = ' w:default="1"' if default else ' w:customStyle="1"' if id == name.replace(" ", "") else ""
    return f'<w:style w:type="{kind}"{said} w:styleId="{id}"><w:name w:val="{name}"/>{look}</w:style>'


def _margins(beside: int) -> str:
    edges = (("top", 20), ("left", beside), ("bottom", 20), ("right", beside))
    said = "".join(f'<w:{edge} w:w="{size}" w:type="dxa"/>' for edge, size in edges)
    return f"<w:tblCellMar>{said}</w:tblCellMar>"


def _settings(language: str) -> str:
    """As Word 2013 and later set it; a line that ends at a break is not stretched."""
    compat = (
        '<w:compat><w:doNotExpandShiftReturn/><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    return f'<w:settings {NAMES}>{compat}<w:themeFontLang w:val="{language}"/></w:settings>'


def _page_number() -> str:
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    return f'<w:p><w:pPr><w:spacing w:after="0"/><w:jc w:val="center"/></w:pPr>{field}</w:p>'
