"""What a workbook says once pyxform made an XForm of it, and a definition without the lines of its sheet."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from surveys.definition import Definition, Item, Node
from surveys.xlsform.adapter import _QUOTES, _as_dict
from surveys.xlsform.repairs import repaired
from surveys.xlsform.workbook import read_workbook

_XFORMS = "{http://www.w3.org/2002/xforms}"
_BODY = "{http://www.w3.org/1999/xhtml}body"


def without_rows(definition: Definition) -> Definition:
    """Forget where in its sheet each node stood."""
    return replace(definition, children=tuple(_without_row(node) for node in definition.children))


def _without_row(node: Node) -> Node:
    if isinstance(node, Item):
        return replace(node, row=0)
    return replace(node, row=0, children=tuple(_without_row(child) for child in node.children))


def xform_of_workbook(path: Path) -> dict[str, Any]:
    """Have pyxform read a file from the disk as anybody's tool does."""
    from pyxform.xls2xform import convert

    return facts_of(convert(str(path), validate=False).xform)


def xform_of_content(content: bytes, name: str) -> dict[str, Any]:
    """Have pyxform read the sheets as the import gives them."""
    from pyxform.xls2xform import convert

    workbook, _problems = repaired(read_workbook(content))
    xform = convert(_as_dict(workbook, name), validate=False).xform
    # On its own pyxform puts plain signs for these, which our import keeps.
    return facts_of(xform.translate(dict(zip(map(ord, _QUOTES.values()), "''\"\"", strict=True)) | {0xA0: " "}))


def facts_of(xform: str) -> dict[str, Any]:
    """Return binds by path, texts by language, choices by list, controls in order, and the first answers."""
    root = ET.fromstring(xform)
    binds = {}
    for bind in root.iter(f"{_XFORMS}bind"):
        rules = dict(bind.attrib)
        path = rules.pop("nodeset")
        for name in ("required", "readonly"):
            if rules.get(name) == "false()":  # said or not, it is the same
                del rules[name]
        if rules:
            binds[path] = rules
    body, first = root.find(f".//{_BODY}"), root.find(f".//{_XFORMS}instance")
    assert body is not None
    assert first is not None
    return {
        "binds": binds,
        "itext": {each.get("lang"): _texts(each) for each in root.iter(f"{_XFORMS}translation")},
        "choices": {each.get("id"): _choices(each) for each in root.iter(f"{_XFORMS}instance") if each.get("id")},
        "body": [(_bare(each), sorted(each.attrib.items())) for each in body.iter() if each.attrib],
        "data": [(_bare(each), each.text) for each in first[0].iter()],
    }


def _texts(translation: ET.Element) -> dict[Any, Any]:
    return {
        text.get("id"): [(value.get("form"), "".join(value.itertext())) for value in text]
        for text in translation.iter(f"{_XFORMS}text")
    }


def _choices(instance: ET.Element) -> list[Any]:
    return [[(_bare(cell), cell.text) for cell in item] for item in instance.iter(f"{_XFORMS}item")]


def _bare(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
