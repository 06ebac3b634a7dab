"""Error bases of the domain: they carry data, pages and commands word them."""

from typing import Any


class DomainError(Exception):
    """Something the domain refuses.

    `code` names the reason (a key of the wording table), `details` holds what the sentence needs:
    identifiers, a file, a sheet, a row, a limit.
    """

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details


class NotFound(DomainError):
    """The object asked for does not exist, or not for this study."""


class Conflict(DomainError):
    """The object's state forbids the act (a published version cannot change)."""


class Invalid(DomainError):
    """The value given does not fit."""


class Forbidden(DomainError):
    """This person may not do this here."""
