"""The variables of LimeSurvey, by code (`Q1_SQ001`) and address (`12X34X56SQ001`), and where their values are here."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from surveys.expressions.tree import Tree
from surveys.lss.document import Question, Survey
from surveys.lss.markup import clean
from surveys.lss.names import ROWS_OF_CHOICES, Names, codes_of
from surveys.lss.terms import EMPTY, Kind, Variable, call, number, text

_ADDRESS: Final = re.compile(r"\d+X(\d+)X(\d+)(.*)")


class Variables:
    """Every variable of a survey."""

    def __init__(self, survey: Survey, names: Names) -> None:
        self._questions = {question.qid: question for question in survey.questions()}
        self._by_code: dict[str, str] = {}
        for question in survey.questions():
            self._by_code.setdefault(question.code, question.qid)
            names.give(question.qid, "", question.code)
        # Parts are named once every question has its name: these count more.
        self._of = {
            question.qid: {each.code: each for each in _OfQuestion(question, names, survey.language).every()}
            for question in survey.questions()
        }

    def find(self, name: str) -> Variable | None:
        """Return the variable of a name; None for one that is unknown or stands for several."""
        if found := _ADDRESS.fullmatch(name.removeprefix("INSERTANS:")):
            return self._at_address(*found.groups())
        code = name
        while code:
            qid = self._by_code.get(code)
            if qid is not None:
                return self._of[qid].get(name[len(code) + 1 :].replace("#", "_"))
            code = code.rpartition("_")[0]
        return None

    def _at_address(self, gid: str, digits: str, rest: str) -> Variable | None:
        """Codes of parts may begin with digits: the longest id of a question that has such a part is meant."""
        for end in range(len(digits), 0, -1):
            question = self._questions.get(digits[:end])
            if question is not None and question.gid == gid:
                found = self._of[question.qid].get((digits[end:] + rest).replace("#", "_"))
                if found is not None:
                    return found
        return None

    def parts(self, name: str) -> Sequence[Variable]:
        """Return the variables of a question, by its code or address: `that.Q1`."""
        found = _ADDRESS.fullmatch(name)
        return self.of_question(found[2] if found else self._by_code.get(name, ""))

    def of_question(self, qid: str) -> Sequence[Variable]:
        """Return the variables of the parts of a question; of one without parts, its own."""
        variables = self._of.get(qid, {})
        return [each for each in variables.values() if each.code] or list(variables.values())

    def of_part(self, qid: str, suffix: str) -> Variable | None:
        """Return the variable of a part, "" for the question itself."""
        return self._of.get(qid, {}).get(suffix)


class _OfQuestion:
    """Makes the variables of one question, and names the items that hold them."""

    def __init__(self, question: Question, names: Names, language: str) -> None:
        self.question = question
        self._names = names
        self._base = names.of(question.qid)
        self._own: Tree = ["ref", self._base]
        self._facts = {
            "question": clean(question.texts.get(language, "")).text,
            "qid": question.qid,
            "gid": question.gid,
            "type": question.type,
            "mandatory": question.mandatory,
        }

    def every(self) -> Iterator[Variable]:
        """Yield them, those of parts in their order."""
        kind = self.question.type
        makers = {
            "M": self._boxes,
            "P": self._boxes,
            "R": self._ranks,
            ":": self._grid,
            ";": self._grid,
            "1": self._two,
        }
        if kind in makers:
            yield from makers[kind]()
        elif kind in ("K", "Q"):
            is_number = kind == "K" or self.question.is_on("numbers_only")
            for each in self.question.parts:
                yield self._part(each.code, Kind.NUMBER if is_number else Kind.TEXT)
        elif kind in ROWS_OF_CHOICES:
            for each in self.question.parts:
                yield self._part(each.code, codes=codes_of(self.question))
        else:
            yield from self._single()

    def _variable(self, suffix: str, tree: Tree, kind: Kind = Kind.TEXT, **more: Any) -> Variable:
        return Variable(tree, kind, facts=self._facts, owner=self.question.qid, code=suffix, **more)

    def _part(self, suffix: str, kind: Kind = Kind.TEXT, codes: tuple[str, ...] = ()) -> Variable:
        """Make the variable of an item of its own."""
        name = self._names.give(self.question.qid, suffix, f"{self._base}_{suffix}")
        tree: Tree = ["ref", name]
        return self._variable(suffix, tree, kind, codes=codes, shown=_words(tree, name) if codes else None)

    def _boxes(self) -> Iterator[Variable]:
        has_comments = self.question.type == "P"
        codes = tuple(each.code for each in self.question.parts)
        for code in codes:
            ticked = call("selected", self._own, text(code))
            shown = call("if", ticked, _words(text(code), self._base), EMPTY)
            yield self._variable(code, ticked, Kind.CHECK, codes=codes, shown=shown)
            if has_comments:
                yield self._part(f"{code}comment")
        if self.question.has_other:
            yield self._part("other")
            if has_comments:
                yield self._part("othercomment")

    def _ranks(self) -> Iterator[Variable]:
        codes = tuple(each.code for each in self.question.answers or self.question.parts)
        for place in range(len(codes)):
            chosen = call("selected-at", self._own, number(place))
            yield self._variable(str(place + 1), chosen, codes=codes, shown=_words(chosen, self._base))

    def _two(self) -> Iterator[Variable]:
        for each in self.question.parts:
            for scale in (0, 1):
                codes = tuple(answer.code for answer in self.question.answers if answer.scale == scale)
                yield self._part(f"{each.code}_{scale}", codes=codes)

    def _grid(self) -> Iterator[Variable]:
        question = self.question
        is_text = question.type == ";" and not question.is_on("numbers_only")
        columns = tuple(each.code for each in question.on_scale(1))
        for line in question.on_scale(0):
            if has_boxes(question):
                name = self._names.give(question.qid, line.code, f"{self._base}_{line.code}")
                for code in columns:
                    ticked = call("selected", ["ref", name], text(code))
                    suffix = f"{line.code}_{code}"
                    yield self._variable(suffix, ticked, Kind.CHECK, checked="1", codes=columns)
            else:
                for code in columns:
                    yield self._part(f"{line.code}_{code}", Kind.TEXT if is_text else Kind.NUMBER)

    def _single(self) -> Iterator[Variable]:
        question = self.question
        codes = codes_of(question)
        is_number = question.type == "N" or (question.type == "S" and question.is_on("numbers_only"))
        kind = Kind.NUMBER if is_number else Kind.DATE if question.type == "D" else Kind.TEXT
        yield self._variable("", self._own, kind, codes=codes, shown=_words(self._own, self._base) if codes else None)
        if question.has_other:
            yield self._part("other")
        if question.type == "O":
            yield self._part("comment")
        if question.type == "|":
            sent = call("if", ["!=", self._own, EMPTY], number(1), number(0))
            yield self._variable("filecount", sent, Kind.NUMBER)


def has_boxes(question: Question) -> bool:
    """Whether a grid of numbers is one of boxes to tick."""
    return question.type == ":" and question.is_on("multiflexible_checkbox")


def _words(value: Tree, question: str) -> Tree:
    """Return the words of a choice of a question."""
    return call("jr:choice-name", value, ["ref", question])
