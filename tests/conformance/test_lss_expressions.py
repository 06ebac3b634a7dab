"""LimeSurvey's own tests of its expressions: what is translated has the value that LimeSurvey expects.

A row that assigns (`a=three`) changes its variable for the rows after it, as in the suite it comes from.
"""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from surveys.definition import Definition, Item, ItemType, Locale
from surveys.engine import evaluate_form
from surveys.lss.functions import function
from surveys.lss.terms import Kind, Untranslatable, Variable
from surveys.lss.translation import Scope, Translator, as_expression
from surveys.structure import build_structure

FILE = Path(__file__).parents[3] / "shared" / "conformance" / "limesurvey_expressions.json"

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="the shared expectations are not here")

CONSTANTS = {"ASSESSMENT_HEADING", "QID", "QUESTIONHELP", "QUESTION_HELP", "THEREAREXQUESTIONS", "WELCOME"}
NUMBER = re.compile(r"-?\d*\.?\d+")
# Rows that contradict others of the same suite, and the rule that we follow.
CONTRADICTED = {
    "!is_empty(empty) && (empty != 0)": "false and true is true there",
    "five > empty": "'' < 3 is false",
    "empty < 16": "empty < 3 is false",
    "0 <= empty": "'' >= 0 is false",
    "0 >= empty": "'' <= 0 is false",
    "'0' <= empty": "'' >= 0 is false",
    "'0' >= empty": "'' <= 0 is false",
    "zero == empty": "empty == zero is false",
    "one + hi": "'A' + 'B' joins texts",
}
# What has no counterpart, by reason and name; « order » puts a text before an answer that may be any text.
REFUSED = {
    "assignment": 13,
    "arguments: intval": 1,
    "date_format: F": 1,
    "order: A": 4,
    "variable: TOKEN:FIRSTNAME": 1,
    "function: addslashes": 3,
    "function: checkdate": 2,
    "function: gmdate": 1,
    "function: html_entity_decode": 3,
    "function: htmlentities": 3,
    "function: htmlspecialchars": 3,
    "function: htmlspecialchars_decode": 6,
    "function: idate": 1,
    "function: ltrim": 1,
    "function: mktime": 3,
    "function: number_format": 3,
    "function: quoted_printable_encode": 1,
    "function: quotemeta": 1,
    "function: rtrim": 1,
    "function: str_pad": 3,
    "function: str_replace": 2,
    "function: strip_tags": 1,
    "function: stripslashes": 1,
    "function: strrev": 1,
    "function: ucwords": 1,
}


def literal(php):
    """Read the value of a PHP literal."""
    php = php.strip()
    if php[0] == "'":
        return re.sub(r"\\(['\\])", r"\1", php[1:-1])
    if php[0] == '"':
        return php[1:-1].replace("\\n", "\n")
    return "0" + php if php[0] == "." else php


class Suite:
    """The rows one after the other, with what the variables hold meanwhile."""

    def __init__(self):
        data = json.loads(FILE.read_text())
        self.rows = data["tests"]
        self.values = {name: literal(each["code_php_literal"]) for name, each in data["variables"].items()}
        hidden = [name for name in self.values if name not in CONSTANTS and ":" not in name]
        self.items = {name: "v_" + re.sub(r"\W", "_", name) for name in hidden}
        raw = {name: each["raw_php"] for name, each in data["variables"].items()}
        self.facts = {name: dict(re.findall(r"'(\w+)'\s*=>\s*'?([^',]*)'?", raw[name])) for name in hidden}
        self.found = Counter()
        self.refused = Counter()
        self.different = set()

    def variable(self, name):
        if name not in self.items:
            return None
        kind = Kind.NUMBER if NUMBER.fullmatch(self.values[name]) else Kind.TEXT
        return Variable(["ref", self.items[name]], kind, facts=self.facts[name], owner=name, code=name)

    def value(self, expression):
        """Compute an expression with the variables as hidden items."""
        hidden = [Item(name=item, key=item, path=f"/data/{item}", type=ItemType.HIDDEN) for item in self.items.values()]
        result = Item(name="result", key="result", path="/data/result", type=ItemType.CALCULATE, calculation=expression)
        definition = Definition(
            title="", form_id="", locales=(Locale("en", ""),), default_locale="en", children=(*hidden, result)
        )
        answers = {item: self.values[name] for name, item in self.items.items()}
        state = evaluate_form(build_structure(definition), answers)
        assert state.failures == {}
        return state.occurrence("result").value

    def run(self):
        for row in self.rows:
            self.found[self.judge(row)] += 1
            self.assign(row)
        return self

    def judge(self, row):
        if row["ignore"]:
            return "ignored"
        constants = {name: self.values[name] for name in CONSTANTS}
        translator = Translator(Scope(variable=self.variable, constants=constants), function)
        try:
            term = translator.read(row["expression"])
        except Untranslatable as refusal:
            if row["expected_is_error"]:
                return "errors refused"
            detail = "" if refusal.code == "assignment" else f": {refusal.detail}"
            self.refused[refusal.code + detail] += 1
            return "refused by name"
        if row["expected_is_error"]:
            return "errors missed"
        if agrees(self.value(as_expression(term.tree)), term.kind, row["expected"]):
            return "equal"
        self.different.add(row["expression"])
        return "different"

    def assign(self, row):
        found = re.match(r"\(?([a-d])\s*[-+*/]?=(?!=)", row["expression"])
        if found is None or row["expected"] is None:
            return
        if row["expression"].count("=") > 1:  # a='hello',b='',c=0
            self.values.update(re.findall(r"([a-d])='?([^',]*)'?", row["expression"]))
        else:
            self.values[found[1]] = row["expected"]


def agrees(value, kind, expected):
    """Compare with what LimeSurvey prints: a falsehood as 0 or nothing, NAN for what is no number."""
    if kind in (Kind.TRUTH, Kind.CHECK):
        return value == ("false" if expected in ("", "0") else "true")
    if expected == "NAN":
        return value == ""
    if NUMBER.fullmatch(expected) and NUMBER.fullmatch(value):
        return float(value) == pytest.approx(float(expected), abs=1e-9)
    return value == expected


def test_what_is_translated_is_worth_what_limesurvey_says():
    suite = Suite().run()

    assert suite.different == set(CONTRADICTED)
    assert dict(suite.refused) == REFUSED
    assert suite.found == {
        "equal": 353,
        "different": len(CONTRADICTED),
        "refused by name": sum(REFUSED.values()),
        "errors refused": 34,
        "ignored": 2,
    }
