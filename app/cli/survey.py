"""`survey check`, `survey simulate` and `survey export`: forms without a database."""

import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

from app.cli.forms import OpenedForm, open_form
from app.i18n import LOCALES
from app.wording import word
from app.wording.surveys import word_remark
from core.errors import Invalid
from surveys.routing import paginate
from surveys.simulation import simulate
from surveys.structure import Structure
from surveys.xlsform import FormRefused, Problem, Severity
from surveys.xlsform.writer import write_form

commands = AppGroup(
    "survey", help="Check a form, simulate answers to it, or write it as an XLSForm; no database is needed."
)
_BESIDE = click.argument("beside", nargs=-1, type=click.Path())
"""The lists that the form reads; those in its folder are found without being named."""
_LANGUAGE_OPTION = click.option("--lang", default=None, help="Language of the sentences: fr or en.")


class Refused(click.ClickException):
    """One clear sentence on stderr, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the sentence alone: scripts read it."""
        click.echo(self.message, err=True, file=file)


def init_app(app: Flask) -> None:
    """Offer these commands."""
    app.cli.add_command(commands)


def choose_language(lang: str | None) -> str:
    """Return the language of a command: the option, TRESSE_LOCALE, LANG, then French."""
    for wanted in (lang, os.environ.get("TRESSE_LOCALE"), os.environ.get("LANG")):
        tag = re.split(r"[_.\-@]", wanted or "")[0].lower()
        if tag in LOCALES:
            return tag
    return "fr"


@commands.command("check")
@click.argument("file", type=click.Path())
@_BESIDE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_LANGUAGE_OPTION
def check(file: str, beside: tuple[str, ...], *, as_json: bool, lang: str | None) -> None:
    """Say whether an XLSForm or a survey of LimeSurvey (.lss) can be used, and what its author should know."""
    with force_locale(choose_language(lang)):
        try:
            form = _read(file, beside)
        except FormRefused as refusal:
            _refuse(file, refusal, as_json=as_json)
        structure = form.structure
        pages = paginate(form.definition)
        if as_json:
            _print_json(
                {
                    "ok": True,
                    "title": form.definition.title,
                    "form_id": form.definition.form_id,
                    "version": form.definition.version,
                    "locales": [
                        {"tag": locale.tag, "name": locale.name, "direction": locale.direction}
                        for locale in form.definition.locales
                    ],
                    "questions": _count_questions(structure),
                    "pages": len(pages),
                    "problems": [_worded(problem) for problem in form.problems],
                }
            )
            return
        click.echo(
            gettext(
                "%(file)s: the form can be used. Questions: %(questions)s; pages: %(pages)s; languages: %(languages)s; "
                "remarks: %(remarks)s.",
                file=Path(file).name,
                questions=_count_questions(structure),
                pages=len(pages),
                languages=", ".join(locale.tag for locale in form.definition.locales),
                remarks=len(form.problems),
            )
        )
        _list_problems(form.problems, err=False)


@commands.command("export")
@click.argument("file", type=click.Path())
@click.option("--out", "target", type=click.Path(), required=True, help="The workbook to write (.xlsx).")
@_LANGUAGE_OPTION
def export_form(file: str, target: str, *, lang: str | None) -> None:
    """Write any form that is accepted here as an XLSForm workbook that other tools read."""
    with force_locale(choose_language(lang)):
        try:
            form = _read(file)
        except FormRefused as refusal:
            _refuse(file, refusal, as_json=False)
        try:
            Path(target).write_bytes(write_form(form.definition))
        except OSError as failure:
            raise Refused(gettext("The file “%(file)s” cannot be written.", file=target)) from failure
        except Invalid as refusal:
            raise Refused(word(refusal)) from refusal
        click.echo(
            gettext(
                "%(file)s: written as an XLSForm. Questions: %(questions)s; languages: %(languages)s; remarks: "
                "%(remarks)s.",
                file=Path(target).name,
                questions=_count_questions(form.structure),
                languages=", ".join(locale.tag for locale in form.definition.locales),
                remarks=len(form.problems),
            )
        )
        _list_problems(form.problems, err=False)


