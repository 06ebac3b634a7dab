"""Sentences for the errors of jobs."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "arrivals.expired": _("What was sent is not kept any more. Send it again."),
    "arrivals.not_found": _("This questionnaire was not sent here, or is still being read."),
    "jobs.died": _("The work stopped short several times and was given up. Nothing was changed."),
    "jobs.not_found": _("This job does not exist."),
    "jobs.not_restartable": _("Only a job that failed or was stopped can be started again."),
    "jobs.over": _("This job is already over; it cannot be stopped any more."),
    "jobs.too_large": _(
        "The work needed more memory than allowed (%(limit)s MB) and was stopped. Nothing was changed."
    ),
    "jobs.too_long": _("The work took longer than allowed (%(limit)s s) and was stopped. Nothing was changed."),
    "jobs.unexpected": _("Something went wrong in Tresse itself. Nothing was changed; the details are in the log."),
    "jobs.unknown_kind": _("There is no job of the kind “%(kind)s”."),
}
