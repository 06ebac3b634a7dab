"""Two versions of a questionnaire side by side: what changed of each question, and what it means for comparing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.research.contexts.editor import question_numbers, title_of
from app.research.contexts.questionnaires import item_type_name
from app.research.contexts.sentences import words_of
from app.wording.comparing import consequence_tone, explain_consequence, word_change, word_consequence
from surveys.comparison import Change, ChangeKind, Consequence, Words, compare
from surveys.crosswalk import Fate, crosswalk
from surveys.definition import Definition, Item, ItemType
from surveys.editing.references import renamed_expression
from surveys.expressions import ExpressionError, parse
from surveys.structure import Structure

_GRAVITY = (Consequence.BROKEN, Consequence.BEGINS, Consequence.ENDS, Consequence.CAREFUL, Consequence.KEPT)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change in words; `words` is the difference of a text, word by word, else `before` and `after` are shown."""

    what: str
    before: str
    after: str
    words: tuple[Words, ...]
    lang: str


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """What changed of one question (or of the form), with the gravest consequence."""

    title: str
    key: str
    consequence: str
    tone: str
    advice: str
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that changed, and how many questions each consequence touches."""

    questions: tuple[QuestionChange, ...]
    counts: tuple[tuple[str, str, int], ...]


def comparison(earlier: Structure, later: Structure) -> Comparison:
    """Compare two versions."""
    changes = [each for each in compare(earlier.definition, later.definition) if not _is_renaming(each, earlier, later)]
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.later, "" if change.later else change.earlier), []).append(change)
    questions, tally = [], dict.fromkeys(_GRAVITY, 0)
    for (later_key, earlier_key), found in groups.items():
        gravest = min((change.consequence for change in found), key=_GRAVITY.index)
        tally[gravest] += 1
        lines = tuple(_line(change, earlier, later) for change in found)
        questions.append(
            QuestionChange(
                _title(earlier.definition, later.definition, earlier_key, later_key),
                later_key or earlier_key,
                word_consequence(gravest),
                consequence_tone(gravest),
                explain_consequence(gravest),
                lines,
            )
        )
    counts = tuple(
        (word_consequence(consequence), consequence_tone(consequence), count)
        for consequence, count in tally.items()
        if count
    )
    return Comparison(tuple(questions), counts)


def _is_renaming(change: Change, earlier: Structure, later: Structure) -> bool:
    """Whether a rule changed only in speaking of questions under their new names."""
    if change.kind is not ChangeKind.RULE or not change.before or not change.after:
        return False
    names = {
        link.earlier: link.later
        for link in crosswalk(earlier.definition, later.definition).links
        if link.fate is Fate.RENAMED
    }
    try:
        return renamed_expression(parse(change.before), names).tree == parse(change.after).tree
    except ExpressionError:
        return False


def _title(earlier: Definition, later: Definition, earlier_key: str, later_key: str) -> str:
    form, key = (later, later_key) if later_key else (earlier, earlier_key)
    if not key:
        return str(_("The questionnaire itself"))
    number, title = question_numbers(form).get(key, ""), title_of(form, key)
    return f"{number}. {title}" if number else title


def _line(change: Change, earlier: Structure, later: Structure) -> ChangeLine:
    shown: Mapping[ChangeKind, Callable[[], tuple[str, str]]] = {
        ChangeKind.TYPE: lambda: (item_type_name(ItemType(change.before)), item_type_name(ItemType(change.after))),
        ChangeKind.RULE: lambda: (
            _rule(earlier, change, change.earlier, change.before),
            _rule(later, change, change.later, change.after),
        ),
        ChangeKind.CHOICES_MOVED: lambda: (
            _choices(earlier.definition, change.earlier, change.before),
            _choices(later.definition, change.later, change.after),
        ),
        ChangeKind.MOVED: lambda: (_place(earlier, change.earlier), _place(later, change.later)),
        ChangeKind.CHOICE_ADDED: lambda: ("", change.after),
    }
    before, after = shown.get(change.kind, lambda: (change.before, change.after))()
    language = later.definition.locale(change.locale).name if change.locale else ""
    return ChangeLine(word_change(change, language), before, after, change.words, change.locale)


def _rule(structure: Structure, change: Change, key: str, source: str) -> str:
    """Return a rule in words where it has some, else as written."""
    if change.field not in ("relevant", "constraint", "required") or not source or key not in structure.by_key:
        return source
    try:
        return words_of(structure, parse(source), key)
    except ExpressionError:
        return source


def _choices(definition: Definition, key: str, names: str) -> str:
    item = next((item for item in definition.items() if item.key == key), None)
    choices = definition.choice_lists.get(item.list_name, ()) if isinstance(item, Item) else ()
    labels = {choice.name: definition.text(choice.labels, definition.default_locale)[0] for choice in choices}
    return " · ".join(labels.get(name) or name for name in names.split())


def _place(structure: Structure, key: str) -> str:
    """Return after which question a question stands, and in which group."""
    place = structure.places[structure.by_key[key]]
    siblings = structure.places[place.parent].children if place.parent >= 0 else structure.top
    before = siblings[siblings.index(place.index) - 1] if siblings.index(place.index) else None
    definition = structure.definition
    if before is not None:
        return str(_("after “%(title)s”", title=title_of(definition, structure.places[before].node.key)))
    if place.parent >= 0:
        return str(_("first of “%(title)s”", title=title_of(definition, structure.places[place.parent].node.key)))
    return str(_("at the beginning"))
