"""Read an SPSS file from the input and write it as JSON: run as a process that may crash or be stopped without harm."""

import json
import math
import resource
import sys
import tempfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

MEMORY = 1_500_000_000
MAX_ROWS = 50_000
MAX_CELLS = 1_000_000


def main() -> None:
    """Read, write, end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.sav"
        path.write_bytes(sys.stdin.buffer.read())
        _none, about = pyreadstat.read_sav(path, metadataonly=True)
        rows = about.number_rows or 0
        if rows > MAX_ROWS or rows * (about.number_columns or 0) > MAX_CELLS:
            json.dump({"too_large": True}, sys.stdout)
            return
        columns, meta = pyreadstat.read_sav(path, user_missing=True, output_format="dict")
    headings = list(meta.column_names)
    cells = [[_text(value) for value in columns[name]] for name in headings]
    json.dump(
        {
            "headings": headings,
            "rows": list(zip(*cells, strict=True)) if cells else [],
            "labels": {
                name: {_text(value): str(label) for value, label in labels.items()}
                for name, labels in meta.variable_value_labels.items()
            },
            "captions": {name: label for name, label in meta.column_names_to_labels.items() if label},
        },
        sys.stdout,
    )


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


if __name__ == "__main__":
    main()
