"""From a questionnaire to what stands on its pages, in words: plain values that the template shows.

The words around the questions are in the language of the questionnaire where Tresse speaks it, else in the study's.
"""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.components.form_media import FormMedia
from app.components.question import QuestionView, question_view
from app.components.rich_text import rich
from app.reports.words import gettext as _
from app.wording.conditions import Names, Voice, quoted_names, word_clauses
from core.media import PICTURES
from surveys.conditions import Condition, Constant, has_formula
from surveys.datafiles.variables import ACKNOWLEDGED
from surveys.definition import Item, ItemType, Locale
from surveys.engine import FormState, evaluate_form
from surveys.form_files import FileRef, list_files
from surveys.models import FormFile
from surveys.occurrences import key_at
from surveys.paper.plan import plan_of
from surveys.paper.routing import END, Cards, Element, Part, Remark, Stop
from surveys.parcels import file_key
from surveys.presentation import Look
from surveys.versions import LoadedVersion

SPOKEN = frozenset({"fr", "en", "ar"})
"""Languages in which the words around the questions exist."""
MAX_OPTIONS = 60
"""A longer list is written by hand, and its code looked up when it is keyed."""
MAX_SCALE_OPTIONS = 5
MAX_SCALE_LABEL = 14
BLANK = "…………"
_REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?([^}\s]+)\s*\}")


def spoken_locale(tag: str, fallback: str) -> str:
    """Return the language of the words around the questions."""
    primary = tag.split("-", maxsplit=1)[0].lower()
    return primary if primary in SPOKEN else fallback


def compose(
    session: Session, version: LoadedVersion, *, tag: str, fallback: str, study: str, cards: int, address: str
) -> dict[str, Any]:
    """Return the document of one questionnaire.

    Args: tag: the language of the questions; fallback: of the words around them where Tresse does not speak it;
        cards: how many each repeated group has; address: where a receipt's code is typed.
    """
    locale = version.definition.locale(tag)
    spoken = spoken_locale(locale.tag, fallback)
    with force_locale(spoken):
        composer = _Composer(session, version, locale, cards=cards)
        return {
            "locale": spoken,
            "direction": Locale(spoken, "").direction,
            "text_locale": locale.tag,
            "text_direction": locale.direction,
            "title": version.definition.title,
            "study": study,
            "elements": [each for element in composer.plan.elements for each in composer.element(element)],
            "words": _words(address),
        }


def _words(address: str) -> dict[str, str]:
    return {
        "how": _("How to fill in this questionnaire"),
        "tick": _("Tick the box beside your answer."),
        "arrow": _("An arrow beside a box says where to go on. Without an arrow, go on with the next question."),
        "free": _("You may leave a question out. Your answers change nothing to your RSA or your rights."),
        "code": _("Code of this questionnaire"),
        "keep": _("Cut here and keep this code."),
        "why": _(
            "With it you can read your answers again, correct them or take them back: %(address)s", address=address
        ),
        "end": _("You have finished. Thank you."),
        "day": _("day"),
        "month": _("month"),
        "year": _("year"),
        "page": _("page"),
    }


