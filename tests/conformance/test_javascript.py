"""The phone's interpreter and form engine against what was recorded from ODK's own: the same, or left to the server."""

import json
import math
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from surveys.expressions import ExpressionError, parse
from surveys.occurrences import key_at, split_key
from surveys.phone_form import phone_form
from surveys.structure import ROOT
from surveys.versions import prepare
from surveys.xlsform import read_form
from tests.conformance.test_expressions import compute, read_document, recorded
from tests.conformance.test_form_traces import FORMS, MOMENT, TRACES, Replay
from tests.phone.engine import ask_phone, number_text, plain_tree

__all__ = ["recorded"]


def expected(case, documents, zone, locale):
    try:
        answer = compute(case, documents[case["xml"]], zone, locale)
    except ExpressionError:
        return {"failure": True}
    return {"number": number_text(answer)} if isinstance(answer, float) else {"value": answer}


def test_phone_gives_the_recorded_answers_of_expressions(recorded):
    zone, locale = recorded["env"]["timezone"], recorded["env"]["locale"]
    documents = [read_document(source) for source in recorded["documents"]]
    cases = [
        {
            "document": case["xml"],
            "context": parse(case["context"]).tree,
            "tree": parse(case["expression"], strict=False).tree,
            "type": case["type"],
        }
        for case in recorded["tests"]
    ]
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC).isoformat()
    answers = ask_phone(
        expressions={
            "zone": zone,
            "locale": locale,
            "moment": moment,
            "documents": [plain_tree(each) for each in documents],
            "cases": cases,
        }
    )["expressions"]

    computed = [
        (case["expression"], expected(case, documents, ZoneInfo(zone), locale), answer)
        for case, answer in zip(recorded["tests"], answers, strict=True)
        if answer != {"ask": True}
    ]
    disagreements = [each for each in computed if normal(each[1]) != normal(each[2])]

    assert disagreements == []
    assert len(computed) / len(answers) > 0.8


def normal(answer):
    if "number" not in answer:
        return answer
    number = float(answer["number"])
    return "NaN" if math.isnan(number) else number


ASKED = {"/data/group_theme/nom_prenoms", "/data/headOfHousehold/SEClass"}
"""A pattern that repeats a repetition, met with a long text; a text by its identifier."""


class PhoneReplay(Replay):
    """One form and what the phone said at each step."""

    def __init__(self, structure, states):
        self.structure = structure
        self.repeats = {place.node.path for place in structure.places if place.repeats and place.index in place.repeats}
        self.states = iter(states)
        self.asked = {self.path(key) for state in states for key in state["asks"]}
        self.look()

    def known_of(self, faults):
        """Leave out the questions of which the phone asks the server."""
        return {fault for fault in faults if fault.rpartition(",")[0] not in self.asked}

    def agrees(self, step):
        kinds = ("newViolations", "fixedViolations")
        return super().agrees({**step, **{kind: self.known_of(step.get(kind, ())) for kind in kinds}})

    def look(self):
        state = next(self.states)
        items = {self.path(key): (key, said) for key, said in state["items"].items()}
        self.relevant = {path for path, (_key, said) in items.items() if said["relevant"]}
        told = (f"{self.path(key)},{fault}" for key, fault, _code in state["violations"] if fault != "type")
        self.faults = self.known_of(told)
        self.computed = {
            path: said["text"] for path, (key, said) in items.items() if said["relevant"] and self.computes(key)
        }

    def computes(self, key):
        return getattr(self.structure.place(key).node, "calculation", None) is not None and not self.quotes_itext(key)

    def quotes_itext(self, key):
        """Whether it is computed by what the phone leaves to the server."""
        return "jr:itext" in getattr(getattr(self.structure.place(key).node, "calculation", None), "source", "")

    def path(self, key):
        base, numbers = split_key(key)
        steps, left, index = [], list(numbers), self.structure.by_key[base]
        while index != ROOT:
            place = self.structure.places[index]
            is_repeat = index in place.repeats
            steps.append(f"{place.node.name}[{left.pop()}]" if is_repeat and left else place.node.name)
            index = place.parent
        return "/".join(["", self.structure.definition.root, *reversed(steps)])

    def take(self, step):
        """Nothing to do: the phone was given all the answers of each step."""


def key_of(structure, path):
    numbers = tuple(int(number) for number in re.findall(r"\[(\d+)\]", path))
    return key_at(structure.places[structure.by_path[re.sub(r"\[\d+\]", "", path)]].node.key, numbers)


def drafts_of(structure, steps):
    """Return the answers before each step and after the last."""
    answers, drafts = {}, [{}]
    for step in steps:
        if step["op"] == "add-repeat":
            key = key_of(structure, re.sub(r"\[\d+\]$", "", step["ref"]))
            answers = answers | {key: answers.get(key, 1) + 1}
        else:
            answers = answers | {key_of(structure, step["ref"]): step["val"]}
        drafts.append(answers)
    return [{"answers": given, "moment": MOMENT.isoformat(), "beginsWith": 1} for given in drafts]


@pytest.mark.skipif(not TRACES.is_dir(), reason="the shared samples are not here")
@pytest.mark.parametrize("trace", sorted(TRACES.glob("*.json")), ids=lambda path: path.name.removesuffix(".json"))
def test_phone_agrees_with_every_step_of_odk(trace):
    form = FORMS / trace.name.removesuffix(".json")
    structure, pages = prepare(read_form(form.read_bytes(), file_name=form.name).definition)
    traces = json.loads(trace.read_text())["traces"]
    written = phone_form(structure, pages)
    answers = ask_phone(
        forms=[{"form": written, "drafts": drafts_of(structure, each["steps"]), "brief": True} for each in traces]
    )

    disagreements = []
    for recorded_trace, states in zip(traces, answers["forms"], strict=True):
        replay = PhoneReplay(structure, states)
        assert replay.relevant == replay.own(recorded_trace["initial"]["relevant"])
        assert replay.faults == replay.known_of(",".join(each) for each in recorded_trace["initial"]["violations"])
        assert replay.asked <= ASKED
        disagreements += [step for step in recorded_trace["steps"] if not replay.agrees(step)]

    assert disagreements == []
