"""17 real forms replayed step by step; the expected states come from ODK's own engine.

What we answer otherwise, on purpose, is left out here and said in docs/method/questionnaire-engine.md: a number off the
scale of a range is a fault for us; jr:itext() of a choice gives its label.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from surveys.engine import apply_defaults, evaluate_instance
from surveys.instance import Instance, text_of
from surveys.structure import build_structure
from surveys.xlsform import read_form

SHARED = Path(__file__).parents[3] / "shared"
TRACES = SHARED / "conformance" / "form_traces"
FORMS = SHARED / "samples" / "xlsform"
# The traces were made on a summer day: their answers are compared to today() by two forms.
MOMENT = datetime(2026, 8, 20, 12, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not TRACES.is_dir(), reason="the shared samples are not here")


class Replay:
    """One form and the tree of answers being filled."""

    def __init__(self, structure):
        self.structure = structure
        self.instance = Instance(structure)
        self.repeats = {place.node.path for place in structure.places if place.repeats and place.index in place.repeats}
        apply_defaults(self.instance, moment=MOMENT)
        self.look()

    def look(self):
        state = evaluate_instance(self.instance, moment=MOMENT)
        self.at = {self.instance.path(each): each for each in self.instance.walk()}
        path_of = {state.name(each): path for path, each in self.at.items()}
        self.relevant = {path for path, each in self.at.items() if each.relevant}
        self.faults = {
            f"{path_of[each.key]},{each.fault.value}" for each in state.violations() if each.fault.value != "type"
        }
        self.computed = {path: each.value for path, each in self.at.items() if each.relevant and self._computes(each)}

    def _computes(self, occurrence):
        calculation = getattr(self.structure.places[occurrence.index].node, "calculation", None)
        return calculation is not None and "jr:itext" not in calculation.source

    def own(self, paths):
        """Leave out what is no node of ours: the root, the engine's metadata, a repeat as a whole."""
        return {
            path for path in paths if path != "/data" and not path.startswith("/data/meta") and path not in self.repeats
        }

    def take(self, step):
        if step["op"] == "add-repeat":
            index = self.structure.by_path[re.sub(r"\[\d+\]", "", step["ref"])]
            self.instance.add(index, self.at.get(step["ref"].rpartition("/")[0], self.instance.root), {})
        else:
            self.at[step["ref"]].stored = text_of(step["val"])

    def agrees(self, step):
        relevant, faults, computed = self.relevant, self.faults, self.computed
        self.take(step)
        self.look()
        # What comes with a group shown again is no news for ODK's recorder; we compare what was there before too.
        lasting = self.computed.keys() & computed.keys()
        changed = {path: self.computed[path] for path in lasting if self.computed[path] != computed[path]}
        told = {path: text_of(value) for path, value in step.get("calc", {}).items() if path in lasting}
        return (
            self.relevant - relevant == self.own(step.get("shown", ()))
            and relevant - self.relevant == self.own(step.get("hidden", ()))
            and self.faults - faults == set(step.get("newViolations", ()))
            and faults - self.faults == set(step.get("fixedViolations", ()))
            and changed == told
        )


@pytest.mark.parametrize("trace", sorted(TRACES.glob("*.json")), ids=lambda path: path.name.removesuffix(".json"))
def test_every_step_agrees_with_odk(trace):
    form = FORMS / trace.name.removesuffix(".json")
    structure = build_structure(read_form(form.read_bytes(), file_name=form.name).definition)
    disagreements = []
    for recorded in json.loads(trace.read_text())["traces"]:
        replay = Replay(structure)
        assert replay.relevant == replay.own(recorded["initial"]["relevant"])
        assert replay.faults == {",".join(each) for each in recorded["initial"]["violations"]}
        disagreements += [(number, step) for number, step in enumerate(recorded["steps"]) if not replay.agrees(step)]

    assert disagreements == []
