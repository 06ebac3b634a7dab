"""What people type about a file of data: how it is read, what its columns are, what stands for an absence."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, ValidationError
from wtforms.validators import Length

from app.research.contexts.data_imports import ColumnsPage
from app.wording import word_code
from surveys.imports.cells import Signs, split_signs
from surveys.imports.columns import Wish
from surveys.imports.drafts import Draft
from surveys.imports.planning import Options
from surveys.imports.tables import ENCODINGS, SourceTable

MAX_SIGNS = Length(max=200, message=_("200 characters at most."))
ENCODING_NAMES = {
    "utf-8": _("UTF-8, of today’s programs"),
    "cp1252": _("Windows-1252, of Windows and older Excel files"),
    "iso-8859-15": _("ISO-8859-15, of older systems"),
    "mac_roman": _("Mac Roman, of older Apple computers"),
    "cp850": _("DOS (code page 850), of the oldest systems"),
    "utf-16-le": _("UTF-16 (little-endian)"),
    "utf-16-be": _("UTF-16 (big-endian)"),
    "utf-32-le": _("UTF-32 (little-endian)"),
    "utf-32-be": _("UTF-32 (big-endian)"),
}
DELIMITER_NAMES = {
    ";": _("semicolon ;"),
    ",": _("comma ,"),
    "\t": _("tabulation"),
    "|": _("bar |"),
}
SIGNS = ("unknown", "refused", "illegible", "empty", "not_asked")


def means_one_thing(form: FlaskForm, field: StringField) -> None:
    """Refuse a sign that stands in a field above too."""
    above = {sign for name in SIGNS[: SIGNS.index(field.name)] for sign in split_signs(form[name].data or "")}
    twice = [sign for sign in split_signs(field.data or "") if sign in above]
    if twice:
        raise ValidationError(word_code("imports.sign_twice", {"sign": twice[0]}))


class ReadingForm(FlaskForm):
    """How a file is read; shown for what concerns its kind."""

    encoding = SelectField(_("Letters are written in"))
    delimiter = SelectField(_("Columns are separated by"))
    sheet = SelectField(_("Sheet"))


class MappingForm(FlaskForm):
    """What holds for the whole file; the columns have fields of their own, see `wishes_of`."""

    wave = SelectField(_("Wave of the answers"), description=_("For the columns that name none themselves."))
    unknown = StringField(_("Does not know"), validators=[MAX_SIGNS])
    refused = StringField(_("Refused to answer"), validators=[MAX_SIGNS, means_one_thing])
    illegible = StringField(_("Cannot be read"), validators=[MAX_SIGNS, means_one_thing])
    empty = StringField(_("Asked, left empty"), validators=[MAX_SIGNS, means_one_thing])
    not_asked = StringField(_("Not asked, or not known why"), validators=[MAX_SIGNS, means_one_thing])
    leave_aside = BooleanField(
        _("Leave aside the rows that cannot be joined"),
        description=_("No pseudonym, one that is not on the list, or one that stands twice: they are listed first."),
    )
    unreadable_as_illegible = BooleanField(
        _("Keep what is not understood as « cannot be read »"),
        description=_("Otherwise nothing is brought in until each such cell is corrected in the file."),
    )

    def offer(self, waves: Mapping[str, str]) -> None:
        """Say which waves there are."""
        self.wave.choices = [("", _("no wave")), *waves.items()]

    def options(self) -> Options:
        """Return what was chosen."""
        return Options(
            signs=Signs(**{name: (self[name].data or "").strip() for name in SIGNS}),
            wave=self.wave.data,
            leave_aside=self.leave_aside.data,
            unreadable_as_illegible=self.unreadable_as_illegible.data,
        )


def reading_form(draft: Draft) -> ReadingForm:
    """Return the form of how a file is read, with what was detected; its kind says which fields are left."""
    form, reading = ReadingForm(formdata=None), draft.reading
    form.encoding.choices = [(name, ENCODING_NAMES[name]) for name in ENCODINGS]
    form.delimiter.choices = list(DELIMITER_NAMES.items())
    form.sheet.choices = [(name, name) for name in reading.sheets]
    form.encoding.data, form.delimiter.data, form.sheet.data = reading.encoding, reading.delimiter, reading.sheet
    if reading.kind != "csv":
        del form.encoding, form.delimiter
    if len(reading.sheets) < 2:  # noqa: PLR2004  nothing to choose
        del form.sheet
    return form


def mapping_form(draft: Draft, page: ColumnsPage | None) -> MappingForm:
    """Return the form with what was chosen before."""
    form, options = MappingForm(formdata=None), draft.options
    form.offer(page.waves if page else {})
    form.wave.data = options.wave
    for name in SIGNS:
        form[name].data = getattr(options.signs, name)
    form.leave_aside.data = options.leave_aside
    form.unreadable_as_illegible.data = options.unreadable_as_illegible
    return form


def wishes_of(table: SourceTable, sent: Mapping[str, str]) -> tuple[Wish, ...]:
    """Return what was typed for each column: its fields are numbered."""
    return tuple(
        Wish(heading, sent.get(f"target-{place}", "").strip(), sent.get(f"wave-{place}", ""))
        for place, heading in enumerate(table.headings)
    )
