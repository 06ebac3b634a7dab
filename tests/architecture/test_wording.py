"""Every error that the domain raises has a sentence; every sentence has a French one."""

import ast
import re

from app.wording import SENTENCES
from tests.architecture.sources import name_of, python_files, tree

ERRORS = {"Invalid", "NotFound", "Conflict", "Forbidden", "DomainError"}
CODE = re.compile(r"^[a-z_]+(\.[a-z0-9_]+)+$")
PLACE = re.compile(r"%\((\w+)\)")
# Whoever composes a report says in which block it failed; what reads a reference cannot know.
ADDED_LATER = {"block"}


def errors_raised() -> dict[str, tuple[str, set[str] | None]]:
    """Return code → (where, details given by name; None when they are not all known there)."""
    found = {}
    raised = {id(node.exc) for path in python_files() for node in ast.walk(tree(path)) if isinstance(node, ast.Raise)}
    for path in python_files():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] not in ERRORS or not node.args:
                continue
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str) and CODE.match(code.value):
                names = {keyword.arg for keyword in node.keywords}
                found[code.value] = (
                    f"{name_of(path)}:{node.lineno}",
                    None if None in names or id(node) not in raised else names,
                )
    return found


def test_every_error_raised_has_a_sentence():
    assert {code: where for code, (where, _names) in errors_raised().items() if code not in SENTENCES} == {}


def test_every_sentence_finds_what_it_names():
    missing = {}
    for code, (where, names) in errors_raised().items():
        if code in SENTENCES and names is not None:
            wanted = set(PLACE.findall(SENTENCES[code])) - ADDED_LATER
            if wanted - names:
                missing[code] = f"{where} does not give {sorted(wanted - names)}"

    assert missing == {}


def test_every_sentence_is_for_a_code_that_the_sources_name():
    """A code may be put together from its package and its name, or from a stem and a kind."""
    literals, stems = set(), []
    for path in python_files():
        if name_of(path).startswith("app/wording/"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literals.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                stems.append(str(node.values[0].value))
    whole_stems = tuple(stem for stem in stems if re.fullmatch(r"[a-z]+\.[a-z_]+_", stem))

    left_over = {
        code
        for code in SENTENCES
        if code not in literals and code.split(".", 1)[1] not in literals and not code.startswith(whole_stems)
    }
    assert left_over == set()
