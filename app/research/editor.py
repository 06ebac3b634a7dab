"""The editor of a draft: questions as cards, one open at a time, each change saved at once and taken back at will."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.extensions import db
from app.research import editor_acts as acts
from app.research.contexts.bank import bank_state
from app.research.contexts.editor import outline, title_of, titles_by_name
from app.research.contexts.editor_card import CardForm, card_form
from app.research.contexts.plain_texts import review_words
from app.research.editor_acts import Editing
from app.research.editor_bank_acts import BANK_ACTS, act_on_bank
from app.research.editor_input import CardInput, read_card
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from app.wording.forms import kind_menu, step_name, word_fault
from core.errors import DomainError, NotFound
from surveys.definition import Definition, Locale
from surveys.editing import comments, history
from surveys.editing.checks import LOST_CHOICE, check
from surveys.editing.comments import list_threads, open_counts
from surveys.editing.fields import IF, formula_fault
from surveys.editing.gestures import can_leave
from surveys.editing.history import OpenDraft
from surveys.editing.kinds import Kind
from surveys.editing.operations import Spot, move, move_down, move_up, spot_after
from surveys.editing.references import uses_of
from surveys.editing.saving import Saved
from surveys.editing.tree import node_of
from surveys.form_files import list_files
from surveys.lists import is_file
from surveys.structure import build_structure

blueprint = Blueprint(
    "editor",
    __name__,
    url_prefix="/studies/<study_key>/questionnaires/versions/<uuid:version_id>/edit",
    template_folder="templates",
)


def editing_of(version_id: UUID) -> Editing:
    """Return the draft of this request as what its steps need."""
    return Editing(db.session(), current_study().study_id, version_id, current_account().id)


def load(version_id: UUID) -> OpenDraft:
    """Return the draft of this request."""
    return history.open_draft(db.session(), current_study().study_id, version_id)


def language_of(definition: Definition) -> Locale:
    """Return the language in which the words of this request are written."""
    return definition.locale(request.values.get("lang", definition.default_locale))


@blueprint.get("/")
@permits(Action.QUESTIONNAIRE_EDIT)
def show_editor(version_id: UUID) -> ResponseReturnValue:
    """Show the questions, the one asked for open."""
    draft = load(version_id)
    key = request.args.get("item", "")
    structure = build_structure(draft.definition)
    card = None
    if key in structure.by_key:
        card = card_form(structure, key, language_of(draft.definition), more=request.args.get("more", ""))
    elif key:
        flash(word(NotFound("surveys.item_not_found", key=key)), "warning")
    return page(draft, card)


def page(draft: OpenDraft, card: CardForm | None, *, problem: str = "") -> str:
    """Show the editor, with a card open or none; `problem` is what a button could not do."""
    session, locale = db.session(), language_of(draft.definition)
    files = [each.name for each in list_files(session, draft.version_id)] if card else []
    back, again = history.steps_at_hand(session, draft.version_id)
    return render_template(
        "research/editor/show.html",
        draft=draft,
        locale=locale,
        outline=outline(
            build_structure(draft.definition), draft, locale, comments=open_counts(session, draft.questionnaire_id)
        ),
        card=card,
        bank=bank_state(session, draft, card.key) if card else None,
        review=review_words(session, draft.questionnaire_id, draft.definition, locale) if card else "",
        threads=list_threads(session, draft.questionnaire_id, item_key=card.key) if card else [],
        problem=problem,
        back=step_name(back.verb, back.details, is_short=True) if back else "",
        again=step_name(again.verb, again.details, is_short=True) if again else "",
        last=back,
        files=files,
        lists_sent=[name for name in files if is_file(name)],
        kinds=kind_menu(with_groups=True),
    )


@blueprint.post("/cards")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def keep_card(version_id: UUID) -> ResponseReturnValue:
    """Save the open question, then do what the button says; what could not be saved is shown again, as typed."""
    editing, draft = editing_of(version_id), load(version_id)
    locale = language_of(draft.definition)
    try:
        card = read_card(draft.definition, request.form, locale.tag)
        saved = acts.settle(editing, card)
    except NotFound as gone:
        return _gone(draft, gone), 409
    try:
        if saved.is_whole:
            return _acted(editing, saved.draft, card)
    except DomainError as error:
        now = load(version_id)
        problem = word_fault(error.code, error.details, titles_by_name(now.definition))
        return _shown(now, card, saved, locale, problem=problem)
    return _shown(saved.draft, card, saved, locale)


def _shown(draft: OpenDraft, card: CardInput, saved: Saved, locale: Locale, *, problem: str = "") -> str:
    structure = build_structure(draft.definition)
    form = card_form(structure, card.key, locale, sent=card, faults=saved.faults, clashes=saved.clashes)
    return page(draft, form, problem=problem)


def _acted(editing: Editing, draft: OpenDraft, card: CardInput) -> ResponseReturnValue:
    """Do what the button of a card says and go where its author looks next."""
    key, form = card.key, draft.definition
    if card.act == "delete":
        return _deleted_or_asked(editing, form, key)
    if card.act == "copy":
        return back_to(editing.version_id, acts.copy(editing, key))
    if card.act == "rename":
        new = request.form.get("new_name", "").strip()
        where = editing.session, editing.study_id, editing.version_id
        return back_to(editing.version_id, history.rename_question(*where, key, new, account_id=editing.account_id))
    if card.act in {"comment", "comment-settle"}:
        _commented(editing, card)
        return back_to(editing.version_id, key)
    if card.act in BANK_ACTS:
        return _asked_of_bank(editing, card)
    if card.act == "add":
        kind, words = _asked_kind(), request.form.get("add_words", "")
        return back_to(editing.version_id, acts.add(editing, kind, spot_after(form, key), words, card.tag))
    if card.act == "other":
        acts.add_other(editing, form, card, label=_("Other"), question=_("Which one?"))
    elif card.act == "close":
        return back_to(editing.version_id, "", near=key)
    acts.act_on(editing, form, card)
    if card.act == "choice-delete":
        _warn_of_lost(load(editing.version_id).definition, card.argument)
    return back_to(editing.version_id, key, more=_more(card))


def _warn_of_lost(form: Definition, choice: str) -> None:
    """Say at once which conditions wait for an answer that was just taken out."""
    lost = [each for each in check(form) if each.code == LOST_CHOICE and each.details["choice"] == choice]
    if lost:
        places = ", ".join(dict.fromkeys(title_of(form, each.key) for each in lost))
        flash(_("Conditions still wait for this answer, in: %(places)s. Mend them, or undo.", places=places), "warning")


def _commented(editing: Editing, card: CardInput) -> None:
    where = editing.session, editing.study_id
    if card.act == "comment-settle":
        comments.settle(*where, _thread(card.argument), is_settled=True, account_id=editing.account_id)
        return
    thread = _thread(card.argument) if card.argument else None
    body = request.form.get(f"answer-{thread}" if thread else "comment_body", "")
    comments.add_comment(*where, editing.version_id, card.key, body, account_id=editing.account_id, thread_id=thread)


def _thread(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("surveys.comment_not_found") from None


def _asked_of_bank(editing: Editing, card: CardInput) -> ResponseReturnValue:
    there = act_on_bank(editing, card, request.form)
    if there is None:
        return back_to(editing.version_id, card.key)
    flash(_("Here is the mirrored question. Write it in the words of those who answer here."), "good")
    return back_to(*there)


def _more(card: CardInput) -> str:
    """Return what the card must show although nothing of it is kept yet: a row more, when an answer is needed."""
    if card.act == "term-more":
        return card.argument
    return "required_if" if card.fields.get("required") == IF and not card.fields.get("required_if") else ""


def _asked_kind() -> Kind:
    sent = request.form.get("add_kind", "")
    return Kind(sent) if sent in {kind.value for kind in Kind} else Kind.SHORT_TEXT


def back_to(version_id: UUID, key: str, *, near: str = "", more: str = "") -> ResponseReturnValue:
    """Go to the editor with a question open (or to where it stands), in the language one writes in."""
    draft = load(version_id)
    structure = build_structure(draft.definition)
    shown = key or near
    return redirect(
        url_for(
            "editor.show_editor",
            study_key=current_study().key,
            version_id=version_id,
            item=key or None,
            lang=request.form.get("lang") or None,
            more=more or None,
            _anchor=f"n{structure.by_key[shown]}" if shown in structure.by_key else None,
        ),
        303,
    )


@contextmanager
def told(version_id: UUID) -> Iterator[None]:
    """Say on the page one goes back to why a step was not made; nothing of it was written."""
    try:
        yield
    except DomainError as error:
        titles = titles_by_name(load(version_id).definition)
        flash(word_fault(error.code, error.details, titles), "danger")


def _gone(draft: OpenDraft, error: NotFound) -> str:
    """Show what somebody typed in a question that was deleted meanwhile, so that it can be put elsewhere."""
    typed = [value for name, value in request.form.items() if name.startswith(("f.label", "f.hint", "f.choice:"))]
    steps = history.list_steps(db.session(), draft.version_id, after=request.form.get("revision", 0, int))
    return render_template(
        "research/editor/gone.html",
        draft=draft,
        sentence=word(error),
        typed="\n".join(filter(None, typed)),
        steps=[(step, step_name(step.verb, step.details)) for step in steps],
    )


@blueprint.post("/add")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def add_question(version_id: UUID) -> ResponseReturnValue:
    """Add a question or group at the end of the form or of a group, and open it."""
    tag = language_of(load(version_id).definition).tag
    spot, key = Spot(request.form.get("parent", "")), ""
    with told(version_id):
        key = acts.add(editing_of(version_id), _asked_kind(), spot, request.form.get("add_words", ""), tag)
    return back_to(version_id, key)


@blueprint.post("/move")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def move_card(version_id: UUID) -> ResponseReturnValue:
    """Move a question or group by one line, or to where it was dropped."""
    form = request.form
    key = form.get("up") or form.get("down") or form.get("item", "")
    spot = Spot(form.get("parent", ""), form.get("before") or None)

    def change(before: Definition, _published: acts.Published) -> Definition:
        if "up" in form:
            return move_up(before, key)
        return move_down(before, key) if "down" in form else move(before, key, spot)

    with told(version_id):
        editing_of(version_id).step(change, "move", acts.about(load(version_id).definition, key))
    return back_to(version_id, form.get("open", ""), near=key)


@blueprint.get("/delete")
@permits(Action.QUESTIONNAIRE_EDIT)
def ask_delete(version_id: UUID) -> ResponseReturnValue:
    """Say where a question is named before it goes."""
    draft, key = load(version_id), request.args.get("item", "")
    form = draft.definition
    node_of(form, key)
    places = dict.fromkeys(use.key for use in uses_of(form, key) if use.key)
    return render_template(
        "research/editor/delete.html",
        draft=draft,
        key=key,
        title=title_of(form, key),
        places=[(each, title_of(form, each)) for each in places],
        can_leave=can_leave(form, key),
    )


def _deleted_or_asked(editing: Editing, form: Definition, key: str) -> ResponseReturnValue:
    if uses_of(form, key):
        study_key = current_study().key
        address = url_for("editor.ask_delete", study_key=study_key, version_id=editing.version_id, item=key)
        return redirect(address, 303)
    return _deleted(editing, form, key, with_rules=False)


def _deleted(editing: Editing, form: Definition, key: str, *, with_rules: bool) -> ResponseReturnValue:
    title = title_of(form, key)
    acts.delete(editing, form, key, with_rules=with_rules)
    flash(_("“%(title)s” was deleted. You can undo this.", title=title), "good")
    return back_to(editing.version_id, "")


@blueprint.post("/delete")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def delete_question(version_id: UUID) -> ResponseReturnValue:
    """Delete a question; the conditions that name it lose it, or wait to be mended."""
    with_rules = request.form.get("rules") == "free"
    form, key = load(version_id).definition, request.form.get("item", "")
    return _deleted(editing_of(version_id), form, key, with_rules=with_rules)


@blueprint.post("/undo")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def undo_step(version_id: UUID) -> ResponseReturnValue:
    """Take the last step back."""
    with told(version_id):
        history.undo(db.session(), current_study().study_id, version_id, account_id=current_account().id)
    return back_to(version_id, request.form.get("open", ""))


@blueprint.post("/redo")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def redo_step(version_id: UUID) -> ResponseReturnValue:
    """Make again the step that was taken back."""
    with told(version_id):
        history.redo(db.session(), current_study().study_id, version_id, account_id=current_account().id)
    return back_to(version_id, request.form.get("open", ""))


@blueprint.get("/history")
@permits(Action.QUESTIONNAIRE_EDIT)
def show_history(version_id: UUID) -> ResponseReturnValue:
    """List the steps of the draft, the latest first."""
    draft = load(version_id)
    steps = history.list_steps(db.session(), version_id)
    rows = [(step, step_name(step.verb, step.details)) for step in steps]
    return render_template("research/editor/history.html", draft=draft, rows=rows)


@blueprint.get("/formula")
@permits(Action.QUESTIONNAIRE_EDIT)
def check_formula(version_id: UUID) -> ResponseReturnValue:
    """Say what is wrong with a formula while it is typed; nothing when it can be read."""
    form = load(version_id).definition
    source = request.args.get("source", "").strip()
    fault = formula_fault(form, source, in_list=request.args.get("rule") == "choice_filter") if source else None
    return {"sentence": word_fault(fault.code, fault.details, titles_by_name(form)) if fault else ""}