class _Composer:
    """Composes the elements of one version in one language."""

    def __init__(self, session: Session, version: LoadedVersion, locale: Locale, *, cards: int) -> None:
        self._version = version
        self._structure = version.structure
        self._locale = locale
        self._cards = cards
        self.plan = plan_of(version.structure)
        self._numbers = {stop.item.key: stop.number for stop in self.plan.stops}
        # One occurrence of each repeat, so that its questions can be worded.
        self._state: FormState = evaluate_form(version.structure, {}, locale=locale.tag, begins_with=1)
        self._media = _printed_media(session, version)
        quoted = quoted_names(version.structure, locale.tag)
        self._names = Names(self._question_name, quoted.choice)

    def _question_name(self, key: str) -> str:
        if key in self._numbers:
            return self._at(self._numbers[key])
        return quoted_names(self._structure, self._locale.tag).question(key)

    @staticmethod
    def _at(number: int) -> str:
        return _("question %(number)s", number=number)

    def element(self, element: Element, *, in_card: bool = False) -> list[dict[str, Any]]:
        """Return an element, and for cards the elements of each card."""
        match element:
            case Part(group=group):
                return [{"kind": "part", "label": self._text(group.labels), "hint": self._text(group.hints)}]
            case Remark(item=item, only_if=only_if):
                text = self._text(item.labels)
                picture = self._media.of(item.media, self._locale.tag, self._locale.tag).picture
                return [
                    {"kind": "remark", "label": text, "picture": picture, "address": self._addressed(only_if, None)}
                ]
            case Stop():
                return [self._question(element, in_card=in_card)]
            case Cards():
                return self._all_cards(element, in_card=in_card)

    def _all_cards(self, element: Cards, *, in_card: bool) -> list[dict[str, Any]]:
        count = min(self._cards, 2) if in_card else self._cards
        head = {
            "kind": "cards",
            "label": self._text(element.group.labels),
            "hint": self._text(element.group.hints),
            "address": self._addressed(element.only_if, element.otherwise, in_card=in_card),
            "how": self._how_many(element),
        }
        found: list[dict[str, Any]] = [head]
        for number in range(1, count + 1):
            found.append({"kind": "card", "label": _("Card %(number)s", number=number)})
            for part in element.parts:
                found += self.element(part, in_card=True)
        if element.after is not None:
            found.append({"kind": "go", "label": self._go(element.after, in_card=in_card)})
        return found

    def _how_many(self, element: Cards) -> str:
        count = element.group.count
        if count is not None and count.tree[0] == "ref":
            places = self._structure.by_name.get(count.tree[1], ())
            key = self._structure.places[places[0]].node.key if len(places) == 1 else ""
            if key in self._numbers:
                return _("Fill in as many cards as your answer to %(question)s.", question=self._at(self._numbers[key]))
        return _("Fill in one card for each. Leave the others empty.")

    def _question(self, stop: Stop, *, in_card: bool) -> dict[str, Any]:
        item = stop.item
        view = question_view(
            self._state,
            self._key(item),
            locale=self._locale,
            answers={},
            missing={},
            is_preview=True,
            media=self._media,
        )
        control = self._control(item, view)
        return {
            "kind": "question",
            "number": stop.number,
            "label": self._text(item.labels) or rich(item.name),
            "hint": self._text(item.hints),
            "picture": view.media.picture,
            "address": self._addressed(stop.only_if, stop.otherwise, in_card=in_card),
            "control": control,
            "lines": 5 if view.control == "textarea" else 2,
            "options": self._options(stop, view, control, in_card=in_card),
            "ends": dict(view.ends),
            "marks": [{"label": words, "code": _MARK_CODES[mark]} for mark, words in view.missing_options],
            "several": self._several(item),
            "go": "" if stop.after is None else self._go(stop.after, in_card=in_card),
        }

    def _key(self, item: Item) -> str:
        place = self._structure.places[self._structure.by_key[item.key]]
        return key_at(item.key, tuple(1 for _repeat in place.repeats))

    @staticmethod
    def _several(item: Item) -> str:
        if item.type is ItemType.SELECT_MULTIPLE:
            return _("You may tick several boxes.")
        if item.type is ItemType.RANK:
            return _("Write 1 beside the first, 2 beside the second, and so on.")
        return ""

    @staticmethod
    def _control(item: Item, view: QuestionView) -> str:
        if item.type is ItemType.RANK:
            return "rank" if len(view.choices) <= MAX_OPTIONS else "written"
        if item.type.has_choices or (item.type is ItemType.RANGE and view.choices):
            if len(view.choices) > MAX_OPTIONS:
                return "written"
            if view.look in (Look.FACES, Look.PICTURES):
                return "pictures"
            short = all(len(choice.label.striptags()) <= MAX_SCALE_LABEL for choice in view.choices)
            in_line = view.look in (Look.LINE, Look.SCALE, Look.LADDER)
            few = len(view.choices) <= MAX_SCALE_OPTIONS or item.type is ItemType.RANGE
            return "scale" if in_line and short and few else "boxes"
        return {
            "tick": "boxes",
            "textarea": "lines",
            "text": "lines",
            "date": "date",
            "time": "time",
            "moment": "moment",
        }.get(view.control, "number" if view.control in ("integer", "decimal", "range") else "lines")

    def _options(self, stop: Stop, view: QuestionView, control: str, *, in_card: bool) -> list[dict[str, Any]]:
        item = stop.item
        if control == "written":
            return []
        if item.type is ItemType.ACKNOWLEDGE:
            return [self._option("1", rich(_("Yes")), "", 0, stop.arrows.get(ACKNOWLEDGED), in_card=in_card)]
        codes = self.plan.codes.get(item.key, {})
        choices = reversed(view.choices) if view.look is Look.LADDER else view.choices
        return [
            self._option(
                str(codes.get(choice.name, choice.name)),
                choice.label,
                choice.media.picture,
                choice.face,
                stop.arrows.get(choice.name),
                in_card=in_card,
            )
            for choice in choices
        ]

    def _option(
        self, code: str, label: Any, picture: str, face: int, target: int | None, *, in_card: bool
    ) -> dict[str, Any]:
        return {
            "code": code,
            "label": label,
            "picture": picture or (_face(face) if face else ""),
            "go": "" if target is None else self._go(target, in_card=in_card, is_short=True),
        }

    def _go(self, target: int, *, in_card: bool, is_short: bool = False) -> str:
        """Say where to go on."""
        if target != END:
            place = self._at(target)
            return (
                _("go to %(question)s", question=place) if is_short else _("Then go to %(question)s.", question=place)
            )
        if in_card:
            return _("end of this card") if is_short else _("This card is finished.")
        return _("you have finished") if is_short else _("You have finished. Thank you.")

    def _addressed(self, only_if: Condition, otherwise: int | None, *, in_card: bool = False) -> dict[str, Any] | None:
        """Say to whom something is addressed, and where the others go; None when it is for everybody."""
        if only_if == Constant(holds=True):
            return None
        unsaid = has_formula(only_if)
        clauses = word_clauses(only_if, self._structure, self._names, voice=Voice.READER)
        if otherwise is None:
            others = ""
        elif otherwise != END:
            others = _("Otherwise, go to %(question)s.", question=self._at(otherwise))
        else:
            others = _("Otherwise, this card is finished.") if in_card else _("Otherwise, you have finished.")
        if unsaid:
            # Whoever reads cannot compute it; who hands the sheet over reads the formula.
            said, listed = _("Answer only if you are asked to."), list(clauses)
        elif len(clauses) == 1:
            said, listed = _("Only if %(condition)s.", condition=clauses[0]), []
        else:
            said, listed = _("Only if all this is true:"), list(clauses)
        return {"said": said, "clauses": listed, "unsaid": unsaid, "others": others}

    def _text(self, texts: Mapping[str, str]) -> Any:
        """Return a text with a blank where it would quote an answer."""
        template = self._version.definition.text(texts, self._locale.tag)[0]
        return rich(_REFERENCE.sub(self._quoted, template)) if template else ""

    def _quoted(self, match: re.Match[str]) -> str:
        places = self._structure.by_name.get(match[1], ())
        key = self._structure.places[places[0]].node.key if len(places) == 1 else ""
        if key in self._numbers:
            return _("(your answer to %(question)s)", question=self._at(self._numbers[key]))
        return BLANK


_MARK_CODES = {"unknown": "-99", "refused": "-98"}


def _face(number: int) -> str:
    svg = (Path(current_app.static_folder or "") / "img" / "faces.svg").read_text(encoding="utf-8")
    one = svg.replace('width="240" height="48"', f'width="48" height="48" viewBox="{48 * (number - 1)} 0 48 48"', 1)
    return _address("image/svg+xml", one.encode())


def _address(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _printed_media(session: Session, version: LoadedVersion) -> FormMedia:
    """Return the pictures of a version, each inside its address: a printed page fetches nothing."""
    refs = [ref for ref in list_files(session, version.id) if ref.media_type in PICTURES]
    contents: dict[str, str] = {}
    if refs:
        rows = session.execute(
            select(FormFile.sha256, FormFile.media_type, FormFile.content).where(
                FormFile.version_id == version.id, FormFile.media_type.in_(PICTURES)
            )
        )
        contents = {row.sha256: _address(row.media_type, row.content) for row in rows}

    def address(ref: FileRef) -> str:
        return contents.get(ref.sha256, "")

    return FormMedia(files={file_key(ref.name): ref for ref in refs}, address=address)
