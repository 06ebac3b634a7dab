"""What must never touch a file or text that somebody sent."""

import ast

from tests.architecture.sources import name_of, python_files, tree

NEVER_IMPORTED = {"pickle", "marshal", "shelve", "lxml", "xml", "dill", "joblib", "imp"}
NEVER_CALLED = {"eval", "exec", "compile", "__import__", "yaml.load", "os.system", "os.popen", "re.compile_user"}
# defusedxml gives elements of xml.etree, whose type one may want to name.
ALLOWED_IMPORTS = {"xml.etree.ElementTree"}
# Schemas need lxml; the one module that has it expands no entity and takes no DTD.
ALLOWED_PLACES = {"coding/exchange/markup.py": "lxml"}


def imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module or ""]
    return []


def test_no_code_imports_what_runs_or_trusts_data():
    found = []
    for path in python_files():
        for node in ast.walk(tree(path)):
            found += [
                f"{name_of(path)}:{node.lineno}: {name}"
                for name in imports(node)
                if name.split(".")[0] in NEVER_IMPORTED
                and name not in ALLOWED_IMPORTS
                and ALLOWED_PLACES.get(name_of(path)) != name.split(".")[0]
            ]

    assert found == []


def test_no_code_runs_text():
    found = [
        f"{name_of(path)}:{node.lineno}: {ast.unparse(node.func)}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in NEVER_CALLED
    ]

    assert found == []


def test_xml_is_parsed_by_defusedxml_only():
    parsers = ("ElementTree.parse", "ElementTree.fromstring", "ElementTree.XML", "ElementTree.iterparse", "etree.parse")
    found = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        if "from xml.etree import ElementTree" in text or "import xml.etree.ElementTree" in text:
            found += [f"{name_of(path)}: {parser}" for parser in parsers if parser in text]

    assert found == []


def test_only_the_unit_of_work_commits():
    committing = {
        name_of(path)
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    }

    assert committing == {"app/unit_of_work.py"}
