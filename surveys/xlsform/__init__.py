"""XLSForm in: a workbook becomes a definition, or a list of what to correct and where."""

from surveys.xlsform.problems import FormRefused, Problem, Severity
from surveys.xlsform.reader import ReadForm, read_form

__all__ = ["FormRefused", "Problem", "ReadForm", "Severity", "read_form"]
