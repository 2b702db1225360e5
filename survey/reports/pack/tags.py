"""What PDF/UA asks of a tagged PDF beyond what WeasyPrint writes.

Header cells say what they head and can be found by their ids; links say in words where they lead;
pictures say where on the page they stand; and what is printed on every page (the period, the page's
number) is no part of the text that is read aloud. ISO 14289-1:2014, 7.5, 7.18.5, 7.3 and 7.8.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pydyf
from weasyprint.document import Document

POINTS_A_PIXEL = 0.75
HEADS = {"/THead": "/Column", "/TBody": "/Row"}


def complete(names: Mapping[str, str], _document: Document, pdf: pydyf.PDF) -> None:
    """Complete the tags of a PDF that is about to be written.

    Args:
        names: what the headings say, by their ids, since links lead to them.
        pdf: is changed.
    """
    objects = {thing.reference: thing for thing in pdf.objects}
    root = objects[pdf.catalog["StructTreeRoot"]]
    elements = list(_below(root, objects))
    _say_what_heads(root, elements, objects)
    _place_pictures(elements, objects)
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("Subtype") == "/Link":
            thing["Contents"] = pydyf.String(names[thing["Dest"].string])
    _set_apart(root, elements, objects)


def _below(element: Any, objects: Mapping[bytes, Any]) -> Iterator[Any]:
    """The elements of the structure below one, in the order in which they are read."""
    for kid in element["K"]:
        below = objects.get(kid)
        if below is not None and below["Type"] == "/StructElem":
            yield below
            yield from _below(below, objects)


def _say_what_heads(root: Any, elements: list[Any], objects: Mapping[bytes, Any]) -> None:
    """Header cells say whether they head a column or a row, and all ids stand in one index."""
    cells = [element for element in elements if element["S"] == "/TH"]
    for cell in cells:
        rows = objects[objects[cell["P"]]["P"]]
        cell["A"]["Scope"] = HEADS[rows["S"]]
    index = sorted((cell["ID"].data, cell["ID"], cell.reference) for cell in cells)
    if index:
        pairs = [part for _, name, cell in index for part in (name, cell)]
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})


def _place_pictures(elements: list[Any], objects: Mapping[bytes, Any]) -> None:
    """Where a picture stands, in points from the page's lower left, as the standard counts."""
    for element in elements:
        if element["S"] == "/Figure":
            height = objects[element["Pg"]]["MediaBox"][3]
            left, top, right, bottom = (side * POINTS_A_PIXEL for side in element["A"]["BBox"])
            element["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))


def _set_apart(root: Any, elements: list[Any], objects: Mapping[bytes, Any]) -> None:
    """Take what no element of the text holds for an artifact: it stands in the margins."""
    held: dict[bytes, set[int]] = {}
    for element in elements:
        if numbers := {kid for kid in element["K"] if isinstance(kid, int)}:
            held.setdefault(element["Pg"], set()).update(numbers)
    numbered = objects[root["ParentTree"]]["Nums"]
    parents = dict(zip(numbered[::2], numbered[1::2], strict=True))
    for page, kept in held.items():
        sheet = objects[page]
        elements_of = parents[sheet["StructParents"]]
        content = objects[sheet["Contents"]].stream
        for at, part in enumerate(content):
            number = part.get("MCID") if isinstance(part, dict) else None
            if number is not None and number not in kept:
                content[at - 1 : at + 1] = "/Artifact", pydyf.Dictionary({"Type": "/Pagination"})
                elements_of[number] = "null"
