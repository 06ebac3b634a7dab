"""Workbooks whose reading would ask for more memory than any machine has."""

import io
import zipfile

import pytest
import xlsxwriter

from core.workbooks import FarCell, measured_copy

HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"


def archive(sheet, path="xl/worksheets/sheet1.xml", **others):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr(path, HEAD + sheet + TAIL)
        for name, content in others.items():
            zipped.writestr(name, content)
    return buffer.getvalue()


def names(content):
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return set(zipped.namelist())


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r = "XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r="XFD1048576"><!-- --><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
    ],
)
def test_measured_copy_refuses_a_filled_cell_far_away_however_it_is_written(cell):
    with pytest.raises(FarCell):
        measured_copy(archive(cell), file="a.xlsx")


def test_measured_copy_refuses_a_far_cell_wherever_the_sheet_is_kept():
    content = archive('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "xl/elsewhere/sheet.dat")

    with pytest.raises(FarCell):
        measured_copy(content, file="a.xlsx")


def test_measured_copy_lets_empty_cells_be_far():
    content = archive('<row r="1048576"><c r="XFD1048576" s="1"/></row>')

    assert names(measured_copy(content, file="a.xlsx")) == {"xl/worksheets/sheet1.xml"}


def test_measured_copy_keeps_only_parts_that_were_measured():
    content = archive("", **{"xl/broken.xml": "<a><b></a>", "content.xml": "<a/>", "xl/media/a.png": b"\x89PNG"})

    assert names(measured_copy(content, file="a.xlsx")) == {"xl/worksheets/sheet1.xml"}


def test_measured_copy_keeps_a_workbook_readable():
    import python_calamine

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.add_worksheet("Feuille").write_row(0, 0, ["é", 12])

    copy = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(measured_copy(buffer.getvalue(), file="")))

    assert copy.get_sheet_by_index(0).to_python() == [["é", 12.0]]
