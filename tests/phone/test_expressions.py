"""The interpreter of the phone gives what the server's gives, or leaves the question to it; never another value."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from surveys.expressions import Context, Expression, ExpressionError, TreeNode, find_below
from surveys.expressions.parser import parse_tree
from tests.phone.engine import answer_of, ask_phone, plain_tree, same
from tests.phone.programs import Drawing, Tree, every_call

# A second before clocks skip an hour in Paris.
MOMENT = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)


class Batch:
    """Expressions to compute on both sides, each at one node of a document."""

    def __init__(self, locale: str = "fr") -> None:
        self.locale = locale
        self.documents: list[TreeNode] = []
        self.nodes: list[TreeNode] = []
        self.expressions: list[Expression] = []
        self.cases: list[dict[str, Any]] = []

    def add(self, root: TreeNode, node: TreeNode, trees: list[Tree]) -> None:
        """Take trees to be computed at a node."""
        if root not in self.documents:
            self.documents.append(root)
        steps = []
        above = node
        while above.parent is not None:
            place = above.parent.children.index(above) + 1
            steps.append(["step", "child", "node()", [["number", float(place)]]])
            above = above.parent
        for tree in trees:
            try:
                self.expressions.append(Expression.from_tree(tree))
            except ExpressionError:  # deeper than an author may write
                continue
            self.nodes.append(node)
            document = self.documents.index(root)
            self.cases.append({"document": document, "context": ["path", "/", steps[::-1]], "tree": tree})

    def server(self) -> list[dict[str, Any]]:
        """Return what the server's interpreter answers."""
        answers = []
        for case, node, expression in zip(self.cases, self.nodes, self.expressions, strict=True):
            root = self.documents[case["document"]]
            context = Context(node=node, root=root, moment=MOMENT, locale=self.locale)
            answers.append(answer_of(expression, context))
        return answers

    def phone(self) -> list[dict[str, Any]]:
        """Return what the phone's answers."""
        documents = [plain_tree(root) for root in self.documents]
        question = {"zone": "Europe/Paris", "locale": self.locale, "moment": MOMENT.isoformat()}
        return ask_phone(expressions={**question, "documents": documents, "cases": self.cases})["expressions"]

    def compare(self) -> tuple[list[Any], Counter[str]]:
        """Return the disagreements, and how many answers there were of each sort."""
        disagreements, sorts = [], Counter[str]()
        for expression, server, phone in zip(self.expressions, self.server(), self.phone(), strict=True):
            sorts[next(iter(phone))] += 1
            if phone != {"ask": True} and not same(server, phone):
                disagreements.append((expression.source, server, phone))
        return disagreements, sorts


@pytest.mark.parametrize("locale", ["fr", "ar"])
def test_phone_and_server_agree_on_random_programs(locale):
    batch = Batch(locale)
    for seed in range(100):
        drawing = Drawing(seed)
        document = drawing.document()
        node = drawing.random.choice(
            [each for name in "abr" for each in find_below(document, name)] or document.children
        )
        batch.add(document, node, [drawing.tree("any", 5) for _ in range(25)])

    disagreements, sorts = batch.compare()

    assert disagreements == []
    assert sorts["ask"] < 0.25 * sum(sorts.values())


def test_phone_and_server_agree_on_each_function_whatever_its_arguments():
    batch = Batch()
    for seed in range(8):
        drawing = Drawing(seed)
        document = drawing.document()
        batch.add(document, document.children[0].children[0], every_call(drawing))

    disagreements, _sorts = batch.compare()

    assert disagreements == []


def test_phone_and_server_agree_at_the_edges_of_dates_numbers_and_patterns():
    batch = Batch()
    root = Drawing(0).document()
    for seed in range(250):
        batch.add(root, root.children[0], Drawing(seed).edges())

    disagreements, sorts = batch.compare()

    assert disagreements == []
    assert sorts["ask"] < 0.05 * sum(sorts.values())


NOT_ON_THE_PHONE = (
    "area('1 1;2 2;3 3')",
    "distance('1 1;2 2')",
    "geofence('1 1', '1 1;2 2;3 1;1 1')",
    "digest('a', 'MD5')",
    "uuid()",
    "random()",
    "randomize(//a)",
    "pulldata('list', 'a', 'b', 'c')",
    "translate('a', 'b', 'c')",
    "format-date('2026-11-25', '%b')",
    "//a/following::b",
    "sin(1)",
    "pow(2, 0.5)",
    "regex('a', '(?i)A')",
    "regex('a', '\\B')",
)


def test_phone_asks_the_server_for_what_it_does_not_compute():
    root = Drawing(0).document()
    batch = Batch()
    batch.add(root, root.children[0], [parse_tree(source) for source in NOT_ON_THE_PHONE])

    assert batch.phone() == [{"ask": True}] * len(NOT_ON_THE_PHONE)


def test_phone_asks_the_server_before_a_walk_gets_long():
    root = TreeNode(kind="root")
    data = root.add("data")
    for number in range(460):
        data.add("a", str(number))
    batch = Batch()
    batch.add(root, data, [parse_tree("count(/data/a[count(/data/a) > 5])")])

    assert batch.phone() == [{"ask": True}]
