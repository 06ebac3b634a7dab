"""Read an old workbook (.xls) in a process of its own, run as a script: bytes in, sheets as JSON out.

The reader holds the whole grid from A1 to the farthest filled cell of every sheet before anybody can ask how large it
is; a file of a few kilobytes can ask for gigabytes. Here that ends this process, and no other.
"""

import io
import json
import resource
import sys
from datetime import datetime, time

MEMORY_BYTES = 1_000_000_000  # address space; the interpreter and the reader take a tenth of it
SECONDS = 20


def as_text(value: object) -> str:
    """Write what JSON has no word for: dates, moments, durations."""
    return str(value.date() if isinstance(value, datetime) and value.time() == time() else value)


def main(wanted: list[str]) -> None:
    """Write `{sheet: rows}`; rows of the sheets named in `wanted`, or of the only one."""
    import python_calamine

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    names = book.sheet_names
    grids = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if len(names) == 1 or name.strip().lower() in wanted
        else []
        for name in names
    }
    json.dump(grids, sys.stdout, default=as_text)


if __name__ == "__main__":
    main(sys.argv[1:])
