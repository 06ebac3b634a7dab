"""Whatever a form brings, an author can make by hand: each type has its kind, each look that pages know its words."""

import pytest

from app.wording.forms import kind_menu, kind_name, look_name
from surveys.definition import Item, ItemType
from surveys.editing.kinds import GROUPS, LOOKS, SHAPES, Kind, kind_of
from surveys.presentation import Look, look_of
from tests.factories.forms import edited_form


def item_of(shape):
    return Item(name="q", key="q", path="/data/q", type=shape.type, appearance=shape.look)


def test_every_type_has_a_kind():
    assert {shape.type for shape in SHAPES.values()} == set(ItemType)


def test_every_kind_is_offered_once_and_named(app):
    with app.test_request_context():
        offered = [value for _title, options in kind_menu(with_groups=True) for value, _words in options]
        names = [kind_name(kind) for kind in Kind]

    assert sorted(offered) == sorted(kind.value for kind in Kind)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", [kind for kind in SHAPES if kind is not Kind.YES_NO])
def test_item_made_of_a_kind_is_of_that_kind(kind):
    assert kind_of(item_of(SHAPES[kind])) == kind
    assert kind not in GROUPS


def test_every_layout_of_choices_can_be_asked_for():
    """Pictures come with their files, a menu and a search with the length of the list too."""
    choices = edited_form().choice_lists["lieu"]
    asked = {
        look_of(item_with(ItemType.SELECT_ONE, look), choices * (15 if look == "search" else 1))
        for look in LOOKS[ItemType.SELECT_ONE]
    } | {look_of(item_with(ItemType.RANGE, look), ()) for look in LOOKS[ItemType.RANGE]}

    assert asked | {Look.PICTURES} == set(Look)


def item_with(kind, look):
    faces = look.removeprefix("faces:")
    own = {"tresse": {"faces": faces}} if faces != look else {}
    return Item(name="q", key="q", path="/data/q", type=kind, appearance="" if own else look, extras=own)


def test_every_look_is_named(app):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        unnamed = [
            (kind, look)
            for kind, looks in LOOKS.items()
            for look in looks
            if look_name(item_with(kind, look), look) == look
        ]

    assert unnamed == []
