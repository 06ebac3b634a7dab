"""flask coding agreement: how far coders agree, from tables or spans made anywhere; no database."""

import json
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask_babel import force_locale

from app.cli.coding import commands
from app.cli.survey import Refused, choose_language
from app.wording import word
from core.errors import DomainError, Invalid

MAX_BYTES = 50 * 1024 * 1024


@commands.command("agreement")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--seed", type=click.IntRange(min=0), default=None, help="Seed of the interval.")
@click.option("--draws", type=click.IntRange(10, 20_000), default=None, help="How often the documents are drawn again.")
@click.option("--lang", default=None, help="Language of the sentences: fr or en.")
def measure_agreement(file: Path, *, as_json: bool, seed: int | None, draws: int | None, lang: str | None) -> None:
    """Compute every coefficient that a JSON file of units × coders, of spans, or of many such cases allows."""
    from coding.agreement.files import answer  # noqa: PLC0415  slow import
    from coding.agreement.resampling import DEFAULT_DRAWS, DEFAULT_SEED  # noqa: PLC0415  slow import

    with force_locale(choose_language(lang)):
        try:
            found = answer(
                _content(file), seed=DEFAULT_SEED if seed is None else seed, number=draws or DEFAULT_DRAWS
            )  # fmt: skip
        except DomainError as error:
            raise Refused(word(error)) from error
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _print(found, "")


def _content(file: Path) -> Any:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise Invalid("agreement.too_large", file=file.name, limit=MAX_BYTES // (1024 * 1024))
        return json.loads(file.read_text(encoding="utf-8-sig"), parse_constant=_refuse_constant)
    except OSError as error:
        raise Invalid("agreement.file_unreadable", file=file.name) from error
    except json.JSONDecodeError as error:
        raise Invalid("agreement.not_json", file=file.name, line=error.lineno, column=error.colno) from error
    except (ValueError, RecursionError) as error:
        raise Invalid("agreement.not_json", file=file.name, line=1, column=1) from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _print(found: Any, place: str) -> None:
    """Write one number a line, with its interval where there is one."""
    if isinstance(found, list):
        for number, each in enumerate(found, 1):
            _print(each, f"{place} {number}".strip())
        return
    intervals = found.get("intervals", {})
    lists = {name: value for name, value in found.items() if isinstance(value, list)}
    if "id" in found or not lists:
        click.echo(str(found.get("id", place or "-")))
    for name, value in found.items():
        if name in lists:
            _print(value, name)
        elif name not in {"id", "intervals"} and not isinstance(value, dict):
            low_high = intervals.get(name)
            said = "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
            click.echo(f"  {name:<26} {said}" + (f"  [{low_high[0]:g} ; {low_high[1]:g}]" if low_high else ""))


def init_app(_app: Flask) -> None:
    """Nothing more: the command joins those of `coding`."""
