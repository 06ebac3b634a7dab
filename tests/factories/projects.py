"""Small projects of other software, made for tests: QDPX from XML and texts, databases of Taguette and QualCoder."""

import io
import sqlite3
import tempfile
import zipfile
from pathlib import Path

USER = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


def shape(project):
    """All that must come back, by GUID."""

    def codings(each):
        return sorted((c.guid, c.code, c.user, c.created_at, tuple(c.notes)) for c in each.codings)

    return {
        "name": project.name,
        "description": project.description,
        "users": {user.guid: user.name for user in project.users},
        "codes": [
            (
                code.guid, code.name, code.is_codable, (code.colour or "").lower(), code.description,
                None if above is None else above.guid, tuple(code.notes),
            )
            for code, above in project.all_codes()
        ],
        "sources": {
            source.guid: (
                source.name, source.text, source.description, codings(source), tuple(source.notes),
                [(value.variable, value.type, value.text) for value in source.values],
            )
            for source in project.sources
        },
        "selections": {
            selection.guid: (
                source.guid, selection.start, selection.end, selection.name, selection.description, selection.user,
                selection.created_at, codings(selection), tuple(selection.notes),
            )
            for source in project.sources
            for selection in source.selections
        },
        "notes": {
            note.guid: (note.name, note.body, note.description, note.user, note.created_at, note.modified_at)
            for note in project.notes
        },
        "variables": {each.guid: (each.name, each.type, each.description) for each in project.variables},
        "cases": {
            case.guid: (
                case.name, case.description, case.codes, case.sources, case.selections,
                [(value.variable, value.type, value.text) for value in case.values],
            )
            for case in project.cases
        },
        "sets": [(e.guid, e.name, e.description, e.codes, e.sources, e.notes) for e in project.sets],
        "links": {e.guid: (e.name, e.direction, e.colour, e.origin, e.target, e.notes) for e in project.links},
        "graphs": [(graph.guid, graph.name, graph.vertices, graph.edges) for graph in project.graphs],
        "kept": {kept.guid: (kept.name, kept.guids) for kept in project.kept},
    }  # fmt: skip


def guid(number: int) -> str:
    """Return an identifier that is easy to read."""
    return f"00000000-0000-4000-8000-{number:012d}"


def qdpx(body: str, *, texts: dict[str, bytes] | None = None, name: str = "project.qde", root: str = "") -> bytes:
    """Return an archive of a project with these sections."""
    xml = f'<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns="urn:QDA-XML:project:1.0" name="Essai" {root}>'
    return archive({name: f"{xml}\n{body}\n</Project>".encode(), **(texts or {})})


def archive(members: dict[str, bytes]) -> bytes:
    """Return a zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for member, content in members.items():
            made.writestr(member, content)
    return buffer.getvalue()


def database(script: str) -> bytes:
    """Return an SQLite file that a script makes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.sqlite3"
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.close()
        return path.read_bytes()


