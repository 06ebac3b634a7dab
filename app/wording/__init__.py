"""Sentences for the codes that the domain raises; one table a package, so that an error has one wording.

A sentence may name the details of its error: `%(row)s`.
"""

from flask_babel import gettext

from app.wording import (
    account,
    agreement,
    coding,
    datafiles,
    editing,
    evaluation,
    facilitate,
    fieldwork,
    jobs,
    projects,
    studies,
    surveys,
    uploads,
)
from core.errors import DomainError

SENTENCES: dict[str, str] = {
    **account.SENTENCES,
    **agreement.SENTENCES,
    **studies.SENTENCES,
    **surveys.SENTENCES,
    **editing.SENTENCES,
    **coding.SENTENCES,
    **datafiles.SENTENCES,
    **evaluation.SENTENCES,
    **facilitate.SENTENCES,
    **fieldwork.SENTENCES,
    **jobs.SENTENCES,
    **projects.SENTENCES,
    **uploads.SENTENCES,
}


def word(error: DomainError) -> str:
    """Return the sentence of `error` in the language of the request or command.

    Raises: KeyError: a code without wording; a test lists every code raised and fails before a person sees it.
    """
    return word_code(error.code, error.details)


def word_code(code: str, details: dict[str, object]) -> str:
    """Return the sentence of a problem or warning that was stored rather than raised."""
    return str(gettext(SENTENCES[code]) % details)
