"""What makers of questions share: texts, items with their rules, defaults, choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from surveys.definition import Choice, Group, Item, ItemType, Node, Texts
from surveys.expressions import Expression
from surveys.expressions.tree import Tree
from surveys.lss.document import Answer, Question
from surveys.lss.languages import tag_of_language
from surveys.lss.reading import Pipes, Place, Reading
from surveys.lss.rules import Rules, about_itself, expression
from surveys.lss.terms import FALSE, TRUE, chain, negated
from surveys.lss.translation import as_expression

_WORDS: Final = {
    "Y": "yes", "N": "no", "U": "uncertain", "F": "female", "M": "male", "I": "increase", "S": "same", "D": "decrease",
}  # fmt: skip

_COUNTS: Final = (("min_answers", ">=", "answers_least"), ("max_answers", "<=", "answers_most"))


@dataclass(slots=True)
class Draft:
    """A question while its nodes are made: its name, where it stands, what its texts compute."""

    question: Question
    base: str
    place: Place
    pipes: Pipes
    nodes: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the pieces of questions of one survey."""

    reading: Reading
    rules: Rules

    # Texts.

    def texts(self, draft: Draft, html: Mapping[str, str], role: str = "label") -> Texts:
        """Return a text in each language."""
        scope = self.reading.scope(draft.question)
        return self.reading.texts(html, draft.place, draft.pipes, role=role, scope=scope)

    def answer_texts(self, draft: Draft, part: Question | Answer) -> Texts:
        """Return the words of a part or an answer; its code where it has none, a picture for example."""
        return self.texts(draft, part.texts, "answer") or self._code(part.code)

    def _code(self, code: str) -> Texts:
        return {tag_of_language(self.reading.survey.language): code}

    def words_of(self, draft: Draft) -> dict[str, Texts]:
        """Return the labels and hints of a question of one field; what frames the field goes to the hint."""
        question = draft.question
        labels = self.texts(draft, question.texts)
        hints = dict(self.texts(draft, question.helps, "help"))
        for tag, frame in self.frame(draft).items():
            hints[tag] = f"{hints[tag]}\n{frame}" if hints.get(tag) else frame
        return {"labels": labels or ({} if hints else self._code(question.code)), "hints": hints}

    def frame(self, draft: Draft) -> Texts:
        """Return what stands before and after a field, the field being « … »."""
        before, after = (self.option_texts(draft, name) for name in ("prefix", "suffix"))
        return {tag: f"{before.get(tag, '')} … {after.get(tag, '')}".strip() for tag in {**before, **after}}

    def title(self, draft: Draft) -> Texts:
        """Return the words of a question of several lines, which head its page."""
        return self.texts(draft, draft.question.texts) or self._code(draft.question.code)

    def help_note(self, draft: Draft) -> list[Node]:
        """Return the help of a question of several lines, as a note at the top of its first page."""
        labels = self.texts(draft, draft.question.helps, "help")
        if not labels:
            return []
        return [make_item(self.reading.names.take(f"{draft.base}_help"), ItemType.NOTE, labels=labels)]

    def option_texts(self, draft: Draft, name: str) -> Texts:
        """Return a text that is an option; one without language serves for all."""
        values = draft.question.attributes.get(name, {})
        common = values.get("", "")
        return self.texts(draft, {each: values.get(each) or common for each in self.reading.survey.languages}, name)

    # Items.

    def main_item(self, draft: Draft, kind: ItemType, **parts: Any) -> Item:
        """Add the item of a question that is one item, with its words, default and validation."""
        question = draft.question
        checks = list(parts.pop("constraints", ()))
        for name in ("em_validation_q", "em_validation_sq"):
            equation = self.rules.equation(question, name)
            if equation is not None:
                checks.append(equation)
        tips = self.option_texts(draft, "em_validation_q_tip") or self.option_texts(draft, "em_validation_sq_tip")
        tips = tips or parts.pop("tips", {})
        item = make_item(
            draft.base,
            kind,
            **{
                "required": is_required(question),
                "default": self.default(draft),
                "constraints": checks,
                "tips": tips,
                **self.words_of(draft),
                **parts,
            },
        )
        draft.nodes.append(item)
        return item

    def default(self, draft: Draft, part: str = "0", kind: str = "", scale: int = 0) -> Expression | str | None:
        """Return what a question holds before it is answered; one written for each language is that of the first."""
        values = {name: value for name, value in draft.question.defaults.get((part, kind, scale), {}).items() if value}
        if not values:
            return None
        language = self.reading.survey.language
        value = values.get(language) or next(iter(values.values()))
        if len(set(values.values())) > 1:
            self.reading.warn("lss_default_languages", draft.place, language=language)
        if "{" not in value:
            return value
        cut = value.strip()
        if not (cut.startswith("{") and cut.endswith("}")):
            self.reading.warn("lss_expression", draft.place, role="default", source=value[:300], reason="mixed")
            return None
        term = self.reading.translate(cut[1:-1], draft.place, "default", self.reading.scope(draft.question))
        return None if term is None else as_expression(term.text)

    def choices(self, draft: Draft, answers: tuple[Answer, ...], scale: int = 0) -> list[Choice]:
        """Return the choices of written answers; their assessment values go along where the survey uses them."""
        keeps_values = self.reading.survey.settings.get("assessments") == "Y"
        found = []
        for answer in answers:
            if answer.scale != scale:
                continue
            if not answer.code:
                self.reading.warn("lss_answer_without_code", draft.place)
                continue
            values = {"assessment_value": answer.assessment} if keeps_values and answer.assessment else {}
            found.append(Choice(answer.code, self.answer_texts(draft, answer), values))
        return found

    def built_in(self, letters: str) -> list[Choice]:
        """Return the choices of one of LimeSurvey's own lists: letters, or numbers from 1."""
        if letters.isdigit():
            tags = [tag_of_language(language) for language in self.reading.survey.languages]
            return [Choice(str(mark), dict.fromkeys(tags, str(mark))) for mark in range(1, int(letters) + 1)]
        return [Choice(letter, self.reading.words(_WORDS[letter])) for letter in letters]

    def other_words(self, draft: Draft) -> Texts:
        """Return the words of the answer « other »."""
        return {**self.reading.words("other"), **self.option_texts(draft, "other_replace_text")}

    def counted(self, question: Question, count: Tree) -> tuple[list[Tree], Texts]:
        """Return the constraints on how many answers are given, and the words that say them."""
        return self.limited(
            question, count, (("min_answers", ">=", "answers_least"), ("max_answers", "<=", "answers_most"))
        )

    def limited(
        self, question: Question, value: Tree, limits: tuple[tuple[str, str, str], ...]
    ) -> tuple[list[Tree], Texts]:
        """Return constraints from options (name, operator, words with a place for the limit), and their words."""
        rules: list[Tree] = []
        words: dict[str, str] = {}
        for name, operator, said in limits:
            limit = self.rules.limit(question, name, operator, value)
            rules += limit
            if limit and limit[0][0] == operator:  # a number, which can be said
                for tag, text in self.reading.words(said).items():
                    words[tag] = f"{words.get(tag, '')} {text.format(question.attribute(name))}".strip()
        return rules, words

    def stop_unless(self, draft: Draft, holds: list[Tree], tips: Texts) -> list[Node]:
        """Return a note that stops the page while a rule about several fields does not hold, and says it."""
        tree = chain("and", holds)
        if tree in (TRUE, FALSE):
            return []
        name = self.reading.names.take(f"{draft.base}_check")
        rule = expression([negated(tree)])
        return [make_item(name, ItemType.NOTE, labels=tips, required=True, required_messages=tips, relevant=rule)]


