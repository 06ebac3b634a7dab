"""The codebook as a PDF to read, and as DDI for archives."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask_babel import format_date, format_decimal, format_percent, get_locale

from app.datafiles.book import Book, BookItem, read_book
from app.datafiles.ddi import ddi_codebook
from app.datafiles.words import context_words, fact_words, value_words
from app.datafiles.work import Made, Work
from app.reports.words import gettext as _
from app.reports.words import ngettext
from core.clock import now
from surveys.datafiles.fact_tables import DETAILS, HEADERS, PAGES
from surveys.datafiles.sources import Source


def _books(work: Work, sources: Sequence[Source], *, end: float) -> list[Book]:
    share = end / len(sources) if sources else end
    return [
        read_book(work, source, start=share * place, end=share * (place + 1)) for place, source in enumerate(sources)
    ]


def write_ddi(work: Work, sources: Sequence[Source], path: Path) -> Made:
    """Write a DDI-Codebook 2.5 document."""
    books = _books(work, sources, end=0.9)
    path.write_text(ddi_codebook(work, books), encoding="utf-8")
    return Made(sum(book.responses for book in books))


def write_codebook(work: Work, sources: Sequence[Source], path: Path) -> Made:
    """Print the codebook: archivable and accessible like reports."""
    from app.reports.pdf import print_template  # noqa: PLC0415  slow import

    books = _books(work, sources, end=0.6)
    work.say(0.6, "export.step_layout")
    locale = str(get_locale())
    document = {
        "locale": locale,
        "text_locale": work.order.locale,
        "title": _("Codebook of variables"),
        "study": work.study.title,
        "dated": format_date(now(), "long"),
        "threshold": work.study.disclosure_threshold,
        "books": [_book_context(book) for book in books],
        "around": _around(),
        "words": _words(),
    }
    printed = print_template("codebook", document)
    path.write_bytes(printed.content)
    return Made(sum(book.responses for book in books))


def _around() -> list[dict[str, Any]]:
    """Return what every data file says beside the answers: of a response, of how answers were given, of pages."""
    words, values = context_words() | fact_words(), value_words()
    headings = {
        "": (_("In every file of responses"), tuple(context_words())),
        DETAILS: (_("How answers were given"), HEADERS[DETAILS]),
        PAGES: (_("Pages of the responses"), HEADERS[PAGES]),
    }
    return [
        {
            "title": f"{title} ({name})" if name else title,
            "variables": [
                {"name": each, "label": words[each], "values": list(dict(values.get(each, {})).items())}
                for each in names
            ],
        }
        for name, (title, names) in headings.items()
    ]


def _book_context(book: Book) -> dict[str, Any]:
    return {
        "title": book.source.title,
        "lines": [
            _("Collections: %(names)s.", names=", ".join(book.source.collections)),
            ngettext("%(num)s response.", "%(num)s responses.", book.responses),
            _("Versions: %(numbers)s.", numbers=", ".join(map(str, book.versions)))
            if book.versions
            else _("Nobody has answered yet."),
        ],
        "items": [_item_context(item) for item in book.items],
    }


def _item_context(each: BookItem) -> dict[str, Any]:
    facts = [each.type]
    if each.is_required:
        facts.append(_("answer needed"))
    return {
        "key": each.item.key,
        "question": each.question,
        "hint": each.hint,
        "headings": " › ".join(each.headings),
        "facts": facts,
        "when": list(each.when),
        "check": each.check,
        "calculation": each.calculation,
        "names": list(each.names[1:]),
        "values": [
            {
                "code": value.code or value.name,
                "name": value.name if value.code and value.code != value.name else "",
                "label": value.label,
                "count": _count(value.count) if each.shown is not None else "",
                "share": format_percent(value.share) if value.share is not None else "",
            }
            for value in each.values
        ],
        "counts": _counts(each),
        "numbers": _numbers(each),
    }


def _count(count: int | None) -> str:
    return _("hidden") if count is None else format_decimal(count)


def _counts(each: BookItem) -> list[str]:
    if each.shown is None:
        return [_("Asked in a repeated group: counts are not shown.")]
    absences = each.shown.absences
    return [
        _("%(n)s answered", n=_count(each.shown.n)),
        _("%(n)s do not know", n=_count(absences["unknown"])),
        _("%(n)s refused", n=_count(absences["refused"])),
        _("%(n)s left empty", n=_count(absences["empty"])),
        _("%(n)s not asked", n=_count(absences["not_asked"])),
        *([_("%(n)s cannot be read", n=_count(unread))] if (unread := absences["illegible"]) != 0 else []),
    ]


def _numbers(each: BookItem) -> str:
    """Say the mean and the bounds of numbers, when they may be said."""
    spread, shown = each.spread, each.shown
    if spread is None or shown is None or not shown.has_mean or spread.mean is None or spread.median is None:
        return ""
    sentence = _(
        "Mean %(mean)s, median %(median)s.", mean=format_decimal(spread.mean), median=format_decimal(spread.median)
    )
    if shown.has_bounds and spread.least is not None and spread.most is not None:
        bounds = {"least": format_decimal(spread.least), "most": format_decimal(spread.most)}
        sentence += " " + _("From %(least)s to %(most)s.", **bounds)
    return sentence


def _words() -> dict[str, str]:
    return {
        "asked_if": _("Asked if"),
        "check": _("Check:"),
        "calculation": _("Calculated:"),
        "variables": _("Variables:"),
        "around": _("Beside the answers"),
        "about_around": _(
            "The last two are tables of their own, joined by response_id, in files that have something to say there. "
            "Times of pages are kept where the author of the form asked for them (audit)."
        ),
        "code": _("Code"),
        "variable": _("Variable"),
        "meaning": _("Meaning"),
        "answer": _("Answer"),
        "responses": _("Responses"),
        "share": _("Share"),
        "and": _("and"),
    }
