"""The form of a text of consent, with words to start from."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.wording import word
from core.errors import DomainError
from studies.models import ConsentPurpose
from studies.queries import ConsentTextValue
from studies.services.consent_texts import MAX_BODY, MAX_SENTENCE


def _trim(value: str | None) -> str:
    return (value or "").strip()


_SENTENCE = Length(max=MAX_SENTENCE, message=_("400 characters at most: one short sentence."))
_LEFT_OUT = _("Leave it empty not to ask it.")


class ConsentTextForm(FlaskForm):
    """One version in one language; each sentence is said yes or no to."""

    locale = StringField(
        _("Language"),
        filters=[_trim],
        validators=[InputRequired(_("Type the tag of a language, for example fr."))],
        description=_(
            "Its tag: fr, en, ar, fr-x-falc for easy French. Who reads another language sees the French one."
        ),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    body = TextAreaField(
        _("What people read first"),
        filters=[_trim],
        validators=[InputRequired(_("Type the text.")), Length(max=MAX_BODY, message=_("6,000 characters at most."))],
        description=_("Short sentences, common words. An empty line makes a new paragraph."),
        render_kw={"rows": 9},
    )
    answer = StringField(
        _("To answer"), filters=[_trim], validators=[InputRequired(_("This sentence is always asked.")), _SENTENCE]
    )
    quotation = StringField(_("To be quoted"), filters=[_trim], validators=[_SENTENCE], description=_LEFT_OUT)
    contact_again = StringField(
        _("To be contacted again"), filters=[_trim], validators=[_SENTENCE], description=_LEFT_OUT
    )
    interview = StringField(_("To be interviewed"), filters=[_trim], validators=[_SENTENCE], description=_LEFT_OUT)
    sharing = StringField(
        _("To share with other researchers"), filters=[_trim], validators=[_SENTENCE], description=_LEFT_OUT
    )

    def purposes(self) -> Mapping[ConsentPurpose, str]:
        """Return the sentence of each purpose, "" where it is not asked."""
        return {purpose: self[purpose.value].data for purpose in ConsentPurpose}

    def show(self, error: DomainError) -> None:
        """Put a refusal above the form."""
        self.form_errors.append(word(error))


def suggested_text(latest: ConsentTextValue | None, locale: str) -> dict[str, Any]:
    """Return what the form holds at first: the text in force, or plain words to start from."""
    if latest is not None:
        return {"locale": latest.locale, "body": latest.body} | {
            purpose.value: words for purpose, words in latest.purposes.items()
        }
    return {
        "locale": locale,
        "body": gettext(
            "These questions help to understand what the support changes for you.\n\n"
            "You can leave a question out. You can stop whenever you want. With your code, you can erase your answers."
        ),
        "answer": gettext("I agree to answer these questions."),
        "quotation": gettext("I agree that my sentences are quoted in a report, without my name."),
        "contact_again": gettext("I agree to be contacted again for the next questionnaires."),
    }
