"""Bytes on the wire of each respondent's page, HTML + CSS as the server sends them, and what else it asks for.

The processor time of compressing one page is measured beside.

python benchmarks/page_weight.py FORM.xlsx…      (every page of each form, conditions held open)
"""

import gzip
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
LIMIT = 14 * 1024
SCRIPTS = ROOT / "app/static/js"
PHONE_SCRIPTS = ("respond.js", "aloud.js", "capture.js")
ENGINE_LIMIT, SCRIPTS_LIMIT = 9 * 1024, 20 * 1024


def main():
    import config
    from app.extensions import db
    from app.factory import create_app
    from app.unit_of_work import unit_of_work
    from core.db import Base
    from studies.models import Study
    from surveys.services import import_questionnaire, open_collection, publish

    weights, requests, bodies = [], set(), []
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            config.load(
                {"DATABASE_URL": f"sqlite:///{folder}/w.sqlite3", "TRESSE_DATA_DIR": folder, "SECRET_KEY": "w" * 40}
            )
        )
        with app.app_context():
            Base.metadata.create_all(db.engine)
            for name in sys.argv[1:]:
                with unit_of_work() as session:
                    study = Study(key=f"w{len(weights)}", title="w")
                    session.add(study)
                    session.flush()
                    version = import_questionnaire(
                        session, study.id, file_name=Path(name).name, content=Path(name).read_bytes()
                    )
                    publish(session, study.id, version.id)
                    code = open_collection(session, study.id, version_id=version.id, title="Poids").token
                    version_id = version.id
                weights += pages(app, code, version_id, requests, bodies)
            css = style_weight(app, code)
            db.engine.dispose()
    for weight, page in sorted(weights, reverse=True)[:5]:
        print(f"{(weight + css) / 1024:6.2f} kB  {page}")
    worst = max(weights)[0] + css
    print(
        f"n={len(weights)} pages; style {css / 1024:.2f} kB; heaviest {worst / 1024:.2f} kB; limit {LIMIT / 1024:.0f} kB"  # noqa: E501  one line of a table
    )
    middle, most = compression_cost(bodies)
    print(f"compressing a page: median {middle:.2f} ms, worst {most:.2f} ms of processor (n={len(bodies)})")
    print("other requests a page asks for:", sorted(requests) or "none")
    script_weights()


def script_weights():
    """Print what scripts weigh gzipped: the interpreter with the form engine, and all that one page may load."""
    engine = bundled(SCRIPTS / "respond/form.js")
    print(f"interpreter and form engine {engine / 1024:.2f} kB; limit {ENGINE_LIMIT / 1024:.0f} kB")
    weights = {name: bundled(SCRIPTS / name) for name in PHONE_SCRIPTS}
    each = ", ".join(f"{name} {weight / 1024:.2f} kB" for name, weight in weights.items())
    print(f"{each}; together {sum(weights.values()) / 1024:.2f} kB; limit {SCRIPTS_LIMIT / 1024:.0f} kB")


def bundled(entry):
    """Return the bytes of a script bundled and gzipped as they are served, with the targets of build.mjs."""
    targets = re.search(r"target: (\[[^]]*\])", (ROOT / "build.mjs").read_text())[1]
    made = subprocess.run(
        [
            ROOT / "node_modules/.bin/esbuild",
            entry,
            "--bundle",
            "--minify",
            "--format=esm",
            f"--target={','.join(json.loads(targets))}",
        ],
        capture_output=True,
        check=True,
    ).stdout
    return len(gzip.compress(made, 9, mtime=0))


def style_weight(app, code):
    """Return the bytes of the style as sent to a browser that takes gzip."""
    client = app.test_client()
    page = client.get(f"/r/{code}").get_data(as_text=True)
    with client.get(re.search(r'stylesheet" href="([^"]+)', page)[1], headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        return len(answer.data)


def compression_cost(bodies):
    """Return the processor milliseconds of compressing a page: median and worst, each the best of five."""
    from app.respond.entrance import LEVEL

    costs = []
    for body in bodies:
        best = float("inf")
        for _ in range(5):
            begun = time.process_time_ns()
            gzip.compress(body, LEVEL, mtime=0)
            best = min(best, (time.process_time_ns() - begun) / 1e6)
        costs.append(best)
    return statistics.median(costs), max(costs)


def pages(app, code, version_id, requests, bodies):
    """Weigh every page with every question shown: relevance is replaced by « always »."""
    from dataclasses import replace

    from app.extensions import db
    from surveys.definition import Group
    from surveys.services import find_collection
    from surveys.versions import LoadedVersion, _kept, prepare

    def opened(node):
        if isinstance(node, Group):
            return replace(node, relevant=None, children=tuple(opened(child) for child in node.children))
        return replace(node, relevant=None)

    find_collection(db.session(), code)
    loaded = _kept[version_id]
    definition = replace(loaded.definition, children=tuple(opened(node) for node in loaded.definition.children))
    _kept[version_id] = LoadedVersion(
        loaded.id, loaded.questionnaire_id, loaded.number, loaded.is_published, *prepare(definition)
    )
    client = app.test_client()
    token = re.search(r'csrf" value="([^"]+)', client.get(f"/r/{code}").get_data(as_text=True))[1]
    client.post(f"/r/{code}", data={"csrf": token})
    found = []
    for path in ["", *(f"/p/{page.key}" for page in _kept[version_id].pages), "/pause", "/verifier"]:
        answer = client.get(f"/r/{code}{path}")
        html = answer.get_data(as_text=True)
        bodies.append(answer.data)
        found.append(
            (len(client.get(f"/r/{code}{path}", headers={"Accept-Encoding": "gzip"}).data), f"/r/{code}{path}")
        )
        requests.update(
            address
            for address in re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', html)
            if not address.startswith("data:") and "phone.css" not in address
        )
    return found


if __name__ == "__main__":
    main()
