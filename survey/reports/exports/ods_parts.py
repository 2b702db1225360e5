"""The parts of an OpenDocument spreadsheet but its cells, as OASIS ODF 1.2 (part 1) has them."""

from collections.abc import Iterable, Mapping

from markupsafe import escape

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
# Of the usual typeface at ten points.
CENTIMETRES_A_CHARACTER = 0.2

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = " ".join(
    f'xmlns:{short}="{long}"'
    for short, long in {
        "office": f"{_OASIS}:office:1.0",
        "style": f"{_OASIS}:style:1.0",
        "fo": f"{_OASIS}:xsl-fo-compatible:1.0",
        "table": f"{_OASIS}:table:1.0",
        "text": f"{_OASIS}:text:1.0",
        "number": f"{_OASIS}:datastyle:1.0",
        "meta": f"{_OASIS}:meta:1.0",
        "config": f"{_OASIS}:config:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "ooo": "http://openoffice.org/2004/office",
    }.items()
)

MANIFEST = (
    f'{_XML}<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MEDIA_TYPE}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{name}.xml" manifest:media-type="text/xml"/>'
        for name in ("content", "styles", "meta", "settings")
    )
    + "</manifest:manifest>"
)


def _document(part: str, inside: str) -> str:
    root = f"office:document-{part}"
    return f'{_XML}<{root} {_SPACES} office:version="1.2">{inside}</{root}>'


# Wider than high; what is printed has the sheet's name above it and the number of the page below.
STYLES = _document(
    "styles",
    '<office:styles><style:default-style style:family="table-cell"><style:text-properties '
    'fo:language="en" fo:country="GB" fo:font-size="10pt"/></style:default-style></office:styles>'
    '<office:automatic-styles><style:page-layout style:name="page"><style:page-layout-properties '
    'fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape"/>'
    "</style:page-layout></office:automatic-styles><office:master-styles>"
    '<style:master-page style:name="Default" style:page-layout-name="page"/>'
    "</office:master-styles>",
)


def meta(title: str, made: str) -> str:
    """What the file says of itself."""
    return _document(
        "meta",
        f"<office:meta><dc:title>{escape(title)}</dc:title><dc:language>en-GB</dc:language>"
        f"<meta:creation-date>{escape(made)}</meta:creation-date></office:meta>",
    )


def settings(kept_columns: Mapping[str, int]) -> str:
    """Sheets by name whose first row, and so many of whose columns, stay where they are."""
    sheets = "".join(
        f'<config:config-item-map-entry config:name="{escape(name)}">'
        + (_split("Horizontal", "Right", columns) if columns else "")
        + _split("Vertical", "Bottom", 1)
        + _item("ActiveSplitRange", "short", 3 if columns else 2)
        + "</config:config-item-map-entry>"
        for name, columns in kept_columns.items()
    )
    return _document(
        "settings",
        '<office:settings><config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        + _item("ViewId", "string", "view1")
        + f'<config:config-item-map-named config:name="Tables">{sheets}'
        + "</config:config-item-map-named>"
        + _item("ActiveTable", "string", next(iter(kept_columns)))
        + "</config:config-item-map-entry></config:config-item-map-indexed>"
        "</config:config-item-set></office:settings>",
    )


def _split(way: str, side: str, at: int) -> str:
    return (
        _item(f"{way}SplitMode", "short", 2)
        + _item(f"{way}SplitPosition", "int", at)
        + _item(f"Position{side}", "int", at)
    )


def _item(name: str, type_: str, value: object) -> str:
    return (
        f'<config:config-item config:name="{name}" config:type="{type_}">{value}'
        "</config:config-item>"
    )


def content_begins(widths: Iterable[int]) -> str:
    """The content up to its first sheet, with columns of so many characters (`width12`).

    Cells are of the styles `head`, `text`, `wrapped`, `count`, `share` and `number`.
    """
    columns = "".join(
        f'<style:style style:name="width{width}" style:family="table-column">'
        "<style:table-column-properties "
        f'style:column-width="{width * CENTIMETRES_A_CHARACTER + 0.2:.2f}cm"/></style:style>'
        for width in sorted(widths)
    )
    root = f'{_XML}<office:document-content {_SPACES} office:version="1.2">'
    return (
        f"{root}<office:automatic-styles>{columns}{_CELLS}</office:automatic-styles>"
        "<office:body><office:spreadsheet>"
    )


CONTENT_ENDS = "</office:spreadsheet></office:body></office:document-content>"


def _cell_style(name: str, looks: str = "", data_style: str = "") -> str:
    shown_as = f' style:data-style-name="{data_style}"' if data_style else ""
    return (
        f'<style:style style:name="{name}" style:family="table-cell"{shown_as}>{looks}'
        "</style:style>"
    )


_TOP = '<style:table-cell-properties style:vertical-align="top"/>'
_CELLS = "".join(
    (
        '<style:style style:name="sheet" style:family="table" style:master-page-name="Default">'
        '<style:table-properties table:display="true"/></style:style>',
        '<number:number-style style:name="whole"><number:number number:decimal-places="0" '
        'number:min-integer-digits="1"/></number:number-style>',
        '<number:number-style style:name="tenths"><number:number number:decimal-places="1" '
        'number:min-integer-digits="1"/></number:number-style>',
        '<number:percentage-style style:name="percent"><number:number number:decimal-places="1" '
        'number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>',
        '<number:text-style style:name="as-text"><number:text-content/></number:text-style>',
        _cell_style("count", data_style="whole"),
        _cell_style("number", data_style="tenths"),
        _cell_style("share", data_style="percent"),
        _cell_style("text", data_style="as-text"),
        _cell_style(
            "head", f'{_TOP}<style:text-properties fo:font-weight="bold"/>', data_style="as-text"
        ),
        _cell_style(
            "wrapped",
            '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/>',
            data_style="as-text",
        ),
    )
)
