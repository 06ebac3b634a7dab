"""Languages of a draft: added, named, taken away, and translated side by side."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.extensions import db
from app.research.contexts.plain_texts import review_words
from app.research.contexts.translating import addable, known_name, translating
from app.research.editor import editing_of, load, told
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from surveys.definition import Definition, Locale
from surveys.editing import languages
from surveys.editing.history import OpenDraft
from surveys.editing.saving import Saved, save_texts

blueprint = Blueprint(
    "editor_languages",
    __name__,
    url_prefix="/studies/<study_key>/questionnaires/versions/<uuid:version_id>/edit",
    template_folder="templates",
)
_MAX_TEXTS = 500


@blueprint.get("/languages")
@permits(Action.QUESTIONNAIRE_EDIT)
def show_languages(version_id: UUID) -> ResponseReturnValue:
    """Show how far each language is, and what can be added."""
    draft = load(version_id)
    return render_template(
        "research/editor/languages.html",
        draft=draft,
        progress=languages.progress(draft.definition),
        addable=addable(draft.definition),
    )


def _changed(version_id: UUID, change: Callable[[Definition], Definition], name: str) -> ResponseReturnValue:
    with told(version_id):
        editing_of(version_id).step(lambda form, _keys: change(form), "language", {"label": name})
    return redirect(url_for(".show_languages", study_key=current_study().key, version_id=version_id), 303)


@blueprint.post("/languages/add")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def add_language(version_id: UUID) -> ResponseReturnValue:
    """Add a language of the list, or another by its code."""
    tag = request.form.get("tag", "").strip()
    other = request.form.get("other_tag", "").strip()
    name = request.form.get("name", "").strip()
    if other:
        return _changed(version_id, lambda form: languages.add_language(form, other, name or other), name or other)
    named = known_name(tag) or tag
    return _changed(version_id, lambda form: languages.add_language(form, tag, named), named)


@blueprint.post("/languages/change")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def change_language(version_id: UUID) -> ResponseReturnValue:
    """Name a language otherwise, make it the main one, or take it away with its texts."""
    tag, act = request.form.get("tag", ""), request.form.get("act", "")
    name = request.form.get("name", "").strip()
    acts: dict[str, Callable[[Definition], Definition]] = {
        "rename": lambda form: languages.rename_language(form, tag, name),
        "default": lambda form: languages.set_default_language(form, tag),
        "remove": lambda form: languages.remove_language(form, tag),
    }
    if act == "remove":
        flash(_("The language was taken away with its texts. You can undo this."), "good")
    return _changed(version_id, acts.get(act, acts["rename"]), name or tag)


@blueprint.get("/translate")
@permits(Action.QUESTIONNAIRE_EDIT)
def show_translation(version_id: UUID) -> ResponseReturnValue:
    """Show two languages side by side."""
    draft = load(version_id)
    source, target = _pair(draft.definition)
    return _page(draft, source, target)


def _pair(definition: Definition) -> tuple[Locale, Locale]:
    """Return the language one reads and the one one writes."""
    source = definition.locale(request.values.get("from", definition.default_locale))
    others = [locale for locale in definition.locales if locale.tag != source.tag]
    target = next((each for each in others if each.tag == request.values.get("to")), others[0] if others else source)
    return source, target


def _page(draft: OpenDraft, source: Locale, target: Locale, saved: Saved | None = None) -> str:
    number = request.values.get("page", 1, int)
    typed = _typed() if saved else {}
    clashes = saved.clashes if saved else ()
    return render_template(
        "research/editor/translate.html",
        draft=draft,
        view=translating(draft.definition, source, target, number, typed=typed, clashes=clashes),
        review=review_words(db.session(), draft.questionnaire_id, draft.definition, target),
        progress={each.locale.tag: each for each in languages.progress(draft.definition)},
    )


def _typed() -> dict[str, str]:
    found = [(name, text) for name, text in request.form.items() if name.startswith("t:")]
    return {name.removeprefix("t:"): text for name, text in found[:_MAX_TEXTS]}


@blueprint.post("/translate")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def keep_translation(version_id: UUID) -> ResponseReturnValue:
    """Save the texts sent; those that somebody else wrote meanwhile are shown again."""
    study = current_study()
    source, target = _pair(load(version_id).definition)
    saved = save_texts(
        db.session(),
        study.study_id,
        version_id,
        _typed(),
        tag=target.tag,
        revision=request.form.get("revision", 0, int),
        account_id=current_account().id,
    )
    if saved.clashes:
        return _page(saved.draft, source, target, saved)
    values = {"study_key": study.key, "version_id": str(version_id), "from": source.tag, "to": target.tag}
    return redirect(url_for(".show_translation", _external=False, **values), 303)
