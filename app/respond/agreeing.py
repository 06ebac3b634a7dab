"""Before the start: what a person agrees to, sentence by sentence; afterwards, their copy of it, and each « no »."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.components.rich_text import paragraphs
from app.extensions import db
from app.respond import polite
from app.respond.entrance import blueprint, show
from app.respond.holder import form_token, held, is_ours, open_held
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import NotFound
from studies.models import ConsentPurpose
from studies.queries import ConsentTextValue, current_text, get_text
from surveys.answering import Draft
from surveys.consents import FIELD, NO, YES, agreements_of, say_consents
from surveys.definition import Locale
from surveys.models import ResponseState


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence to say yes or no to; `said` is `yes`, `no`, or "" while nothing is chosen."""

    name: str
    words: str
    said: str
    is_missing: bool = False
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A text of consent as pages show it; `agreed_at` is when the person answered it."""

    text_id: UUID
    number: int
    lang: str
    body: Markup
    sentences: tuple[Sentence, ...]
    published_at: datetime
    agreed_at: datetime | None = None

    @property
    def direction(self) -> str:
        """The direction of its language, which is not always that of the page."""
        return Locale(self.lang, "").direction

    @property
    def has_missing(self) -> bool:
        """Whether a sentence still waits for a yes or a no."""
        return any(sentence.is_missing for sentence in self.sentences)


def consent_to_ask(session: Session, study_id: UUID, locale: str, *, is_checked: bool = False) -> ConsentView | None:
    """Return what to ask before the start, with what was chosen already; None when the study asks nothing."""
    text = current_text(session, study_id, locale)
    if text is None:
        return None
    chosen = {purpose: request.form.get(FIELD + purpose.value, "") for purpose in text.purposes}
    return _view(
        text,
        tuple(
            Sentence(FIELD + purpose.value, words, chosen[purpose], is_checked and chosen[purpose] not in {YES, NO})
            for purpose, words in text.purposes.items()
        ),
    )


def _view(text: ConsentTextValue, sentences: tuple[Sentence, ...], at: datetime | None = None) -> ConsentView:
    return ConsentView(text.id, text.number, text.locale, paragraphs(text.body), sentences, text.published_at, at)


@blueprint.get("/recu/accord")
@permits(Action.ANSWER)
def show_agreement() -> ResponseReturnValue:
    """Show the person's copy of what they agreed to, opened by their code."""
    return _show_agreement(url_for("respond.change_agreement"), url_for("respond.show_answers"))


@blueprint.get("/r/<code>/accord")
@permits(Action.ANSWER)
def show_agreement_here(code: str) -> ResponseReturnValue:
    """Show the same on the phone that answers."""
    return _show_agreement("", url_for("respond.show_welcome", code=code))


def _show_agreement(action: str, back: str) -> ResponseReturnValue:
    try:
        draft = open_held(db.session(), held())
    except NotFound:
        return redirect(url_for("respond.ask_code"), 303)
    return show(
        "respond/agreement.html",
        draft.version.definition.locale(draft.locale),
        page=lambda: _agreement(db.session(), draft),
        action=action,
        back=back,
        token=form_token(held()),
    )


def _agreement(session: Session, draft: Draft) -> ConsentView | None:
    said = agreements_of(session, draft.id)
    text = get_text(session, draft.study_id, said[-1].text_id) if said else None
    if text is None:
        return None
    is_live = draft.response_state is not ResponseState.WITHDRAWN
    sentences = tuple(
        Sentence(
            FIELD + each.purpose.value,
            text.purposes.get(each.purpose, ""),
            YES if each.is_given else NO,
            may_change=is_live and each.purpose is not ConsentPurpose.ANSWER,
        )
        for each in said
    )
    return _view(text, sentences, max(each.at for each in said))


@blueprint.post("/recu/accord")
@permits(Action.ANSWER)
@writes_late
def change_agreement() -> ResponseReturnValue:
    """Change a yes into a no, or the other way; what the person agreed to answer is taken back by withdrawing."""
    try:
        draft = open_held(db.session(), held())
    except NotFound:
        return redirect(url_for("respond.ask_code"), 303)
    if not is_ours(held(), request.form.get("csrf", "")) or draft.response_state is ResponseState.WITHDRAWN:
        return polite.unknown_response()
    with unit_of_work() as session:
        said = {each.purpose: each for each in agreements_of(session, draft.id)}
        chosen = {
            purpose: request.form[FIELD + purpose.value] == YES
            for purpose in said
            if purpose is not ConsentPurpose.ANSWER and request.form.get(FIELD + purpose.value) in {YES, NO}
        }
        for purpose, is_given in chosen.items():
            text_id = said[purpose].text_id
            say_consents(session, draft.study_id, draft.id, draft.participant_id, text_id, {purpose: is_given})
    return redirect(url_for("respond.show_agreement"), 303)
