"""Sentences for the errors of uploads."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "uploads.archive_broken": _("“%(file)s” cannot be opened: the file is damaged or incomplete."),
    "uploads.archive_encrypted": _("“%(file)s” is protected by a password. Save it without one and send it again."),
    "uploads.archive_lies": _("“%(file)s” is refused: its part “%(member)s” is larger than it says."),
    "uploads.archive_ratio": _("“%(file)s” is refused: once opened it would be more than %(limit)s times larger."),
    "uploads.archive_repeats": _("“%(file)s” is refused: it holds the same part twice."),
    "uploads.archive_too_large": _("“%(file)s” is too large once opened (more than %(limit)s MB)."),
    "uploads.archive_too_many": _("“%(file)s” holds too many parts (more than %(limit)s)."),
    "uploads.broken_csv": _("“%(file)s”, row %(row)s: the table cannot be read. Check the quotation marks."),
    "uploads.broken_encoding": _(
        "“%(file)s” says it is written in %(encoding)s, but it is not. Save it again as UTF-8."
    ),
    "uploads.file_sent_twice": _("The file “%(file)s” was sent twice (capitals do not count). Keep one of them."),
    "uploads.form_among_files": _("“%(file)s” is a workbook: bring forms in on the page of questionnaires."),
    "uploads.kind_refused": _(
        "“%(file)s” is neither a picture (PNG, JPEG, GIF, WebP), nor a sound (MP3, M4A, OGG, WAV), nor a list (CSV, "
        "GeoJSON, XML)."
    ),
    "uploads.list_broken": _("The list “%(file)s” cannot be read: a table with a line of headers is expected."),
    "uploads.list_too_long": _("The list “%(file)s” is too long: at most %(rows)s lines and %(cells)s cells."),
    "uploads.member_missing": _("“%(file)s” is incomplete: its part “%(member)s” is missing."),
    "uploads.member_too_large": _("“%(file)s” is refused: its part “%(member)s” is larger than %(limit)s MB."),
    "uploads.not_text": _("“%(file)s” is not a text file."),
    "uploads.parcel_too_large": _("The files are too large together (more than %(limit)s MB)."),
    "uploads.parcel_too_many": _("There are too many files (more than %(limit)s)."),
    "uploads.parcel_with_forms": _("Only one form at a time: there are several workbooks (%(file)s)."),
    "uploads.parcel_without_form": _("No workbook (.xlsx, .xls) was found among what was sent: %(file)s."),
    "uploads.picture_broken": _("The picture “%(file)s” is damaged or of an unknown kind. Save it again as PNG."),
    "uploads.picture_too_large": _("The picture “%(file)s” is too large: more than %(limit)s million pixels."),
    "uploads.svg_refused": _(
        "“%(file)s” is an SVG drawing, which may hold programs. Export it as PNG, 600 pixels wide, and send that."
    ),
    "uploads.too_large": _("“%(file)s” is too large (more than %(limit)s MB)."),
    "uploads.xml_broken": _("“%(file)s” is damaged: its part “%(member)s” cannot be read from line %(line)s on."),
    "uploads.xml_forbidden": _(
        "“%(file)s” is refused: its part “%(member)s” holds definitions that no document needs."
    ),
    "uploads.xml_too_deep": _("“%(file)s” is refused: its part “%(member)s” is nested deeper than %(limit)s levels."),
}
