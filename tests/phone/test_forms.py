"""What the phone says of a form and its answers is what the server says; where it says nothing, it asks."""

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from surveys.definition import Item
from surveys.engine import FormState, evaluate_form
from surveys.models import Missing
from surveys.phone_form import phone_form
from surveys.reading import read_page
from surveys.routing import Page, closing_pages, next_page, page_by_key, previous_page, shown_pages
from surveys.structure import Structure
from tests.phone.engine import ask_phone
from tests.phone.forms import MOMENT, FormDrawing

UNKNOWN = "?"
MANY = 500
"""Nodes of a state that is not compared: counts that multiply make thousands, which takes long to write down."""
QUOTED_UNKNOWN = "…"


def escape(text: str) -> str:
    return "".join(f"&#{ord(sign)};" if sign in "&<>\"'" else sign for sign in text)


def server_state(structure: Structure, draft: dict[str, Any]) -> FormState:
    return evaluate_form(
        structure,
        draft["answers"],
        moment=MOMENT,
        seed=draft["seed"],
        locale=draft["locale"],
        missing=frozenset(draft["missing"]),
        changed=frozenset(draft["changed"]),
        started=draft["carried"],
        begins_with=0,
    )


def size(form: FormDrawing, draft: dict[str, Any]) -> int:
    return sum(1 for _ in server_state(form.structure, draft).instance.walk())


def facts(state: FormState) -> dict[str, dict[str, Any]]:
    found = {}
    for occurrence in state.instance.walk():
        key = state.name(occurrence)
        node = state.structure.places[occurrence.index].node
        found[key] = {"relevant": occurrence.relevant, "label": worded(state, key, "labels")}
        if isinstance(node, Item):
            found[key] |= {
                "required": state.requires(occurrence),
                "readOnly": state.is_read_only(key),
                "value": state.typed(occurrence),
                "text": occurrence.value,
                "choices": [[each.name, escape(each.label), each.locale] for each in state.choices_at(occurrence)],
                "hint": worded(state, key, "hints"),
                "fault": [[each.fault.value, each.code] for each in state.violations([key])],
                "wording": worded(state, key, "constraint_messages"),
            }
    return found


def worded(state: FormState, key: str, kind: str) -> list[str]:
    text, tag = state.text(key, kind)
    return [escape(text), tag]


def named(page: Page | None) -> Any:
    return None if page is None else [page.key, page.roster, list(page.items), list(page.headings)]


def routes(pages: tuple[Page, ...], state: FormState, phone: dict[str, Any]) -> dict[str, Any]:
    def page_of(key: str, roster: str) -> Page:
        among = tuple(page for page in pages if bool(page.roster) == bool(roster))
        page = page_by_key(among, key)
        assert page is not None, (key, roster, [(p.key, p.repeats, p.roster) for p in pages])
        return page

    return {
        "pages": [named(page) for page in shown_pages(pages, state)],
        "first": named(next_page(pages, state, None)),
        "closing": [named(page) for page in closing_pages(pages, state)],
        "next": [
            [key, roster, named(next_page(pages, state, page)), named(previous_page(pages, state, page))]
            for key, roster, _next, _previous in phone["next"]
            for page in [page_of(key, roster)]
        ],
    }


def differs(server: Any, phone: Any) -> bool:
    """Whether a fact that the phone knows is another one on the server."""
    return phone != UNKNOWN and QUOTED_UNKNOWN not in str(phone) and server != phone


@pytest.mark.parametrize("start", [0, 1000])
def test_phone_and_server_agree_on_random_forms(start):
    drawn = [FormDrawing(start + seed) for seed in range(40)]
    drafts = [[draft for draft in (form.draft() for _ in range(5)) if size(form, draft) < MANY] for form in drawn]
    answers = ask_phone(
        forms=[
            {"form": phone_form(form.structure, form.pages), "drafts": given}
            for form, given in zip(drawn, drafts, strict=True)
        ]
    )["forms"]

    disagreements, counts = [], Counter[str]()
    for number, (form, given, states) in enumerate(zip(drawn, drafts, answers, strict=True)):
        for draft, phone in zip(given, states, strict=True):
            state = server_state(form.structure, draft)
            server = facts(state)
            whole = not phone["asks"]
            counts["whole" if whole else "asking"] += 1
            if whole:
                assert server.keys() == phone["items"].keys()
                extra = routes(form.pages, state, phone)
                extra["violations"] = [[each.key, each.fault.value, each.code] for each in state.violations()]
                extra["calculated"] = state.calculated
                disagreements += [
                    (start + number, name, said, phone[name]) for name, said in extra.items() if said != phone[name]
                ]
            for key, said in phone["items"].items():
                if not whole and key not in server:
                    # how many occurrences a repeat has, only the server knows
                    assert said["relevant"] == UNKNOWN
                    continue
                for fact, phone_fact in said.items():
                    counts["unknown" if phone_fact == UNKNOWN else "known"] += 1
                    if differs(server[key][fact], phone_fact):
                        disagreements.append((start + number, key, fact, server[key][fact], phone_fact))

    assert disagreements[:5] == []
    assert counts["whole"] > 0.5 * counts["asking"]
    assert counts["known"] > 15 * counts["unknown"]


