"""The written part of the demonstration: interviews, codings, codebook, questionnaires, the words of the report."""

import csv
from dataclasses import dataclass
from pathlib import Path

from app.demo.people import Interviewed

CONTENT = Path(__file__).parent / "content"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the tables, by column name."""
    with (CONTENT / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def interview_rows() -> list[dict[str, str]]:
    """Return what is known of each interview, recipients first."""
    return rows("interviews_beneficiaries.csv") + rows("interviews_professionals.csv")


def coding_rows() -> list[dict[str, str]]:
    """Return who put which code on which words."""
    return rows("codings_beneficiaries.csv") + rows("codings_professionals.csv")


def interviewed_recipients() -> list[Interviewed]:
    """Return the recipients whose interview was written, as the draw must place them."""
    return [
        Interviewed(
            pseudonym=row["pseudonym"],
            site=row["site"],
            is_invited=row["arm"] == "program",
            enrolled=row["flow_state"] == "enrolled",
            children=row["children"],
            age_bracket=row["age_bracket"],
            rsa_years=row["rsa_years"],
        )
        for row in rows("interviews_beneficiaries.csv")
    ]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the written report: `kind` is head, text, key_points, or that of a placeholder with its name."""

    kind: str
    text: str


def report_head() -> dict[str, str]:
    """Return title, subtitle, authors, date and notice of the report."""
    head = (CONTENT / "report.md").read_text(encoding="utf-8").split("---\n")[1]
    return dict(line.split(": ", 1) for line in head.strip().splitlines())


def report_pieces() -> list[Piece]:
    """Return the report in order; consecutive paragraphs are one text under their finding."""
    body = (CONTENT / "report.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    pieces: list[Piece] = []
    for paragraph in (part.strip() for part in body.split("\n\n")):
        if paragraph.startswith("## "):
            pieces.append(Piece("head", paragraph.removeprefix("## ")))
        elif paragraph.startswith("> À retenir : "):
            pieces.append(Piece("key_points", paragraph.removeprefix("> À retenir : ")))
        elif paragraph.startswith("> À retenir"):
            pieces.append(Piece("key_points", paragraph.split(":", 1)[1].strip()))
        elif paragraph.startswith("[["):
            kind, _, name = paragraph.strip("[]").partition(":")
            pieces.append(Piece(kind, name))
        elif pieces and pieces[-1].kind == "text":
            pieces[-1] = Piece("text", f"{pieces[-1].text}\n\n{paragraph}")
        elif paragraph:
            pieces.append(Piece("text", paragraph))
    return pieces
