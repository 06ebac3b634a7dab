"""Somebody who answers a form through its pages, without knowing it: reads what each field is, answers, mends, goes on.

What they said is noted by question, in the words of exports, so that it can be compared with what was kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any
from urllib.parse import unquote

from surveys.definition import Definition
from surveys.exports import REFUSED, UNKNOWN
from surveys.repeated import repeat_tables
from tests.factories.media import MP3, png
from tests.old_browser import Control, Form, OldBrowser, Screen

MAX_STEPS = 2_000
TRIES = 16
NUMBERS = ("3", "1", "0", "12", "30", "75", "150", "1990", "2020", "0612345678", "100000", "-1")
TEXTS = (
    "Ça va, « bien » : 100 % & <plus>",
    "Ab",
    "CAMILLE FICTIF",
    "0612345678",
    "a@example.org",
    "12",
    "1990",
    "https://example.org",
)
CODES = {"unknown": UNKNOWN, "refused": REFUSED}
_PLACE = re.compile(r"#b(\d+)((?:-\d+)*)$")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


class Manner(StrEnum):
    """How somebody answers."""

    ANSWERS = "answers"
    CLUMSY = "clumsy"
    """First something that cannot be read, wherever one types."""
    UNKNOWN = "unknown"
    """« I don't know » wherever it is offered."""
    REFUSED = "refused"


@dataclass
class Question:
    """The fields of one question on a page: alone, by what follows « : », and how one may not answer."""

    key: str
    controls: list[Control] = field(default_factory=list)
    parts: dict[str, list[Control]] = field(default_factory=dict)

    @property
    def marks(self) -> list[str]:
        """The ways not to answer that are offered."""
        boxes = [each.value for each in self.parts.get("missing", ())]
        return boxes + [each.value[1:] for each in self.controls if each.value.startswith(":")]

    def mark(self, value: str) -> dict[str, Any]:
        """Return the fields that say nothing is answered, and why."""
        fields: dict[str, Any] = {each.name: [] for each in self.controls if each.kind in {"radio", "checkbox"}}
        if "missing" in self.parts:
            return fields | {f"{self.key}:missing": [value]}
        return fields | {self.key: [f":{value}"]}


def questions_of(form: Form) -> dict[str, Question]:
    """Return the questions of a page by key."""
    found: dict[str, Question] = {}
    for control in form.fields():
        key, _colon, part = control.name.partition(":")
        if not key:
            continue
        question = found.setdefault(key, Question(key))
        if part:
            question.parts.setdefault(part, []).append(control)
        else:
            question.controls.append(control)
    return found


