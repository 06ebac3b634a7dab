"""Functions on nodes, on choice lists and on what the form knows of itself."""

from collections.abc import Callable
from typing import Final

from surveys.expressions.context import find_below
from surveys.expressions.errors import ExpressionError
from surveys.expressions.functions.texts import tokens
from surveys.expressions.nodes import Node, in_document_order
from surveys.expressions.scope import Arguments, Function, Program, Scope
from surveys.expressions.values import Value, as_string, texts


def is_below(node: Node, ancestor: Node) -> bool:
    """Say whether `ancestor` stands somewhere above `node`."""
    above = node.parent
    while above is not None:
        if above is ancestor:
            return True
        above = above.parent
    return False


def place_among_namesakes(node: Node) -> float:
    """Return the 1-based place of `node` in the unbroken run of elements of its name: the number of a repeat."""
    if node.parent is None:
        return 1.0
    place = 0
    for sibling in node.parent.children:
        if sibling.kind == "element":
            place = place + 1 if sibling.name == node.name else 0
        if sibling is node:
            break
    return float(place)


def _position(arguments: Arguments) -> Program:
    if arguments.count == 0:
        return lambda scope: float(scope.position)
    nodes = arguments.nodes(0)

    def position(scope: Scope) -> float:
        found = nodes(scope)
        if not found:
            return float("nan")
        if len(found) > 1:
            raise ExpressionError("expression.one_node", detail="position")
        return place_among_namesakes(found[0])

    return position


def _count(arguments: Arguments) -> Program:
    nodes = arguments.nodes(0)
    return lambda scope: float(len(nodes(scope)))


def _count_non_empty(arguments: Arguments) -> Program:
    nodes = arguments.nodes(0)
    return lambda scope: float(sum(node.value != "" for node in nodes(scope)))


def _indexed_repeat(arguments: Arguments) -> Program:
    """Build indexed-repeat(target, repeat, index[, …]): the target inside the repeats of those numbers."""
    if arguments.count % 2 == 0:
        raise ExpressionError("expression.pairs", detail="indexed-repeat")
    target = arguments.nodes(0, everywhere=True)
    pairs = [
        (arguments.nodes(index, everywhere=True), arguments.number(index + 1)) for index in range(1, arguments.count, 2)
    ]

    def indexed_repeat(scope: Scope) -> list[Node]:
        given = [(repeats(scope), index(scope)) for repeats, index in pairs]
        if not all(repeats for repeats, _ in given):
            return []
        given.sort(key=lambda pair: _level(pair[0][0]))  # the pairs may come in any order: outer repeats first
        within: Node | None = None
        for repeats, index in given:
            inside = [repeat for repeat in repeats if within is None or is_below(repeat, within)]
            if not (index.is_integer() and 1 <= index <= len(inside)):
                return []
            within = inside[int(index) - 1]
        return [node for node in target(scope) if within is not None and is_below(node, within)]

    return indexed_repeat


def _level(node: Node) -> int:
    level = 0
    above = node.parent
    while above is not None:
        level += 1
        above = above.parent
    return level


def _instance(arguments: Arguments) -> Program:
    name = arguments.string(0)

    def instance(scope: Scope) -> list[Node]:
        found = scope.context.instance(name(scope))
        return [] if found is None else [found]

    return instance


def _pulldata(arguments: Arguments) -> Program:
    """Build pulldata(list, wanted column, key column, key)."""
    name, wanted, key_name, key = (arguments.string(index) for index in range(4))

    def pulldata(scope: Scope) -> str:
        find = scope.context.lookup(name(scope))
        return "" if find is None else find(key_name(scope), key(scope), wanted(scope))

    return pulldata


def _identified(arguments: Arguments) -> Program:
    """Build id(): the elements of the main document whose attribute `id` is one of the words."""
    value = arguments.value(0)

    def identified(scope: Scope) -> list[Node]:
        wanted = {word for text in texts(value(scope)) for word in tokens(text)}
        found: dict[str, Node] = {}
        for node in _below_and_self(scope):
            for attribute in node.attributes:
                if attribute.name in ("id", "xml:id") and attribute.value in wanted:
                    found.setdefault(attribute.value, node)
        return in_document_order(list(found.values()))

    return identified


def _below_and_self(scope: Scope) -> list[Node]:
    stack, found = [scope.context.root], []
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(reversed(node.children))
    scope.visit(len(found))
    return found


def _about_node(describe: Callable[[Node], str]) -> Function:
    """Make a function of the first node, by default the context node."""

    def build(arguments: Arguments) -> Program:
        if arguments.count == 0:
            return lambda scope: describe(scope.node)
        nodes = arguments.nodes(0)

        def about_first(scope: Scope) -> str:
            found = nodes(scope)
            return describe(found[0]) if found else ""

        return about_first

    return Function("string", build)


def _local_name(node: Node) -> str:
    return node.name.rpartition(":")[2]


def _namespace(node: Node) -> str:
    return str(getattr(node, "namespace", ""))


def _lang(arguments: Arguments) -> Program:
    language = arguments.string(0)

    def lang(scope: Scope) -> bool:
        wanted = language(scope).lower()
        node: Node | None = scope.node
        while node is not None and wanted:
            for attribute in node.attributes:
                if attribute.name == "xml:lang":
                    tag = attribute.value.lower()
                    return tag == wanted or tag.startswith(f"{wanted}-")
            node = node.parent
        return False

    return lang


def _once(arguments: Arguments) -> Program:
    text = arguments.string(0)
    return lambda scope: scope.node.value or text(scope)


def _choice_name(arguments: Arguments) -> Program:
    value = arguments.string(0)
    question: Callable[[Scope], Value] = arguments.value(1)

    def choice_name(scope: Scope) -> str:
        asked = question(scope)
        if not isinstance(asked, list):  # the name of the question was computed
            asked = find_below(scope.context.root, as_string(asked).rpartition("/")[2])
        return scope.context.choice_label(asked[0], value(scope)) if asked else ""

    return choice_name


def _itext(arguments: Arguments) -> Program:
    identifier = arguments.string(0)
    return lambda scope: scope.context.translation(identifier(scope))


def _property(arguments: Arguments) -> Program:
    name = arguments.string(0)
    return lambda scope: scope.context.setting(name(scope))


FUNCTIONS: Final = {
    "count": Function("number", _count),
    "count-non-empty": Function("number", _count_non_empty),
    "current": Function("nodes", lambda _arguments: lambda scope: [scope.context.current]),
    "id": Function("nodes", _identified),
    "indexed-repeat": Function("nodes", _indexed_repeat),
    "instance": Function("nodes", _instance),
    "jr:choice-name": Function("string", _choice_name),
    "jr:itext": Function("string", _itext),
    "lang": Function("boolean", _lang),
    "last": Function("number", lambda _arguments: lambda scope: float(scope.size)),
    "local-name": _about_node(_local_name),
    "name": _about_node(lambda node: node.name),
    "namespace-uri": _about_node(_namespace),
    "once": Function("string", _once),
    "position": Function("number", _position),
    "property": Function("string", _property),
    "pulldata": Function("string", _pulldata),
    "version": Function("string", lambda _arguments: lambda scope: scope.context.setting("version")),
}
