"""What each kind of job is called on screen, what its steps are called, and where its result is read."""

from dataclasses import dataclass

from flask_babel import lazy_gettext

from app.jobs.models import JobState

_ = lazy_gettext

KINDS = {
    "coding.agreement": _("Agreement between coders"),
    "coding.cluster": _("Grouping of uncoded segments"),
    "coding.names": _("Search for names in the transcripts"),
    "export.answers": _("File of answers"),
    "mailing.print": _("Letters or lists of calls"),
    "export.coding": _("File of coding"),
    "mailing.send": _("Messages sent to people"),
    "paper.print": _("Questionnaire on paper"),
    "questionnaire.read": _("Questionnaire sent, being read"),
    "project.import": _("Project of other software, brought in"),
    "project.read": _("Project of other software, read"),
    "report.draft": _("Draft PDF, for review"),
    "report.pdf": _("PDF of the report"),
}

STEPS = {
    "": _("Under way"),
    "arrivals.step_open": _("Opening what was sent"),
    "arrivals.step_files": _("Making pictures and sounds ready"),
    "arrivals.step_read": _("Reading the questions"),
    "coding.step_agreement": _("Comparing the coders"),
    "coding.step_lemmas": _("Reading the segments"),
    "coding.step_vectors": _("Comparing the segments"),
    "coding.step_groups": _("Forming the groups"),
    "coding.step_stability": _("Checking that the groups hold"),
    "coding.step_names": _("Reading the transcripts"),
    "coding.step_terms": _("Choosing typical terms"),
    "export.step_read": _("Reading the answers"),
    "export.step_write": _("Writing the files"),
    "export.step_layout": _("Laying out the pages"),
    "mailing.step_sending": _("Sending, one message after the other"),
    "project.step_read": _("Reading the project"),
    "report.step_figures": _("Drawing the figures"),
    "report.step_layout": _("Laying out the pages"),
}

STATES = {
    JobState.QUEUED: _("Waiting"),
    JobState.RUNNING: _("Under way"),
    JobState.DONE: _("Done"),
    JobState.FAILED: _("Failed"),
    JobState.CANCELLED: _("Stopped"),
}

TONES = {
    JobState.QUEUED: "neutral",
    JobState.RUNNING: "info",
    JobState.DONE: "good",
    JobState.FAILED: "danger",
    JobState.CANCELLED: "neutral",
}


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The screen that shows what a job made; `names` are values of its address, found in the job's arguments."""

    endpoint: str
    names: tuple[str, ...]


RESULT_PAGES = {
    "mailing.print": ResultPage("mailing_paper.show_prints", ("collection_id",)),
    "mailing.send": ResultPage("mailing_sent.list_sent", ("collection_id",)),
    "coding.agreement": ResultPage("agreement.show_measure", ("run_id",)),
    "coding.cluster": ResultPage("clusters.show_clustering", ("run_id",)),
    "coding.names": ResultPage("names.list_names", ()),
    "export.answers": ResultPage("exports.show_export", ("export_id",)),
    "export.coding": ResultPage("projects.show_export", ("export_id",)),
    "paper.print": ResultPage("paper.fetch_print", ("print_id",)),
    "questionnaire.read": ResultPage("questionnaires.show_arrival", ("arrival_id",)),
    "project.import": ResultPage("projects.show_import", ("upload_id",)),
    "project.read": ResultPage("projects.review_project", ("upload_id",)),
    "report.draft": ResultPage("reports.edit_report", ("report_id",)),
    "report.pdf": ResultPage("reports.edit_report", ("report_id",)),
}
