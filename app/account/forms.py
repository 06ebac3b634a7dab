"""What people type at the doors."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from app.i18n import LOCALES
from app.wording import word
from core.errors import DomainError

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def _trim(value: str | None) -> str:
    return (value or "").strip()


def _trim_lower(value: str | None) -> str:
    return (value or "").strip().lower()


def add_domain_error(field: Field, error: DomainError) -> None:
    """Show at this field what the domain refused."""
    field.errors = [*field.errors, word(error)]


def email_field() -> EmailField:
    """Return an e-mail field that keeps small letters and no spaces."""
    return EmailField(
        _("E-mail address"),
        filters=[_trim_lower],
        validators=[
            InputRequired(_("Type an e-mail address.")),
            Length(max=200, message=_("This e-mail address is too long.")),
            Regexp(EMAIL, message=_("Type an e-mail address such as name@example.org.")),
        ],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )


def name_field() -> StringField:
    """Return a field for a person's name."""
    return StringField(
        _("First and last name"),
        filters=[_trim],
        validators=[InputRequired(_("Type a name.")), Length(max=120, message=_("This name is too long."))],
        render_kw={"autocomplete": "name"},
    )


def new_password_field() -> PasswordField:
    """Return a field for a password that is being chosen."""
    return PasswordField(
        _("New password"),
        description=_("12 characters or more. A short sentence is easy to remember."),
        validators=[InputRequired(_("Type a password."))],
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(FlaskForm):
    """Who one is."""

    email = email_field()
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Type your password."))],
        render_kw={"autocomplete": "current-password"},
    )


class NewPasswordForm(FlaskForm):
    """A password after a one-time link."""

    password = new_password_field()


class FirstAccountForm(FlaskForm):
    """The first account of a new machine."""

    name = name_field()
    email = email_field()
    password = new_password_field()


class ProfileForm(FlaskForm):
    """Name and language of one's own account."""

    name = name_field()
    locale = SelectField(_("Language"), choices=LOCALES, validators=[InputRequired()])


class ChangePasswordForm(FlaskForm):
    """The old password and the new one."""

    current = PasswordField(
        _("Current password"),
        validators=[InputRequired(_("Type your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    password = new_password_field()


class InvitationForm(FlaskForm):
    """A colleague who gets an account."""

    name = name_field()
    email = email_field()
    is_admin = BooleanField(
        _("Administrator"),
        description=_("May invite colleagues and close accounts; sees no study without a role in it."),
    )
