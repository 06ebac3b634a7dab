"""What a printed page and a keying screen share: the questions in order, and the code of each choice."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.datafiles.variables import ACKNOWLEDGED, number_codes
from surveys.definition import Item, ItemType
from surveys.paper.routing import Element, Stop, lay_out, stops_of
from surveys.structure import Structure


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """The elements in order, the questions among them, and the code of each choice by item: those of data files."""

    elements: tuple[Element, ...]
    stops: tuple[Stop, ...]
    codes: Mapping[str, Mapping[str, int]]


def plan_of(structure: Structure) -> PaperPlan:
    """Return the plan of a version."""
    elements = lay_out(structure)
    stops = tuple(stops_of(elements))
    return PaperPlan(elements, stops, {stop.item.key: codes_of(structure, stop.item) for stop in stops})


def codes_of(structure: Structure, item: Item) -> Mapping[str, int]:
    """Return the code of each choice of an item by its name."""
    if item.type is ItemType.ACKNOWLEDGE:
        return {ACKNOWLEDGED: 1}
    return number_codes({choice.name: "" for choice in structure.choices(item)}) if item.type.has_choices else {}
