"""The side navigation of a study: the research cycle, from design to delivery.

A link shows when its screen exists and the person may open it; each room owns the names of its endpoints.
"""

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import lazy_gettext

from app.security import ALLOWED, Action, current_study, may


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the navigation."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """One moment of the research cycle and its screens."""

    title: str
    links: tuple[Link, ...]


_ = lazy_gettext

# Title of the moment, then (label, endpoint); the action comes from the view itself.
CHAPTERS = (
    (
        _("Design"),
        (
            (_("Overview"), "studies.show_study"),
            (_("Study design"), "studies.edit_study"),
            (_("Calendar of the waves"), "waves.list_waves"),
            (_("Participants"), "participants.list_participants"),
            (_("Consent"), "consents.list_versions"),
            (_("Team"), "members.list_members"),
        ),
    ),
    (
        _("Collect"),
        (
            (_("Questionnaires"), "questionnaires.list_questionnaires"),
            (_("Question bank"), "bank.list_questions"),
            (_("Collections"), "collections.list_collections"),
            (_("Mirrored questions"), "mirror.show_mirror"),
            (_("Paper entry"), "keying.ask_sheet"),
            (_("Data from elsewhere"), "data_imports.list_files"),
        ),
    ),
    (
        _("Interpret"),
        (
            (_("Transcripts"), "transcripts.list_transcripts"),
            (_("Names in the texts"), "names.list_names"),
            (_("Codebook"), "codebook.show_codebook"),
            (_("Segments"), "segments.list_segments"),
            (_("Search"), "search.search"),
            (_("Clusters"), "clusters.list_clusterings"),
            (_("Coding together"), "together.show_plan"),
            (_("Agreement"), "agreement.list_measures"),
        ),
    ),
    (_("Discuss"), ((_("Sessions"), "facilitate.choose_collection"),)),
    (
        _("Conclude"),
        (
            (_("Indicators"), "indicators.list_indicators"),
            (_("Weaving"), "weaving.show_weaving"),
        ),
    ),
    (
        _("Deliver"),
        (
            (_("Reports"), "reports.list_reports"),
            (_("Data files"), "exports.list_exports"),
            (_("Exchange with other software"), "projects.show_projects"),
            (_("Audit trail"), "journal.show_journal"),
        ),
    ),
)


def study_navigation() -> tuple[Chapter, ...]:
    """Return the chapters with at least one screen open to the person of this request."""
    key = current_study().key
    chapters = []
    for title, entries in CHAPTERS:
        links = tuple(
            Link(str(label), url_for(endpoint, study_key=key), _is_current(endpoint))
            for label, endpoint in entries
            if may_open(endpoint)
        )
        if links:
            chapters.append(Chapter(str(title), links))
    return tuple(chapters)


def may_open(endpoint: str) -> bool:
    """Say whether a screen exists and the person of this request may open it in this study."""
    view = current_app.view_functions.get(endpoint)
    action: Action | None = getattr(view, "action", None)
    return action in ALLOWED and may(action) if action is not None else False


def _is_current(endpoint: str) -> bool:
    """Whether this request is on that screen, or on one below it in the same room."""
    here = request.endpoint or ""
    if here == endpoint:
        return True
    siblings = [name for _title, entries in CHAPTERS for _label, name in entries]
    return here not in siblings and here.rpartition(".")[0] == endpoint.rpartition(".")[0]