FULL = f"""
<Users><User guid="{USER}" name="Lila"/><User guid="{OTHER}" name="Noé"/></Users>
<CodeBook><Codes>
  <Code guid="{guid(1)}" name="Peur &amp; élan" isCodable="true" color="#1F5c7A">
    <Description>Dès l’été : « oui » &lt; non
— Inclusion —
la lettre
— Exemple —
être là</Description><NoteRef targetGUID="{guid(60)}"/>
    <Code guid="{{{guid(2).upper()}}}" name="Sous-code" isCodable="true"/>
  </Code>
  <Code guid="{guid(3)}" name="Dossier" isCodable="false" color="#abc"/>
</Codes></CodeBook>
<Variables>
  <Variable guid="{guid(10)}" name="âge" typeOfVariable="Integer"><Description>révolu</Description></Variable>
  <Variable guid="{guid(11)}" name="seul·e" typeOfVariable="Boolean"/>
  <Variable guid="{guid(12)}" name="vu le" typeOfVariable="Date"/>
  <Variable guid="{guid(13)}" name="part" typeOfVariable="Float"/>
  <Variable guid="{guid(14)}" name="lieu" typeOfVariable="Text"/>
  <Variable guid="{guid(15)}" name="noté" typeOfVariable="DateTime"/>
</Variables>
<Cases><Case guid="{guid(20)}" name="Foyer A"><Description>deux</Description><CodeRef targetGUID="{guid(1)}"/>
  <VariableValue><VariableRef targetGUID="{guid(10)}"/><IntegerValue>042</IntegerValue></VariableValue>
  <VariableValue><VariableRef targetGUID="{guid(11)}"/><BooleanValue>true</BooleanValue></VariableValue>
  <VariableValue><VariableRef targetGUID="{guid(12)}"/><DateValue>2026-03-01</DateValue></VariableValue>
  <VariableValue><VariableRef targetGUID="{guid(13)}"/><FloatValue>3.50</FloatValue></VariableValue>
  <VariableValue><VariableRef targetGUID="{guid(15)}"/>
    <DateTimeValue>2026-03-01T08:00:00Z</DateTimeValue></VariableValue>
  <SourceRef targetGUID="{guid(30)}"/><SelectionRef targetGUID="{guid(41)}"/></Case></Cases>
<Sources><TextSource guid="{guid(30)}" name="Entretien" plainTextPath="internal://a.txt" creatingUser="{USER}"
    creationDateTime="2026-01-02T03:04:05Z"><Description>premier</Description>
  <PlainTextSelection guid="{guid(40)}" name="par la lettre" startPosition="0" endPosition="13"
      creatingUser="{USER}" creationDateTime="2026-01-03T00:00:00Z"><Description>à relire</Description>
    <Coding guid="{guid(50)}" creatingUser="{USER}" creationDateTime="2026-01-03T00:00:01Z">
      <CodeRef targetGUID="{guid(1)}"/><NoteRef targetGUID="{guid(61)}"/></Coding>
    <Coding guid="{guid(51)}" creatingUser="{OTHER}" creationDateTime="2026-01-04T00:00:00Z">
      <CodeRef targetGUID="{guid(1)}"/></Coding>
    <NoteRef targetGUID="{guid(61)}"/></PlainTextSelection>
  <PlainTextSelection guid="{guid(41)}" startPosition="0" endPosition="13">
    <Coding guid="{guid(52)}" creatingUser="{USER}"><CodeRef targetGUID="{guid(1)}"/></Coding></PlainTextSelection>
  <PlainTextSelection guid="{guid(42)}" name="la lettre" startPosition="4" endPosition="13">
    <Coding guid="{guid(53)}" creatingUser="{OTHER}"><CodeRef targetGUID="{guid(2)}"/></Coding></PlainTextSelection>
  <Coding guid="{guid(54)}" creatingUser="{USER}"><CodeRef targetGUID="{guid(1)}"/></Coding>
  <NoteRef targetGUID="{guid(60)}"/>
  <VariableValue><VariableRef targetGUID="{guid(14)}"/><TextValue>à côté</TextValue></VariableValue>
</TextSource></Sources>
<Notes><Note guid="{guid(60)}" name="Idée" creatingUser="{USER}" creationDateTime="2026-01-05T00:00:00Z"
    modifiedDateTime="2026-01-06T00:00:00Z"><PlainTextContent>Vu &amp; revu</PlainTextContent></Note>
  <Note guid="{guid(61)}"><PlainTextContent>Peur</PlainTextContent></Note></Notes>
<Links><Link guid="{guid(70)}" name="mène à" direction="OneWay" color="#102030" originGUID="{guid(60)}"
    targetGUID="{guid(42)}"><NoteRef targetGUID="{guid(61)}"/></Link></Links>
<Sets><Set guid="{guid(80)}" name="Ensemble"><Description>d</Description><MemberCode targetGUID="{guid(3)}"/>
  <MemberCode targetGUID="{guid(1)}"/><MemberSource targetGUID="{guid(30)}"/><MemberNote targetGUID="{guid(60)}"/>
</Set></Sets>
<Graphs><Graph guid="{guid(90)}" name="Schéma">
  <Vertex guid="{guid(91)}" representedGUID="{guid(1)}" name="Peur" firstX="0" firstY="1" shape="Oval"/>
  <Vertex guid="{guid(92)}" representedGUID="{guid(42)}" firstX="5" firstY="6"/>
  <Edge guid="{guid(93)}" sourceVertex="{guid(91)}" targetVertex="{guid(92)}" lineStyle="dashed"/></Graph></Graphs>
<Description>Un essai</Description><NoteRef targetGUID="{guid(60)}"/>
"""
"""One of everything the standard has for texts, in the order of its schema; its one text is a.txt."""

