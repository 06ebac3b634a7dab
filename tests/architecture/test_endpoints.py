"""One table of permissions: every endpoint is in it, and only those that say so write."""

from app.security import ALLOWED, Action

# Flask's own; answers files of the static folder to everybody.
NO_ACTION = {"static"}
READING = {"GET", "HEAD", "OPTIONS"}


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in NO_ACTION]


def test_every_endpoint_names_its_action(app):
    nameless = [rule.endpoint for rule in rules(app) if not hasattr(app.view_functions[rule.endpoint], "action")]

    assert nameless == []


def test_every_action_is_in_the_table_and_in_order():
    names = [action.name for action in Action]

    assert set(ALLOWED) == set(Action)
    assert names == sorted(names)
    assert list(ALLOWED) == sorted(ALLOWED, key=lambda action: action.name)


def test_every_action_is_used(app):
    used = {app.view_functions[rule.endpoint].action for rule in rules(app)}

    assert [action.name for action in Action if action not in used] == []


def test_study_actions_are_on_addresses_that_name_the_study(app):
    astray = [
        rule.endpoint
        for rule in rules(app)
        if app.view_functions[rule.endpoint].action.startswith("study:") != ("study_key" in rule.arguments)
    ]

    assert astray == []


def test_views_that_read_never_write(app):
    writing = [
        rule.endpoint
        for rule in rules(app)
        if getattr(app.view_functions[rule.endpoint], "writes", False) and rule.methods & READING - {"OPTIONS"}
    ]

    assert writing == []


def test_views_that_are_posted_to_write_in_one_place(app):
    # What is posted only to compute or to set a cookie writes nothing.
    computing = {"preferences.choose_theme", "preferences.choose_language"}
    silent = [
        rule.endpoint
        for rule in rules(app)
        if not rule.methods & {"GET"} and not getattr(app.view_functions[rule.endpoint], "writes", False)
    ]

    assert sorted(set(silent) - computing) == []
