"""The design system: macros, their styles, and a gallery that shows them all."""

from typing import Any

from flask import Flask

from app.components import assets, gallery, navigation, preferences


def init_app(app: Flask) -> None:
    """Open this room."""
    app.jinja_env.globals["asset"] = assets.asset
    app.jinja_env.globals["study_navigation"] = navigation.study_navigation
    app.jinja_env.globals["chosen_theme"] = preferences.chosen_theme
    app.jinja_env.globals["here"] = preferences.here
    app.jinja_env.filters["dropnone"] = drop_none
    app.register_blueprint(preferences.blueprint)
    app.register_blueprint(gallery.blueprint)


def drop_none(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that have a value; WTForms would write the others as "None"."""
    return {name: value for name, value in attributes.items() if value is not None}