TEXT = "par la lettre, et puis le groupe"

TAGUETTE = """
CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT, description TEXT, created TEXT);
CREATE TABLE project_members (project_id INTEGER, user_login TEXT, privileges TEXT);
CREATE TABLE documents (id INTEGER PRIMARY KEY, name TEXT, description TEXT, filename TEXT, created TEXT,
    project_id INTEGER, text_direction TEXT, contents TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER, path TEXT, description TEXT);
CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER, end_offset INTEGER,
    snippet TEXT);
CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
CREATE TABLE commands (id INTEGER PRIMARY KEY, date TEXT, user_login TEXT, project_id INTEGER, document_id INTEGER,
    payload TEXT);
INSERT INTO projects VALUES (1, 'Été', 'décrit', '2026-01-01 10:00:00.000000');
INSERT INTO project_members VALUES (1, 'lila', 'ADMIN');
INSERT INTO documents VALUES (1, 'Entretien', 'un', 'a.html', '2026-01-01 10:00:00', 1, 'LEFT_TO_RIGHT',
    '<p>Été à la plage</p><p>et <i>là-bas</i> aussi</p>');
INSERT INTO tags VALUES (1, 1, 'lieu', 'où'), (2, 1, 'lieu.mer', '');
INSERT INTO highlights VALUES (1, 1, 6, 17, '<p>à la plage</p>'), (2, 1, 20, 27, '<p><i>là-bas</i></p>');
INSERT INTO highlight_tags VALUES (1, 1), (1, 2), (2, 1);
INSERT INTO commands VALUES (1, '2026-01-02 08:00:00', 'noe', 1, 1,
    '{"type": "highlight_add", "highlight_id": 2, "start_offset": 20, "end_offset": 27, "tags": [1]}');
"""

QUALCODER = """
CREATE TABLE project (databaseversion text, date text, memo text, about text);
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer);
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text,
    color text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text,
    date text);
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer,
    owner text, date text, memo text, important integer);
CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text, owner text,
    date text);
CREATE TABLE journal (jid integer primary key, name text, jentry text, date text, owner text);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text);
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer, owner text,
    date text, memo text);
CREATE TABLE attribute_type (name text primary key, date text, owner text, memo text, caseOrFile text,
    valuetype text);
CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer, date text,
    owner text);
CREATE TABLE code_image (imid integer primary key, id integer);
INSERT INTO project VALUES ('v8', '2026-01-01 10:00:00', 'le mémo', 'QualCoder 3.5');
INSERT INTO code_cat VALUES (1, 'Vécu', 'lila', '2026-01-01', 'ce qui est vécu', NULL), (2, 'Corps', 'lila', '', '', 1);
INSERT INTO code_name VALUES (1, 'peur', 'd’être coupé·e', 2, 'lila', '', '#FF0000'), (2, 'seul', '', NULL, '', '', '');
INSERT INTO source VALUES
    (1, 'a.txt', 'par la lettre, et puis le groupe', NULL, 'dense', 'lila', '2026-01-01 10:00:00'),
    (2, 'b.mp3', NULL, '/audio/b.mp3', '', 'lila', '');
INSERT INTO code_text VALUES (1, 1, 1, 'la lettre', 4, 13, 'lila', '2026-01-02 10:00:00', 'bien vu', 0),
    (2, 2, 1, 'la lettre', 4, 13, 'noé', '2026-01-03 10:00:00', '', 1);
INSERT INTO annotation VALUES (1, 1, 23, 32, 'quel groupe ?', 'noé', '2026-01-04 10:00:00');
INSERT INTO journal VALUES (1, 'jour 1', 'commencé', '2026-01-01 10:00:00', 'lila');
INSERT INTO cases VALUES (1, 'Foyer', 'deux', 'lila', '');
INSERT INTO case_text VALUES (1, 1, 1, 0, 31, 'lila', '', '');
INSERT INTO attribute_type VALUES ('âge', '', '', '', 'case', 'numeric'), ('lieu', '', '', 'où', 'file', 'character');
INSERT INTO attribute VALUES (1, 'âge', 'case', '42', 1, '', ''), (2, 'lieu', 'file', 'agence', 1, '', ''),
    (3, 'âge', 'case', '', 1, '', '');
INSERT INTO code_image VALUES (1, 2);
"""