class Respondent:
    """Walks through a form from its first page to the receipt.

    `said` holds what was said last, by key; `turns_back` is on how many pages they look back, of ten.
    """

    def __init__(
        self,
        browser: OldBrowser,
        code: str,
        definition: Definition,
        *,
        seed: int = 1,
        manner: Manner = Manner.ANSWERS,
        turns_back: int = 10,
        cards: int = 2,
    ) -> None:
        self.browser, self.code = browser, code
        self.random = Random(seed)
        self.manner = manner
        self.turns_back = turns_back
        self.cards = cards
        self.said: dict[str, str] = {}
        self.names: dict[str, str] = {}
        """Keys of questions by their place in the form, without the numbers of cards."""
        self.receipt = ""
        self.was_mended = 0
        self._around = {item.key: table.around for table in repeat_tables(definition) for item in table.items}
        self._around |= {table.repeat.key: table.around[:-1] for table in repeat_tables(definition)}
        self._added: dict[str, int] = {}
        self._tries: dict[str, int] = {}
        self._returned: set[str] = set()

    @property
    def screen(self) -> Screen:
        return self.browser.screen

    def start(self, locale: str = "") -> None:
        """Begin, in a language."""
        self.browser.open(f"/r/{self.code}" + (f"?lang={locale}" if locale else ""))
        self.browser.press(self._form(f"/r/{self.code}"))

    def answer_all(self, pages: int = MAX_STEPS) -> None:
        """Answer page after page until the last reading; stop after `pages`."""
        for _step in range(min(pages, MAX_STEPS)):
            if self._key is None:
                return
            self._answer_page()
        assert pages < MAX_STEPS, f"no end is in sight: {self.screen.address}"

    def send(self) -> dict[str, str]:
        """Send from the last reading and keep the receipt; return the answers read there, by key."""
        for _try in range(TRIES):
            wrong = [address for address, _words in self.screen.links if "check=1" in address]
            if not wrong:
                break
            self.browser.open(wrong[0])
            self._answer_page()
            self.answer_all()
        read = self.keys_read()
        self.browser.press(self._form(f"/r/{self.code}/verifier"))
        found = re.search(r'class="receipt" dir="ltr">([^<]+)<', self.screen.html)
        assert found, self.screen.html
        self.receipt = found[1]
        return read

    def keys_read(self) -> dict[str, str]:
        """Return the keys of the questions that the last reading lists, each with the address to change it."""
        assert self.screen.path.endswith("/verifier"), self.screen.html
        lines = [
            ((found[1], found[2].split("-")[1:]), link)
            for link, _words in self.screen.links
            if (found := _PLACE.search(link))
        ]
        return {_joined(self.names[place], numbers): link for (place, numbers), link in lines if place in self.names}

    def pause_and_resume(self, other: OldBrowser) -> None:
        """Take a break, write the code down, go on with another phone."""
        here = self.screen.path
        form = self._form(here)
        kept = form.state()
        self.browser.press(form, "move=pause")
        self.browser.press(self._form(f"/r/{self.code}/pause"))
        found = re.search(r'class="receipt" dir="ltr">([^<]+)<', self.screen.html)
        assert found, self.screen.html
        self.browser = other
        other.open("/recu")
        form = self._form("/recu")
        form.fill({"code": found[1].lower().replace("-", " ")})
        other.press(form)
        other.open(next(link for link, _words in other.screen.links if "/p/" in link))
        assert self.screen.path == here
        assert self._form(here).state() == kept

    @property
    def is_asked(self) -> bool:
        """Whether a page of questions is shown."""
        return self._key is not None

    @property
    def _key(self) -> str | None:
        """The key of the page shown, None where it is no page to answer."""
        prefix = f"/r/{self.code}/p/"
        return unquote(self.screen.path.removeprefix(prefix)) if self.screen.path.startswith(prefix) else None

    def _form(self, action: str) -> Form:
        """Return the form of the screen that is sent to an address."""
        for form in self.screen.forms:
            if unquote(form.action.partition("?")[0]) in {unquote(action), ""}:
                return form
        raise AssertionError(f"no form to {action}\n{self.screen.html}")

    def _answer_page(self) -> None:
        page = self._key
        assert page is not None, self.screen.html
        form = self._form(self.screen.path)
        asked = questions_of(form)
        if not asked and self._looks_after_cards(page):
            return
        self._note_places(form)
        for question in asked.values():
            if not self.said.get(question.key) or self._is_wrong(question):
                form.fill(self._answer(question))
        self._search(page)
        form = self._form(self.screen.path)
        typed = form.state()
        if self.random.randrange(10) < self.turns_back and page not in self._returned:
            self._returned.add(page)
            form = self._look_back(page, form, typed)
        before = self.screen.address
        self._press(form, "move=next")
        if self.screen.status == 422:
            self.was_mended += 1
            self._lost_nothing(typed)
            assert self.screen.errors or "doubts" in self.screen.html, (
                f"{before} says nothing of what is wrong\n{self.screen.html}"
            )
            wrong = [each for each in asked.values() if self._is_wrong(each)]
            for question in wrong:
                self._tries[question.key] = self._tries.get(question.key, 0) + 1
                self.said[question.key] = ""
            if not wrong:
                # A remark forbids to go on with these answers together.
                self._tries |= dict.fromkeys(asked, TRIES + 1)
                self.said |= dict.fromkeys(asked, "")
        else:
            assert self.screen.status == 200, self.screen.html

    def _press(self, form: Form, button: str) -> None:
        """Press a button, and note what the page said: it is kept whatever the button."""
        self.said |= self._meant(form)
        self.browser.press(form, button)

    def _look_back(self, page: str, form: Form, typed: Mapping[str, Any]) -> Form:
        """Go back with the page filled, come again: everything stands as it was."""
        address = self.screen.path
        self._press(form, "move=back")
        assert self.screen.status == 200, self.screen.html
        self.browser.open(address)
        assert self._key == page, f"{address} is gone: {self.screen.address}"
        self._lost_nothing(typed)
        again = self._form(address)
        # What was never sent is not there yet: files are sent by then.
        again.fill({name: value for name, value in typed.items() if name not in again.state()})
        self._note_places(again)
        return again

    def _lost_nothing(self, typed: Mapping[str, Any]) -> None:
        form = self._form(self.screen.path)
        stands = form.state()
        # A signature is kept as a file; what was typed to find a choice has served.
        served = (":search", ":name", ":sign", ":remove")
        lost = {
            name: (value, stands.get(name))
            for name, value in typed.items()
            if stands.get(name) != value
            and not name.endswith(served)
            and f"{name.partition(':')[0]}:missing" not in typed
            and _is_offered(form, name, value)
        }
        assert lost == {}, f"{self.screen.address} lost {lost}\n{self.screen.html}"

    def _note_places(self, form: Form) -> None:
        for control in form.fields():
            if control.block:
                self.names[control.block[1:].partition("-")[0]] = _split(control.name.partition(":")[0])[0]

    def _is_wrong(self, question: Question) -> bool:
        fields = [*question.controls, *(each for part in question.parts.values() for each in part)]
        return any(
            f'href="#{place}"' in self.screen.html for each in fields for place in (each.id, each.block) if place
        )

    # Answering one question.

    def _answer(self, question: Question) -> dict[str, Any]:
        tries = self._tries.get(question.key, 0)
        mark = {Manner.UNKNOWN: "unknown", Manner.REFUSED: "refused"}.get(self.manner, "")
        if question.marks and (mark in question.marks or tries > TRIES):
            return question.mark(mark if mark in question.marks else question.marks[0])
        fields: dict[str, Any] = {f"{question.key}:missing": []}
        first = (question.controls or [next(iter(question.parts.values()))[0]])[0]
        if self.manner is Manner.CLUMSY and not tries and self._is_typed(first, question):
            return fields | self._nonsense(question, first)
        if "file" in question.parts:
            return fields | self._file(question)
        if "sign" in question.parts:
            return fields | {f"{question.key}:name": "Camille Fictif", f"{question.key}:sign": ["1"]}
        if {"year", "time"} & set(question.parts):
            return fields | self._date(question, tries)
        if "search" in question.parts:
            return fields
        if not question.controls:
            return fields | self._rank(question)
        return fields | {question.key: self._one(question, first, tries)}

    def _is_typed(self, control: Control, question: Question) -> bool:
        mode = control.attributes.get("inputmode", "")
        return control.kind in {"text", "time"} and (mode in {"numeric", "decimal"} or "year" in question.parts)

    def _nonsense(self, question: Question, first: Control) -> dict[str, Any]:
        if "year" in question.parts:
            return {f"{question.key}:{part}": "31" for part in question.parts if part not in {"missing", "time"}}
        return {first.name: "25:70" if first.kind == "time" else "beaucoup"}

    def _one(self, question: Question, first: Control, tries: int) -> Any:
        if first.kind == "radio":
            return [self.random.choice([each.value for each in question.controls if each.value[:1] != ":"] or [""])]
        if first.kind == "checkbox":
            names = [each.value for each in question.controls]
            count = 1 if tries > 3 else self.random.randint(1, len(names))
            return self.random.sample(names, count)
        if first.kind == "select":
            return self.random.choice([value for value, _words in first.options if value] or [""])
        if first.kind == "time":
            return "14:30"
        if first.attributes.get("inputmode") in {"numeric", "decimal"}:
            hints = _NUMBER.findall(" ".join(self.screen.errors)) if tries else []
            return [*NUMBERS[:2], *hints, *NUMBERS[2:], *NUMBERS][(tries + self.random.randrange(2)) % 12]
        return TEXTS[tries % len(TEXTS)]

    def _file(self, question: Question) -> dict[str, Any]:
        accept = question.parts["file"][0].attributes.get("accept", "")
        content, name = {"image/*": (png(), "photo.png"), "audio/*": (MP3, "voix.mp3")}.get(
            accept, (b"%PDF-1.4\n%%EOF", "papier.pdf")
        )
        if accept == "video/*":
            content, name = b"\0\0\0\x18ftypmp42" + bytes(12) + b"vide" + bytes(40), "film.mp4"
        return {f"{question.key}:file": (content, name)}

    def _date(self, question: Question, tries: int) -> dict[str, Any]:
        year = ("2024", "1990", "2026", "2030", "1960")[tries % 5]
        given = {"day": str(self.random.randint(1, 28)), "month": str(self.random.randint(1, 12)), "year": year}
        given["time"] = "09:05"
        return {f"{question.key}:{part}": given[part] for part in question.parts if part in given}

    def _rank(self, question: Question) -> dict[str, Any]:
        names = [part for part in question.parts if part not in {"missing", "search"}]
        places = self.random.sample(range(1, len(names) + 1), len(names))
        return {f"{question.key}:{name}": str(place) for name, place in zip(names, places, strict=True)}

    def _search(self, page: str) -> None:
        """Find a choice in a long list: type a letter, press « Search », choose."""
        for letter in "aeiou":
            form = self._form(self.screen.path)
            waiting = [
                each
                for each in questions_of(form).values()
                if "search" in each.parts
                and not any(box.is_on for box in [*each.controls, *each.parts.get("missing", ())])
            ]
            if not waiting or self.manner in {Manner.UNKNOWN, Manner.REFUSED}:
                return
            for each in waiting:
                if choices := [box.value for box in each.controls if box.value[:1] != ":"]:
                    form.fill({each.key: [self.random.choice(choices)]})
                else:
                    form.fill({f"{each.key}:search": letter})
                    self.browser.press(form, "move=search")
                    assert self._key == page, self.screen.html
                    break

    def _meant(self, form: Form) -> dict[str, str]:
        """Return what a page says as it stands, by key, in the words of exports."""
        sent = form.state()
        hidden = {each.name: each.value for each in form.controls if each.kind == "hidden"}
        said = {}
        for key, question in questions_of(form).items():
            marks = [*sent.get(f"{key}:missing", []), *(each[1:] for each in sent.get(key, []) if each[:1] == ":")]
            parts = {part: sent.get(f"{key}:{part}", [""])[0] for part in question.parts}
            if marks:
                said[key] = CODES[marks[0]]
            elif "file" in question.parts or "sign" in question.parts:
                is_new = parts.get("name") or any(each.value for each in question.parts.get("file", ()))
                said[key] = hidden[f"{key}:id"] if is_new else self.said.get(key, "")
            elif {"year", "time"} & set(parts):
                said[key] = _moment(parts)
            elif not question.controls and "search" not in parts:
                places = {part: int(place) for part, place in parts.items() if place and part != "missing"}
                said[key] = " ".join(sorted(places, key=places.__getitem__))
            else:
                said[key] = _cell(question, sent.get(key, []))
        return said

    # Lists of cards.

    def _looks_after_cards(self, page: str) -> bool:
        """Add cards, take the first one out, go on; False where the page is no list that one changes."""
        adding = [
            link
            for link, words in self.screen.links
            if words.endswith(("ajouter", "ajouter encore", ": add", "add another", "إضافة"))
        ]
        taking = [link for link, _words in self.screen.links if "/enlever/" in link]
        added = self._added.get(page, 0)
        if adding and added < self.cards:
            self._added[page] = added + 1
            self.browser.open(adding[0])
            return True
        if taking and added == self.cards and len(taking) == self.cards:
            self._added[page] = added + 1
            self.browser.open(taking[0])
            self.browser.press(self._form(self.screen.path))
            self._forget_first(page)
            return True
        return False

    def _forget_first(self, roster: str) -> None:
        """Note that the first card of a list is gone and that the others moved up."""
        base, numbers = _split(roster)
        self.said = self._moved(self.said, base, numbers)
        self._added = self._moved(self._added, base, numbers)
        self._tries = self._moved(self._tries, base, numbers)

    def _moved(self, noted: Mapping[str, Any], base: str, numbers: tuple[int, ...]) -> dict[str, Any]:
        moved = {}
        for key, value in noted.items():
            name, own = _split(key)
            depth = len(numbers)
            if base not in self._around.get(name, ()) or own[:depth] != numbers:
                moved[key] = value
            elif own[depth] > 1:
                renamed = (*own[:depth], own[depth] - 1, *own[depth + 1 :])
                moved[_joined(name, renamed)] = value
        return moved


