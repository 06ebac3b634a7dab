"""The sociologist's desk: one module and one blueprint per area, named here."""

from flask import Flask

from app.research import (
    bank,
    clusters,
    codebook,
    collection_settings,
    collections,
    comments,
    comparing,
    consent_texts,
    desk,
    editor,
    editor_bank,
    editor_languages,
    editor_preview,
    editor_start,
    exports,
    fieldwork,
    form_files,
    groups,
    handing_over,
    home,
    identities,
    indicators,
    invitations,
    journal,
    members,
    mirror,
    pace,
    participants,
    persons,
    questionnaires,
    quotas,
    reports,
    segments,
    sent_files,
    studies,
    transcripts,
    waves,
    weaving,
)
from app.research.contexts.words import role_name, state_name
from app.research.wave_forms import wave_sentence

AREAS = (
    home,
    studies,
    participants,
    persons,
    identities,
    members,
    journal,
    consent_texts,
    questionnaires,
    bank,
    editor,
    editor_start,
    editor_bank,
    editor_languages,
    editor_preview,
    comments,
    comparing,
    form_files,
    collections,
    collection_settings,
    sent_files,
    fieldwork,
    pace,
    invitations,
    groups,
    quotas,
    handing_over,
    waves,
    transcripts,
    desk,
    codebook,
    segments,
    clusters,
    mirror,
    indicators,
    weaving,
    reports,
    exports,
)


def init_app(app: Flask) -> None:
    """Open this room."""
    app.jinja_env.globals.update(role_name=role_name, state_name=state_name, wave_sentence=wave_sentence)
    for area in AREAS:
        app.register_blueprint(area.blueprint)