def make_item(name: str, kind: ItemType, **parts: Any) -> Item:
    """Return an item of these parts; `constraints` must all hold of its value, `tips` say it where one does not."""
    tips = parts.pop("tips", {})
    constraint = chain("and", [about_itself(part, name) for part in parts.pop("constraints", ())])
    if constraint != TRUE:
        parts = {**parts, "constraint": as_expression(constraint), "constraint_messages": tips}
    return Item(name=name, key=name, path="", type=kind, **parts)


def make_group(name: str, children: list[Node], **parts: Any) -> Group:
    """Return a group."""
    return Group(name=name, key=name, path="", children=tuple(children), **parts)


def joined_texts(first: Texts, second: Texts) -> Texts:
    """Put two texts after each other, a dash between, in each language of the first."""
    return {tag: f"{text} – {second[tag]}" if second.get(tag) else text for tag, text in first.items()}


def is_required(question: Question) -> bool:
    """Whether LimeSurvey asks again a person who leaves it empty.

    Its soft way lets them go on then; here « I don't know » and « I would rather not answer », which count as answers,
    do.
    """
    return question.mandatory in ("Y", "S")


def is_shuffled(question: Question) -> bool:
    """Whether its answers come in an order drawn for each person."""
    orders = (question.attribute("answer_order"), question.attribute("subquestion_order"))
    return question.is_on("random_order") or "random" in orders
