"""What every part of the reading of a survey has at hand: names, texts, expressions, lists, and its remarks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from surveys.definition import Choice, Item, ItemType, Texts
from surveys.lss.document import Question, QuestionGroup, Survey
from surveys.lss.functions import function
from surveys.lss.languages import tag_of_language, word
from surveys.lss.markup import clean, cut_braces
from surveys.lss.names import Names
from surveys.lss.script import Name, NotScript, read_script
from surveys.lss.terms import Term, Untranslatable
from surveys.lss.translation import Scope, Translator, as_expression
from surveys.lss.variables import Variables
from surveys.xlsform.problems import Problem, Severity, error, warning

GAP: Final = "…"
"""Stands in a text where LimeSurvey would put a value that we cannot compute."""
_OUR_SIGNS: Final = dict.fromkeys((0xE000, 0xE001, 0xE07B, 0xE07D))
_MARKER: Final = re.compile("\ue000(\\d+)\ue001")
_PLAIN_SUFFIXES: Final = frozenset({"", "NAOK", "CODE", "VALUE", "VALUENAOK"})
_INSERTANS: Final = re.compile(r"INSERTANS:(\d+X\d+X\w+(?:#\d+)?)")


@dataclass(slots=True)
class Place:
    """What a remark is about: a question, a group, or the survey; and a language."""

    question: str = ""
    group: str = ""
    language: str = ""

    def within(self, language: str) -> "Place":
        """Return this place in one language."""
        return replace(self, language=language)


@dataclass(slots=True)
class Pipes:
    """The values computed for the texts of one question: they stand before it."""

    base: str
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """The reading of one survey."""

    survey: Survey
    names: Names
    variables: Variables
    problems: list[Problem] = field(default_factory=list)
    lists: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    constants: dict[str, str] = field(init=False)
    """What LimeSurvey puts in texts by itself, and does not change."""
    _seen: set[str] = field(default_factory=set)
    _named: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        texts = self.survey.texts.get(self.survey.language, {})
        title, description = (clean(texts.get(f"surveyls_{name}", "")).text for name in ("title", "description"))
        sid = self.survey.sid
        self.constants = {
            "SURVEYNAME": title,
            "SURVEYTITLE": title,
            "SURVEYDESCRIPTION": description,
            "SID": sid,
            "SURVEYID": sid,
        }

    # Remarks.

    def warn(self, code: str, place: Place, **details: Any) -> None:
        """Remark something, once."""
        self._remark(warning(code, **self._placed(place, details)))

    def refuse(self, code: str, place: Place, **details: Any) -> None:
        """Remark what prevents the survey from being read."""
        self._remark(error(code, **self._placed(place, details)))

    def _placed(self, place: Place, details: Mapping[str, Any]) -> dict[str, Any]:
        known = {"question": place.question, "group": place.group, "language": place.language}
        return {**{name: value for name, value in known.items() if value}, **details}

    def _remark(self, problem: Problem) -> None:
        if repr(problem) not in self._seen:
            self._seen.add(repr(problem))
            self.problems.append(problem)

    @property
    def is_refused(self) -> bool:
        """Whether something prevents the survey from being read."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    # Expressions.

    def scope(self, question: Question | None = None, suffix: str = "") -> Scope:
        """Return what names mean in an expression of this question (and, for `this`, of the part with this suffix)."""
        variables = self.variables
        constants = self.constants | ({"QID": question.qid, "GID": question.gid} if question else {})
        found = Scope(variable=variables.find, of=variables.parts, constants=constants)
        if question is not None:
            found.own = variables.of_question(question.qid)
            found.this = variables.of_part(question.qid, suffix)
        return found

    def translate(self, source: str, place: Place, role: str, scope: Scope) -> Term | None:
        """Translate an expression; None, with a remark, where it has no counterpart."""
        translator = Translator(scope, function, is_text=role == "text")
        try:
            term = translator.read(source)
            as_expression(term.tree)
        except Untranslatable as refusal:
            self.warn(
                "lss_expression", place, role=role, source=source[:300], reason=refusal.code, detail=refusal.detail
            )
            return None
        for name in translator.approximations:
            self.warn("lss_approximate", place, role=role, source=source[:300], name=name)
        unguarded = {variable.owner: variable for variable in translator.unguarded.values()}
        return replace(term, unguarded=tuple(unguarded.values()))

    # Texts.

    def texts(
        self, html: Mapping[str, str], place: Place, pipes: Pipes, *, role: str, scope: Scope | None = None
    ) -> Texts:
        """Return a text in each language of the survey, made safe, its expressions carried by `pipes`.

        Args: role: what the text is (`label`, `help`, an option…), for remarks.
        """
        found: dict[str, str] = {}
        for language in self.survey.languages:
            written = html.get(language, "")
            if written:
                text = self.text(written, place.within(language), pipes, role, scope or self.scope())
                if text:
                    found[tag_of_language(language)] = text
        return found

    def text(self, html: str, place: Place, pipes: Pipes, role: str, scope: Scope) -> str:
        """Return one text, made safe."""
        cut = cut_braces(html.translate(_OUR_SIGNS))
        marked = "".join(
            f"{piece}\ue000{number}\ue001" if number < len(cut.expressions) else piece
            for number, piece in enumerate(cut.pieces)
        )
        cleaned = clean(marked)
        for name in cleaned.dropped:
            code = "lss_script" if name in ("script", "style") else "lss_element"
            self.warn(code, place, name=name, role=role)
        return _MARKER.sub(
            lambda found: self._piped(cut.expressions[int(found[1])], place, pipes, scope), _inert(cleaned.text)
        )

    def _piped(self, source: str, place: Place, pipes: Pipes, scope: Scope) -> str:
        """Return what stands for `{source}` in a text: a reference, or a gap."""
        shown = _INSERTANS.sub(r"\1.shown", source)
        try:
            script = read_script(shown)
        except NotScript:
            script = None
        if isinstance(script, Name):
            constant = scope.constants.get(script.name)
            if constant is not None:
                return constant
            variable = scope.variable(script.name)
            is_plain = script.suffix.upper() in _PLAIN_SUFFIXES or (variable is not None and variable.shown is None)
            if variable is not None and is_plain and variable.tree[0] == "ref" and script.suffix not in variable.facts:
                return f"${{{variable.tree[1]}}}"
        term = self.translate(shown, place, "text", scope)
        if term is None:
            return GAP
        if isinstance(term.literal, str):
            return _inert(clean(term.literal).text)
        return f"${{{self._computed(term, pipes)}}}"

    def _computed(self, term: Term, pipes: Pipes) -> str:
        """Return the name of a calculation, before the question, that holds this value; the same one is made once."""
        expression = as_expression(term.text)
        for item in pipes.items:
            if item.calculation == expression:
                return item.name
        name = self.names.take(f"{pipes.base}_text{len(pipes.items) + 1}")
        pipes.items.append(Item(name=name, key=name, path="", type=ItemType.CALCULATE, calculation=expression))
        return name

    def words(self, name: str) -> Texts:
        """Return one of LimeSurvey's own words in the languages of the survey."""
        found = {}
        for language in self.survey.languages:
            found[tag_of_language(language)], is_known = word(name, language)
            if not is_known:
                self.warn("lss_word", Place(language=language), name=found[tag_of_language(language)])
        return found

    # Lists.

    def list_of(self, wanted: str, choices: Sequence[Choice]) -> str:
        """Return the name of a list of these choices; lists that are the same are one."""
        listed = tuple(choices)
        known = self._named.get(repr(listed))
        if known is not None:
            return known
        name, number = wanted, 1
        while name in self.lists:
            number += 1
            name = f"{wanted}_{number}"
        self.lists[name] = listed
        self._named[repr(listed)] = name
        return name


def _inert(text: str) -> str:
    """Keep what an author wrote from being read as a reference of ours."""
    return text.replace("${", "$ {")


def place_of(question: Question) -> Place:
    """Return where remarks about a question stand."""
    return Place(question=question.code)


def place_of_group(group: QuestionGroup, language: str) -> Place:
    """Return where remarks about a group stand."""
    return Place(group=clean(group.names.get(language, "")).text or group.gid)
