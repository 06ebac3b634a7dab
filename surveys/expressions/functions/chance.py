"""Chance that can be played again: everything is drawn from the seed kept with the response."""

import hashlib
import uuid
from datetime import tzinfo
from math import floor, inf, isnan
from random import Random
from typing import Final, TypeVar

from surveys.expressions.errors import ExpressionError
from surveys.expressions.limits import MAX_TEXT
from surveys.expressions.nodes import path_of
from surveys.expressions.scope import Arguments, Function, Program, Scope
from surveys.expressions.values import Value, as_number, as_string

_MODULUS: Final = 2_147_483_647
_MULTIPLIER: Final = 16_807
_LONG: Final = 2**63
Element = TypeVar("Element")


def generator(scope: Scope) -> Random:
    """Return the generator of this draw: of this response, this question and this turn in the expression."""
    scope.draws += 1
    return Random(f"{scope.context.seed}|{path_of(scope.context.current)}|{scope.draws}")  # noqa: S311  not a secret


def shuffle(nodes: list[Element], seed: int) -> list[Element]:
    """Return `nodes` in the order that JavaRosa and ODK Web Forms give for `seed`.

    Source: Park and Miller (1988), minimal standard generator, multiplier 16807; inside-out Fisher-Yates.
    """
    state = seed % _MODULUS if seed >= 0 else -(-seed % _MODULUS)
    if state <= 0:
        state += _MODULUS - 1
    shuffled: list[Element] = []
    for index, node in enumerate(nodes):
        state = state * _MULTIPLIER % _MODULUS
        place = floor((state - 1) / (_MODULUS - 1) * (index + 1))
        if place == index:
            shuffled.append(node)
        else:
            shuffled.append(shuffled[place])
            shuffled[place] = node
    return shuffled


def seed_of(value: Value, zone: tzinfo) -> int:
    """Return the seed that a value means: its whole number, the start of the SHA-256 of a text, 0 for nothing."""
    number = as_number(value, zone)
    if isnan(number):
        text = as_string(value)
        if text == "":
            return 0
        start = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8]
        return int.from_bytes(start, "big", signed=True)
    if abs(number) == inf:
        return _LONG - 1 if number > 0 else -_LONG
    return int(number)


def _random(_arguments: Arguments) -> Program:
    return lambda scope: generator(scope).random()


def _randomize(arguments: Arguments) -> Program:
    nodes = arguments.nodes(0)
    if arguments.count == 1:
        return lambda scope: shuffle(nodes(scope), generator(scope).randrange(1, _MODULUS))
    seed = arguments.value(1)
    return lambda scope: shuffle(nodes(scope), seed_of(seed(scope), scope.zone))


def _uuid(arguments: Arguments) -> Program:
    if arguments.count == 0:
        return lambda scope: _draw_uuid(generator(scope))
    length = arguments.number(0)

    def uuid_of_length(scope: Scope) -> str:
        wanted = length(scope)
        if isnan(wanted) or not 0 <= wanted <= MAX_TEXT:
            raise ExpressionError("expression.text_too_long", length=as_string(wanted), limit=MAX_TEXT)
        draw = generator(scope)
        text = _draw_uuid(draw)
        while len(text) < wanted:
            text += _draw_uuid(draw)
        return text[: int(wanted)]

    return uuid_of_length


def _draw_uuid(draw: Random) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


FUNCTIONS: Final = {
    "random": Function("number", _random),
    "randomize": Function("nodes", _randomize),
    "uuid": Function("string", _uuid),
}
