"""When a question is shown and when an answer is right: conditions, filters, bounds and equations of LimeSurvey."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from surveys.expressions import Expression
from surveys.expressions.tree import Tree
from surveys.lss.document import Question, QuestionGroup, Row
from surveys.lss.functions import read_pattern
from surveys.lss.reading import Place, Reading, place_of, place_of_group
from surveys.lss.terms import (
    EMPTY,
    FALSE,
    SELF,
    TRUE,
    Kind,
    Untranslatable,
    Variable,
    call,
    chain,
    is_larger,
    number,
    text,
)
from surveys.lss.translation import as_expression
from surveys.lss.variables import Variables

MAX_GUARDED: Final = 200
"""Pieces of a condition with those of the questions it looks at."""
MAX_DEPTH: Final = 50
"""Questions that look at questions that look at others…, translated one inside the other."""
_ALWAYS: Final = frozenset({"", "1"})
_BRACES: Final = re.compile(r"\{(.*)\}", re.DOTALL)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR: Final = re.compile(r"\d{4}")
_METHODS: Final = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "a<b": "<", "a>=b": ">="}


class Rules:
    """The rules of a survey, each translated once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._questions = {question.qid: question for question in reading.survey.questions()}
        self._groups = {question.qid: group for group in reading.survey.groups for question in group.questions}
        self._relevance: dict[str, Tree] = {}
        self._of_groups: dict[str, Tree] = {}
        self._depth = 0

    # Who is asked.

    def of_group(self, group: QuestionGroup) -> Tree:
        """Return when a group is shown."""
        if group.gid not in self._of_groups:
            self._of_groups[group.gid] = TRUE  # one that looks at itself is shown
            place = place_of_group(group, self._reading.survey.language)
            self._of_groups[group.gid] = self._condition(group.relevance, place)
        return self._of_groups[group.gid]

    def of_question(self, question: Question) -> Tree:
        """Return when a question is shown, its group being shown."""
        if question.qid not in self._relevance:
            self._relevance[question.qid] = TRUE
            source = question.relevance
            if source.strip() in _ALWAYS and question.conditions:
                source = _source_of_conditions(question.conditions, self._reading.variables)
            self._relevance[question.qid] = self._condition(source, place_of(question), question)
        return self._relevance[question.qid]

    def _condition(self, source: str, place: Place, question: Question | None = None) -> Tree:
        if source.strip() in _ALWAYS:
            return TRUE
        term = self._reading.translate(source, place, "relevance", self._reading.scope(question))
        if term is None:
            return TRUE
        tree = term.truth
        guards = self._guards(tree, term.unguarded)
        if not guards:
            return tree if guards is not None else self._left_alone(tree, source, place)
        guarded = chain("and", [*guards, tree])
        return self._left_alone(tree, source, place) if is_larger(guarded, MAX_GUARDED) else guarded

    def _left_alone(self, tree: Tree, source: str, place: Place) -> Tree:
        self._reading.warn("lss_unguarded", place, source=source[:300])
        return tree

    def _guards(self, tree: Tree, variables: Iterable[Variable]) -> list[Tree] | None:
        """Return what LimeSurvey adds to a condition without `.NAOK`: the questions that it looks at must be relevant.

        Where the condition cannot hold for an empty answer there is nothing to add. None: too many look at each other.
        """
        looked_at = [
            self._questions[variable.owner]
            for variable in variables
            if variable.owner in self._questions and not _needs_answer(tree, variable)
        ]
        if not looked_at:
            return []
        if self._depth >= MAX_DEPTH:
            return None
        self._depth += 1
        guards = [
            guard
            for question in looked_at
            for guard in (self.of_group(self._groups[question.qid]), self.of_question(question))
        ]
        self._depth -= 1
        return guards

    def of_parts(self, question: Question) -> dict[str, Tree]:
        """Return when each part of a question (or answer, for ranks) is shown: its own condition, and array filters."""
        codes = [part.code for part in question.on_scale(0)] or [answer.code for answer in question.answers]
        found = dict.fromkeys(codes, TRUE)
        for part in question.on_scale(0):
            if part.relevance.strip() not in _ALWAYS:
                place = Place(question=f"{question.code}_{part.code}")
                found[part.code] = self._condition(part.relevance, place, question)
        for name, is_shown in (("array_filter", True), ("array_filter_exclude", False)):
            for source in re.split(r"[;,]", question.attribute(name)):
                if source.strip():
                    self._filter(question, source.strip(), found, is_shown=is_shown)
        return found

    def _filter(self, question: Question, source: str, found: dict[str, Tree], *, is_shown: bool) -> None:
        variables = {variable.code: variable for variable in self._reading.variables.parts(source)}
        if not variables:
            name = "array_filter" if is_shown else "array_filter_exclude"
            self._reading.warn("lss_filter", place_of(question), name=name, value=source)
        for code, so_far in found.items():
            variable = variables.get(code)
            if variable is not None:
                chosen = variable.tree if variable.kind is Kind.CHECK else ["!=", variable.tree, EMPTY]
                found[code] = chain("and", [so_far, chosen if is_shown else call("not", chosen)])

    # What is right.

    def limit(self, question: Question, name: str, operator: str, value: Tree = SELF) -> list[Tree]:
        """Return the constraint that an option sets on a value: a number, or an expression of one.

        A limit that is computed from an answer holds once that answer is given.
        """
        written = question.attribute(name)
        if not written:
            return []
        if _NUMBER.fullmatch(written):
            return [[operator, value, number(float(written))]]
        found = _BRACES.fullmatch(written)
        scope = self._reading.scope(question)
        term = self._reading.translate(found[1] if found else written, place_of(question), name, scope)
        if term is None:
            return []
        return [chain("or", [term.is_empty, [operator, value, term.tree]])]

    def bounds(self, question: Question, low: str, high: str) -> list[Tree]:
        """Return the constraints of a number between two options."""
        return [*self.limit(question, low, ">="), *self.limit(question, high, "<=")]

    def length(self, question: Question) -> list[Tree]:
        """Return the constraint of a text no longer than an option says."""
        most = question.attribute("maximum_chars")
        return [["<=", call("string-length", SELF), number(float(most))]] if most.isdigit() else []

    def dates(self, question: Question) -> list[Tree]:
        """Return the constraints of a date."""
        found: list[Tree] = []
        for name, operator, end in (("date_min", ">=", "-01-01"), ("date_max", "<=", "-12-31")):
            written = question.attribute(name)
            if not written:
                continue
            if _DAY.fullmatch(written) or _YEAR.fullmatch(written):
                found.append([operator, SELF, call("date", text(written if "-" in written else written + end))])
                continue
            braces = _BRACES.fullmatch(written)
            term = self._reading.translate(
                braces[1] if braces else written, place_of(question), name, self._reading.scope(question)
            )
            if term is not None:
                # A day of today's, whatever the way in which it is written.
                is_day = term.kind is Kind.DATE or "format-date" in str(term.tree)
                day = call("today") if is_day and "today" in str(term.tree) else call("date", term.text)
                found.append([operator, SELF, day])
        return found

    def pattern(self, question: Question) -> list[Tree]:
        """Return the constraint of a text that must look like a pattern."""
        if not question.pattern:
            return []
        try:
            return [call("regex", SELF, text(read_pattern(question.pattern)))]
        except Untranslatable as refusal:
            self._reading.warn(
                "lss_expression", place_of(question), role="preg", source=question.pattern[:300], reason=refusal.code
            )  # fmt: skip
            return []

    def equation(self, question: Question, name: str, suffix: str = "") -> Tree | None:
        """Return a validation equation (`em_validation_q`, `em_validation_sq`) as a truth; None where none is set.

        Args: suffix: the part that `this` stands for, "" for the question.
        """
        source = question.attribute(name)
        if not source:
            return None
        term = self._reading.translate(source, place_of(question), name, self._reading.scope(question, suffix))
        return None if term is None else term.truth


