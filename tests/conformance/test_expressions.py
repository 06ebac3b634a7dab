"""Our answers against those recorded from ODK's own engine; each disagreement is listed with its reason."""

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.dom import Node as DomNode
from zoneinfo import ZoneInfo

import pytest
from defusedxml.minidom import parseString

from surveys.expressions import (
    Context,
    ExpressionError,
    TreeNode,
    evaluate,
    evaluate_boolean,
    evaluate_number,
    evaluate_string,
    parse,
)

CASES = Path(__file__).parents[3] / "shared" / "conformance" / "odk_expressions.json"

DISAGREEMENTS: dict[tuple[str, str, str], str] = {}
"""Reason by (mode, type, expression)."""

KINDS = {
    DomNode.TEXT_NODE: "text",
    DomNode.CDATA_SECTION_NODE: "text",
    DomNode.COMMENT_NODE: "comment",
    DomNode.PROCESSING_INSTRUCTION_NODE: "processing-instruction",
}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    if not CASES.exists():
        pytest.skip("the shared conformance files are not here")
    return json.loads(CASES.read_text())


def read_document(source: str) -> TreeNode:
    root = TreeNode(kind="root")
    pending = [(child, root) for child in parseString(source, forbid_dtd=False).childNodes]
    for dom, parent in pending:
        if dom.nodeType == DomNode.ELEMENT_NODE:
            node = parent.append(TreeNode(dom.tagName, namespace=dom.namespaceURI or ""))
            for name, value in dom.attributes.items():
                if not name.startswith("xmlns"):
                    node.set(name, value)
            pending.extend((child, node) for child in dom.childNodes)
        elif dom.nodeType in KINDS:
            name = dom.target if dom.nodeType == DomNode.PROCESSING_INSTRUCTION_NODE else ""
            parent.append(TreeNode(name, dom.data, kind=KINDS[dom.nodeType]))
    return root


def as_nodes(source: str, root: TreeNode) -> list[TreeNode]:
    nodes = evaluate(parse(source), Context(node=root, root=root))
    assert isinstance(nodes, list)
    return nodes


def compute(case: dict[str, Any], root: TreeNode, zone: ZoneInfo, locale: str) -> bool | float | str:
    (node,) = as_nodes(case["context"], root)
    context = Context(
        node=node, root=root, time_zone=zone, locale=locale, moment=datetime(2026, 11, 22, 12, tzinfo=UTC)
    )
    expression = parse(case["expression"], strict=False)
    if case["type"] == "boolean":
        return evaluate_boolean(expression, context)
    if case["type"] == "number":
        return evaluate_number(expression, context)
    return evaluate_string(expression, context)


def agrees(expected: Any, got: bool | float | str) -> bool:
    if not isinstance(got, float):
        return expected == got
    wanted = float(expected)
    return (math.isnan(wanted) and math.isnan(got)) or wanted == got or math.isclose(wanted, got, rel_tol=1e-12)


def disagreements(recorded: dict[str, Any]) -> dict[tuple[str, str, str], Any]:
    zone, locale = ZoneInfo(recorded["env"]["timezone"]), recorded["env"]["locale"]
    documents = [read_document(source) for source in recorded["documents"]]
    found = {}
    for case in recorded["tests"]:
        key = case["mode"], case["type"], case["expression"]
        try:
            got: Any = compute(case, documents[case["xml"]], zone, locale)
        except ExpressionError as error:
            got = error.code
            found[key] = (case["expected"], got)
            continue
        if not agrees(case["expected"], got):
            found[key] = (case["expected"], got)
    return found


def test_expressions_give_the_recorded_answers_but_for_the_known_disagreements(recorded):
    assert set(disagreements(recorded)) == set(DISAGREEMENTS)


def test_every_recorded_expression_is_read(recorded):
    unread = []
    for case in recorded["tests"]:
        try:
            parse(case["expression"], strict=False)
        except ExpressionError as error:
            unread.append((case["expression"], error.code))

    assert unread == []
