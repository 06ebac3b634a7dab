"""gettext with the type that it has."""

import flask_babel


def gettext(message: str, **values: object) -> str:
    """Return the message in the language in force."""
    words: str = flask_babel.gettext(message, **values)
    return words


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Return the message for that number in the language in force."""
    words: str = flask_babel.ngettext(one, many, number, **values)
    return words