def about_itself(tree: Tree, name: str) -> Tree:
    """Write an item's own value as `.` in its constraint."""
    if tree == ["ref", name]:
        return SELF
    if tree[0] in ("string", "number", "path", "ref", "last_saved"):
        return tree
    if tree[0] == "call":
        is_name = tree[1] == "jr:choice-name"
        arguments = [part if is_name and place else about_itself(part, name) for place, part in enumerate(tree[2])]
        return ["call", tree[1], arguments]
    return [tree[0], *(about_itself(part, name) for part in tree[1:])]


def expression(parts: Iterable[Tree]) -> Expression | None:
    """Return conditions that must all hold as an expression; None where there is none."""
    tree = chain("and", list(parts))
    return None if tree == TRUE else as_expression(tree)


def choice_filter(conditions: Mapping[str, Tree]) -> Expression | None:
    """Return the filter of a list whose choices have each a condition."""
    if all(condition == TRUE for condition in conditions.values()):
        return None
    name: Tree = ["path", None, [["step", "child", "name", []]]]
    alike = {_with_name(condition, code, name) for code, condition in conditions.items() if condition != TRUE}
    if len(alike) == 1 and TRUE not in conditions.values():
        first = next(iter(conditions))
        return as_expression(_renamed(conditions[first], text(first), name))
    parts = []
    for code, condition in conditions.items():
        named: Tree = ["!=", name, text(code)]
        if condition != TRUE:
            parts.append(chain("or", [named, condition]))
    return as_expression(chain("and", parts))


