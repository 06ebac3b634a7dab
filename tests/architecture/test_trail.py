"""The journal words every act that the code records."""

import ast

from app.research.contexts.trail import KINDS, VERBS
from tests.architecture.sources import name_of, python_files, tree

PACKAGES = ("studies/", "surveys/", "coding/", "evaluation/", "app/")
ARGUMENTS = ("verb", "object_kind")


def constants(node: ast.AST) -> set[str]:
    """Return the texts an argument may be: one, or those of « this if … else that »."""
    if isinstance(node, ast.IfExp):
        return constants(node.body) | constants(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def recorded() -> dict[str, dict[str, str]]:
    """Return, for verbs and kinds, each text that is recorded → a place that records it."""
    found: dict[str, dict[str, str]] = {argument: {} for argument in ARGUMENTS}
    for package in PACKAGES:
        for path in python_files(package):
            for node in ast.walk(tree(path)):
                if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2].strip("_") != "record":
                    continue
                for keyword in node.keywords:
                    if keyword.arg in found:
                        found[keyword.arg] |= dict.fromkeys(constants(keyword.value), name_of(path))
                if len(node.args) > 1:
                    found["verb"] |= dict.fromkeys(constants(node.args[1]), name_of(path))
    return found


def test_every_recorded_verb_has_words():
    verbs = recorded()["verb"]

    assert {verb: place for verb, place in verbs.items() if verb.rpartition(".")[2] not in VERBS} == {}
    assert len(verbs) > 40


def test_every_recorded_kind_has_words():
    kinds = recorded()["object_kind"]

    assert {kind: place for kind, place in kinds.items() if kind not in KINDS} == {}
    assert len(kinds) > 15
