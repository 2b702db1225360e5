"""Reads spreadsheets as the formats have it, by their XML: what each cell holds and is shown as."""

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

# A text, "percentage" or "number", and what the cell holds.
Cell = tuple[str, str | float | None]
Sheets = dict[str, list[list[Cell]]]

X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
TABLE, TEXT, OFFICE = (f"{{{_ODF}:{part}:1.0}}" for part in ("table", "text", "office"))


def parts_of(file: bytes) -> dict[str, str]:
    """The parts of the file by name."""
    with ZipFile(BytesIO(file)) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def read_xlsx(file: bytes) -> Sheets:
    """The sheets by name."""
    parts = parts_of(file)
    texts = ["".join(each.itertext()) for each in fromstring(parts["xl/sharedStrings.xml"])]
    styles = fromstring(parts["xl/styles.xml"])
    codes = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter(f"{X}numFmt")}
    cell_styles = styles.find(f"{X}cellXfs")
    assert cell_styles is not None
    shown = [codes.get(each.get("numFmtId"), "") for each in cell_styles]

    def cell(found: Element) -> Cell:
        held = found.findtext(f"{X}v")
        if held is None:
            return "empty", None
        if found.get("t") == "s":
            return "text", texts[int(held)]
        is_share = "%" in shown[int(found.get("s", 0))]
        return ("percentage" if is_share else "number"), float(held)

    names = [
        str(each.get("name")) for each in fromstring(parts["xl/workbook.xml"]).iter(f"{X}sheet")
    ]
    return {
        name: [
            [cell(found) for found in row]
            for row in fromstring(parts[f"xl/worksheets/sheet{at}.xml"]).iter(f"{X}row")
        ]
        for at, name in enumerate(names, start=1)
    }


def read_ods(file: bytes) -> Sheets:
    """The sheets by name."""
    content = fromstring(parts_of(file)["content.xml"])
    return {
        str(sheet.get(f"{TABLE}name")): [
            [_ods_cell(found) for found in row] for row in sheet.iter(f"{TABLE}table-row")
        ]
        for sheet in content.iter(f"{TABLE}table")
    }


def _ods_cell(found: Element) -> Cell:
    type_ = found.get(f"{OFFICE}value-type")
    if type_ is None:
        return "empty", None
    if type_ == "string":
        return "text", "\n".join("".join(_texts(line)) for line in found.iter(f"{TEXT}p"))
    return type_.replace("float", "number"), float(found.attrib[f"{OFFICE}value"])


def _texts(line: Element) -> Iterator[str]:
    yield line.text or ""
    for blank in line:
        assert blank.tag == f"{TEXT}s"
        yield f" {blank.tail or ''}"