def _with_name(condition: Tree, code: str, name: Tree) -> str:
    return str(_renamed(condition, text(code), name))


def _renamed(tree: Tree, code: Tree, name: Tree) -> Tree:
    if tree == code:
        return name
    return [_renamed(part, code, name) if isinstance(part, list) else part for part in tree]


def _needs_answer(tree: Tree, variable: Variable) -> bool:
    """Whether a truth can only hold while this variable is not empty."""
    kind = tree[0]
    if kind == "and":
        return any(_needs_answer(part, variable) for part in tree[1:])
    if kind == "or":
        return all(_needs_answer(part, variable) for part in tree[1:])
    own = variable.tree
    if tree in (own, FALSE):
        return True
    if kind == "call" and tree[1] == "selected":
        return bool(tree[2][0] == own)
    if kind == "!=":
        return own in tree and EMPTY in tree
    if kind in ("=", "<", "<=", ">", ">=") and len(tree) == 3 and own in tree:  # noqa: PLR2004
        other = tree[2] if tree[1] == own else tree[1]
        is_ordered = kind != "="
        return is_ordered or (other[0] in ("number", "string", "neg") and other != EMPTY)
    return False


def _source_of_conditions(conditions: Iterable[Row], variables: Variables) -> str:
    """Write conditions of the old kind as LimeSurvey itself does: scenarios are alternatives.

    Within one, conditions about the same question are alternatives too, those about different questions all hold.
    """
    scenarios: dict[str, dict[str, list[str]]] = {}
    for row in conditions:
        field = row.get("cfieldname", "").removeprefix("+")
        if field:
            about = row.get("cqid", "") or field
            scenarios.setdefault(row.get("scenario", "1"), {}).setdefault(about, []).append(
                _condition(row, field, variables)
            )
    alternatives = [
        " and ".join(f"({' or '.join(parts)})" for parts in by_question.values())
        for _number, by_question in sorted(scenarios.items())
    ]
    return " or ".join(f"({each})" for each in alternatives) or "1"


def _condition(row: Row, field: str, variables: Variables) -> str:
    value = row.get("value", "")
    method = row.get("method", "").strip() or "=="
    if method in ("==", "!=") and variables.find(field) is None and variables.find(field + value):
        field, value = field + value, "Y"  # a box of a question of several answers
    if field.startswith("{"):
        field = field.strip("{}")
    if method.upper() == "RX":
        return f"regexMatch({_quoted(value)}, {field}.NAOK)"
    if value.startswith("@") and value.endswith("@"):
        return f"{field}.NAOK {_METHODS.get(method, '==')} {value.strip('@')}.NAOK"
    if not value.strip():
        return f"{'!' if method == '!=' else ''}is_empty({field}.NAOK)"
    return f"{field}.NAOK {_METHODS.get(method, '==')} {_quoted(value)}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