@commands.command("simulate")
@click.argument("file", type=click.Path())
@_BESIDE
@click.option("--answers", "answers_file", type=click.Path(), default=None, help="JSON: values by item name or path.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (also the default).")
@click.option("--moment", default=None, help="The present of today() and now(), in ISO; now by default.")
@click.option("--saved", "saved_file", type=click.Path(), default=None, help="JSON: what ${last-saved#name} reads.")
@click.option("--seed", type=int, default=0, help="The one of shuffled choices.")
@click.option("--locale", default="", help="Language of labels and messages, by its tag in the form.")
@_LANGUAGE_OPTION
def simulate_answers(
    file: str,
    beside: tuple[str, ...],
    answers_file: str | None,
    saved_file: str | None,
    *,
    as_json: bool,
    moment: str | None,
    seed: int,
    locale: str,
    lang: str | None,
) -> None:
    """Print what a form says about given answers: relevance, requirement, constraints, calculations."""
    del as_json
    with force_locale(choose_language(lang)):
        try:
            form = _read(file, beside)
        except FormRefused as refusal:
            _refuse(file, refusal, as_json=False)
        answers = _read_answers(answers_file)
        result = simulate(
            form.structure,
            answers,
            moment=_read_moment(moment),
            seed=seed,
            locale=locale,
            saved=_read_answers(saved_file),
        )
        if result["ignored"]:
            click.echo(
                gettext(
                    "The answers name questions that the form does not have: %(names)s.",
                    names=", ".join(result["ignored"]),
                ),
                err=True,
            )
        _print_json(result)


def _read(file: str, beside: Sequence[str] = ()) -> OpenedForm:
    try:
        return open_form(file, beside)
    except OSError as failure:
        name = str(failure.filename or file)
        raise Refused(gettext("The file “%(file)s” cannot be opened.", file=name)) from failure
    except FormRefused:
        raise
    except Invalid as refusal:
        raise Refused(word(refusal)) from refusal


def _read_answers(file: str | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as failure:
        raise Refused(gettext("The file “%(file)s” cannot be opened.", file=file)) from failure
    line = 1
    try:
        answers = json.loads(text)
    except json.JSONDecodeError as failure:
        answers, line = None, failure.lineno
    except RecursionError:
        answers = None
    if not isinstance(answers, dict):
        raise Refused(
            gettext(
                "“%(file)s” is not a JSON object of answers by name (line %(line)s).", file=Path(file).name, line=line
            )
        )
    return answers


def _read_moment(moment: str | None) -> datetime | None:
    if moment is None:
        return None
    try:
        read = datetime.fromisoformat(moment)
    except ValueError as failure:
        raise Refused(gettext("This date does not exist. Write it like 31/12/2025.")) from failure
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _count_questions(structure: Structure) -> int:
    return sum(item.type.is_answered for item in structure.definition.items())


def _refuse(file: str, refusal: FormRefused, *, as_json: bool) -> NoReturn:
    if as_json:
        _print_json({"ok": False, "problems": [_worded(problem) for problem in refusal.problems]})
    first = _sentence(refusal.problems[0])
    click.echo(
        gettext("%(file)s: the form cannot be used. %(first)s", file=Path(file).name, first=first),
        err=True,
    )
    if not as_json:
        _list_problems(tuple(refusal.problems), err=False)
    raise click.exceptions.Exit(2)


def _list_problems(problems: tuple[Problem, ...], *, err: bool) -> None:
    for problem in problems:
        mark = gettext("Error") if problem.severity is Severity.ERROR else gettext("Remark")
        click.echo(f"  [{mark}] {_sentence(problem)}", err=err)


def _sentence(problem: Problem) -> str:
    return word_remark(problem.code, problem.details, sheet=problem.sheet, row=problem.row, column=problem.column)


def _worded(problem: Problem) -> dict[str, Any]:
    return {**problem.to_json(), "message": _sentence(problem)}


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