@dataclass
class DraftInMemory:
    """What `read_page` needs of a draft."""

    version: Any
    state: FormState
    answers: dict[str, Any]
    missing: dict[str, Missing]
    carried: dict[str, Any]
    seed: int
    locale: str
    confirmed: frozenset[str]
    moment: Any = MOMENT


@dataclass
class VersionInMemory:
    """What `read_page` needs of a version."""

    structure: Structure
    pages: tuple[Page, ...]

    @property
    def definition(self) -> Any:
        return self.structure.definition


class Walk:
    """Somebody who goes through a form, page after page, back and forth, and answers anything."""

    def __init__(self, seed: int) -> None:
        self.form = FormDrawing(seed)
        self.random = random.Random(seed)
        self.start = {**self.form.draft(), "changed": []}
        self.answers = dict(self.start["answers"])
        self.missing = {key: Missing(mark) for key, mark in self.start["missing"].items()}
        self.carried = dict(self.start["carried"])
        self.confirmed: frozenset[str] = frozenset()
        self.sent: list[dict[str, Any]] = []
        self.read: list[dict[str, Any]] = []
        for _ in range(6):
            self.step()

    def step(self) -> None:
        marks = {key: mark.value for key, mark in self.missing.items()}
        state = server_state(
            self.form.structure,
            {**self.start, "answers": self.answers, "missing": marks, "carried": self.carried},
        )
        shown = shown_pages(self.form.pages, state)
        if not shown or len(shown) > 100:
            return
        page = self.random.choice(shown)
        fields = {
            name: typed for key in page.items for name, typed in self.fields(key, self.form.structure.item(key)).items()
        }
        draft = DraftInMemory(
            VersionInMemory(self.form.structure, self.form.pages),
            state,
            self.answers,
            self.missing,
            self.carried,
            self.start["seed"],
            self.start["locale"],
            self.confirmed,
        )
        reading = read_page(draft, page, fields)  # type: ignore[arg-type]
        self.sent.append({"key": page.key, "roster": page.roster, "fields": fields})
        self.read.append(
            {
                "answers": dict(reading.answers),
                "missing": {key: mark.value for key, mark in reading.missing.items()},
                "carried": dict(reading.carried),
                "revealed": list(reading.revealed),
                "violations": [[each.key, each.fault.value, each.code] for each in reading.violations],
                "confirmed": [key for key in page.items if key in reading.confirmed],
                "next": [reading.next_page.key, reading.next_page.roster] if reading.next_page else None,
            }
        )
        self.answers = {**self.answers, **reading.answers}
        self.missing = {key: mark for key, mark in self.missing.items() if key not in reading.answers} | dict(
            reading.missing
        )
        self.carried = dict(reading.carried)
        self.confirmed = self.confirmed - set(reading.answers) | reading.confirmed

    def fields(self, key: str, item: Item) -> dict[str, list[str]]:
        if self.random.random() < 0.15:
            return {}
        fields: dict[str, list[str]] = {}
        if item.type.is_answered and self.random.random() < 0.8:
            answer = self.form.answer(item)
            fields[key] = [str(each) for each in answer] if isinstance(answer, list) else [str(answer)]
        elif self.random.random() < 0.3:
            fields |= {f"{key}:day": ["3"], f"{key}:month": ["2"], f"{key}:year": ["2026"], f"{key}:time": ["8h"]}
        if self.random.random() < 0.3:
            fields[f"{key}:sure"] = fields.get(key, [""])
        if self.random.random() < 0.2:
            fields[f"{key}:missing"] = [self.random.choice(("unknown", "refused", "", "x"))]
        return fields


def test_phone_and_server_read_the_same_of_pages_sent():
    walks = [Walk(seed) for seed in range(50)]
    questions = [
        {"form": phone_form(walk.form.structure, walk.form.pages), "draft": walk.start, "pages": walk.sent}
        for walk in walks
    ]

    answers = ask_phone(readings=questions)["readings"]

    disagreements, counts = [], Counter[str]()
    for number, (walk, readings) in enumerate(zip(walks, answers, strict=True)):
        for server, phone in zip(walk.read, readings, strict=True):
            if phone is None or phone.pop("asks"):
                counts["asking"] += 1
                break  # what comes after rests on what the server alone knows
            counts["whole"] += 1
            if server != phone:
                disagreements.append((number, server, phone))
                break
    assert disagreements[:3] == []
    assert counts["whole"] > 5 * counts["asking"]
