"""Asks the interpreter of the phone, in one process of node for a whole batch."""

import json
import math
import subprocess
from pathlib import Path
from typing import Any

from surveys.expressions import Context, Expression, ExpressionError, Moment, TreeNode, evaluate
from surveys.expressions.nodes import path_of

RUNNER = Path(__file__).with_name("run.mjs")


def ask_phone(**questions: Any) -> dict[str, Any]:
    """Return what the scripts answer to each kind of question."""
    done = subprocess.run(
        ["node", str(RUNNER)],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def plain_tree(node: TreeNode) -> list[Any]:
    """Return a document as JSON: kind, name, text, children; phones know no attributes."""
    return [
        node.kind,
        node.name,
        node._text,
        [plain_tree(each) for each in node.children],
    ]


def number_text(number: float) -> str:
    """Write a number so that NaN, infinities and minus zero survive JSON."""
    if math.isnan(number):
        return "NaN"
    return repr(float(number)).replace("inf", "Infinity")


def answer_of(expression: Expression, context: Context) -> dict[str, Any]:
    """Return what the server's interpreter answers, written as the phone writes it."""
    try:
        value = evaluate(expression, context)
    except ExpressionError:
        return {"failure": True}
    if isinstance(value, list):
        return {"nodes": [[path_of(node), node.value] for node in value]}
    if isinstance(value, Moment):
        return {"moment": [number_text(value), value.text, value.truth]}
    if isinstance(value, float):
        return {"number": number_text(value)}
    return {"value": value}


def same(server: dict[str, Any], phone: dict[str, Any]) -> bool:
    """Whether both gave the same; numbers to the last bit."""
    if server.keys() != phone.keys():
        return False
    if "number" in server:
        return same_number(server["number"], phone["number"])
    if "moment" in server:
        return same_number(server["moment"][0], phone["moment"][0]) and server["moment"][1:] == phone["moment"][1:]
    return server == phone


def same_number(one: str, other: str) -> bool:
    """Whether two numbers written by `number_text` or by ECMAScript are one."""
    return number_text(float(one)) == number_text(float(other))
