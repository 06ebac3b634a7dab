"""What the import of a form has to say: each remark with its place, to be worded by the pages."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import Invalid


class Severity(enum.StrEnum):
    """Whether the form is refused."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark.

    `code` is a key of the wording table; `sheet`, `row` (1 is the line of headers, 0 is no line) and `column` say
    where; `details` holds what the sentence names.
    """

    severity: Severity
    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return what is kept with the version."""
        return {
            "severity": self.severity.value,
            "code": self.code,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "details": dict(self.details),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Problem":
        """Read what `to_json` wrote."""
        return cls(
            Severity(data["severity"]), data["code"], data["sheet"], data["row"], data["column"], data["details"]
        )


def error(code: str, sheet: str = "", row: int = 0, column: str = "", **details: Any) -> Problem:
    """Make a remark that refuses the form."""
    return Problem(Severity.ERROR, f"surveys.{code}", sheet, row, column, details)


def warning(code: str, sheet: str = "", row: int = 0, column: str = "", **details: Any) -> Problem:
    """Make a remark that lets it through."""
    return Problem(Severity.WARNING, f"surveys.{code}", sheet, row, column, details)


class FormRefused(Invalid):
    """The form cannot be used as it is; `problems` says why and where, errors first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)
        errors = sum(problem.severity is Severity.ERROR for problem in problems)
        super().__init__("surveys.form_refused", count=errors)