def _is_offered(form: Form, name: str, values: list[str]) -> bool:
    """Whether a field is still there with what was chosen in it: other answers of the page may have changed that."""
    controls = form.named(name)
    if not controls:
        return False
    if controls[0].kind == "select":
        return values[0] in [value for value, _words in controls[0].options]
    return controls[0].kind not in {"radio", "checkbox"} or set(values) <= {each.value for each in controls}


def _split(key: str) -> tuple[str, tuple[int, ...]]:
    found = re.fullmatch(r"(.*)\[([\d.]+)\]", key)
    return (found[1], tuple(map(int, found[2].split(".")))) if found else (key, ())


def _joined(name: str, numbers: Iterable[int | str]) -> str:
    written = ".".join(map(str, numbers))
    return f"{name}[{written}]" if written else name


def _moment(parts: Mapping[str, str]) -> str:
    day = ""
    if parts.get("year"):
        day = f"{parts['year']}-{int(parts.get('month', '1')):02}-{int(parts.get('day', '1')):02}"
    return f"{day}T{parts['time']}" if "time" in parts and day else day


def _cell(question: Question, values: list[str]) -> str:
    kinds = {each.kind for each in question.controls}
    text = " ".join(values).strip()
    if kinds == {"text"} and question.controls[0].attributes.get("inputmode") in {"numeric", "decimal"}:
        return text.replace(",", ".")
    return text
