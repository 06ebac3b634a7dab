"""Workbooks that somebody made to hang or fill the server that reads them."""

import io
import zipfile
from itertools import pairwise

import xlsxwriter

HEADERS = ("type", "name", "label", "calculation")
SHEET = "xl/worksheets/sheet1.xml"
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(rows):
    """Write a form of these rows below the headers."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("survey")
    for line, row in enumerate((HEADERS, *rows)):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, cell)
    book.close()
    return out.getvalue()


def questions(count):
    return workbook([("text", f"q{number}", f"Question {number} ?") for number in range(count)])


def with_sheet(xml):
    """Write a small form whose sheet is this XML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(questions(1))) as small,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for name in small.namelist():
            changed.writestr(name, xml if name == SHEET else small.read(name))
    return out.getvalue()


def _cells(inside, before=""):
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{_NAMESPACE}">{inside}</worksheet>'


def zip_bomb():
    """60 MB of spaces in 60 kB."""
    return with_sheet(_cells(f"<sheetData><row><c><v>{' ' * 60_000_000}</v></c></row></sheetData>"))


def deep_xml():
    return with_sheet(_cells("<x>" * 100_000 + "</x>" * 100_000))


def many_entities():
    """Nine levels of ten: a thousand million letters."""
    names = "abcdefghij"
    levels = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names))
    doctype = f'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">{levels}]>'
    text = '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row></sheetData>'
    return with_sheet(_cells(text, doctype))


def far_cell():
    """One cell, the last one a sheet can have: the grid to it has 17 thousand million."""
    return with_sheet(_cells('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'))


def million_rows():
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 1_000_001))
    return with_sheet(_cells(f"<sheetData>{rows}</sheetData>"))


def endless_formula():
    return workbook([("text", "q", "Q ?"), ("calculate", "c", "", "1" + "+1" * 16_000)])


def deep_formula():
    return workbook([("text", "q", "Q ?"), ("calculate", "c", "", "(" * 5_000 + "1" + ")" * 5_000)])


def deep_groups(kind="group", count=300):
    begun = [(f"begin {kind}", f"g{number}", "G") for number in range(count)]
    return workbook([*begun, ("text", "q", "Q ?"), *[(f"end {kind}", "", "")] * count])
