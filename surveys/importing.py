"""Read a questionnaire that somebody wrote elsewhere, whatever the format: XLSForm, or a survey of LimeSurvey."""

from collections.abc import Mapping

from surveys.lists import ListFile
from surveys.lss.document import is_lss
from surveys.lss.reader import read_lss
from surveys.xlsform import ReadForm, read_form


def read_questionnaire(
    content: bytes, *, file_name: str, locale: str = "fr", files: Mapping[str, ListFile] | None = None
) -> ReadForm:
    """Read a form, told by its content.

    Args: as `surveys.xlsform.read_form`; a survey of LimeSurvey names its languages and reads no lists.
    Raises: FormRefused: with every problem found; Invalid: an archive or XML that is damaged or forbidden.
    """
    if is_lss(content):
        return read_lss(content, file_name=file_name)
    return read_form(content, file_name=file_name, locale=locale, files=files)
