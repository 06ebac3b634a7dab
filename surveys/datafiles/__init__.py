"""Answers as files that statistical programs and archives read: the same variables, written in several formats.

`variables` says what the columns are, `collecting` fills them from responses, `statistical` writes SPSS and Stata
files, `ddi` and `plain_json` the documents. docs/method/exports.md describes them to who receives the files.
"""
