"""Gathers memos, attributes, cases, sets, links and drawings of a study that leaves as a project."""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coding.exchange import project as files
from coding.exchange.gathering import Gatherer, back, moment_of
from coding.exchange.keeping_objects import DIRECTIONS, TYPES
from coding.models import Memo, Speaker, Theme, ThemeCode, Transcript
from coding.object_models import (
    Attribute,
    AttributeScope,
    AttributeValue,
    Case,
    CaseMember,
    CodeSet,
    CodeSetMember,
    KeptElement,
    LinkDirection,
    MemoLink,
    Network,
    ObjectKind,
    ObjectLink,
)
from coding.queries.visibility import Viewer
from studies.models import Participant

_TYPE_NAMES = {kind: name for name, kind in TYPES.items()}
_DIRECTION_NAMES = {direction: name for name, direction in DIRECTIONS.items()}
# What a NoteRef may stand in; a memo on anything else is tied by a Link.
_REFERRING = frozenset(
    {ObjectKind.STUDY, ObjectKind.CODE, ObjectKind.TRANSCRIPT, ObjectKind.SEGMENT, ObjectKind.CODING, ObjectKind.LINK}
)


def gather_project(session: Session, study_id: UUID, viewer: Viewer) -> files.Project:
    """Return all of a study's coding that `viewer` sees, proposals nobody accepted left out."""
    gatherer = Gatherer(session, study_id, viewer)
    gatherer.keep_head()
    gatherer.keep_codes()
    gatherer.keep_sources(_needed_segments(session, study_id))
    _keep_kept(gatherer)
    memos = _keep_memos(gatherer)
    _keep_cases(gatherer)
    _keep_sets(gatherer)
    _keep_links(gatherer)
    _tie_memos(gatherer, memos)
    _keep_networks(gatherer)
    gatherer.keep_users()
    return gatherer.project


def gather_codebook(session: Session, study_id: UUID, viewer: Viewer) -> files.Project:
    """Return the codes and their sets."""
    gatherer = Gatherer(session, study_id, viewer)
    gatherer.keep_head()
    gatherer.keep_codes()
    _keep_sets(gatherer)
    gatherer.project.sets = [each for each in gatherer.project.sets if each.codes or not (each.sources or each.notes)]
    return gatherer.project


def _needed_segments(session: Session, study_id: UUID) -> set[UUID]:
    """Return the segments that a memo, a case or a link is about, coded or not."""
    needed = set(
        session.scalars(
            select(MemoLink.object_id)
            .join(Memo, Memo.id == MemoLink.memo_id)
            .where(Memo.study_id == study_id, MemoLink.object_kind == ObjectKind.SEGMENT)
        )
    )
    needed |= set(
        session.scalars(
            select(CaseMember.object_id)
            .join(Case, Case.id == CaseMember.case_id)
            .where(Case.study_id == study_id, CaseMember.object_kind == ObjectKind.SEGMENT)
        )
    )
    for kind, end in (
        (ObjectLink.origin_kind, ObjectLink.origin_id),
        (ObjectLink.target_kind, ObjectLink.target_id),
    ):
        ends = select(end).where(ObjectLink.study_id == study_id, kind == ObjectKind.SEGMENT)
        needed |= {each for each in session.scalars(ends) if each is not None}
    return needed


def _of_study(gatherer: Gatherer, model: Any, *order: Any) -> Any:
    return gatherer.session.scalars(select(model).where(model.study_id == gatherer.study_id).order_by(*order)).all()


def _keep_kept(gatherer: Gatherer) -> None:
    for row in _of_study(gatherer, KeptElement, KeptElement.position, KeptElement.id):
        gatherer.project.kept.append(files.Kept(gatherer.leave(ObjectKind.KEPT, row.id), row.name, row.content))


def _keep_memos(gatherer: Gatherer) -> list[Memo]:
    memos = [
        memo for memo in _of_study(gatherer, Memo, Memo.created_at, Memo.id) if memo.id not in gatherer.descriptions
    ]
    for memo in memos:
        identity = gatherer.names.of(ObjectKind.MEMO, memo.id)
        created_at = moment_of(identity, "created_at", memo.created_at)
        has_author = back(identity, "user", str(memo.author_id)) is not None
        gatherer.project.notes.append(
            files.Note(
                guid=gatherer.leave(ObjectKind.MEMO, memo.id),
                name=memo.title,
                body=memo.body,
                description=memo.description,
                user=gatherer.user(memo.author_id) if has_author else None,
                created_at=created_at,
                modified_at=memo.modified_at if created_at is not None else None,
            )
        )
    return memos


def _variable(gatherer: Gatherer, attribute: Attribute, made: dict[UUID, files.Variable]) -> UUID:
    identity = gatherer.names.of(ObjectKind.ATTRIBUTE, attribute.id)
    guid = gatherer.leave(ObjectKind.ATTRIBUTE, attribute.id)
    name = back(identity, "name", attribute.name)
    made.setdefault(guid, files.Variable(guid, name, _TYPE_NAMES[attribute.type], attribute.description))
    return guid


def _keep_cases(gatherer: Gatherer) -> None:
    """Write the cases, and as cases the participants who speak: other software has no other place for them."""
    session, study_id = gatherer.session, gatherer.study_id
    variables: dict[UUID, files.Variable] = {}
    values: dict[UUID, list[files.Value]] = {}
    attributes = _of_study(gatherer, Attribute, Attribute.scope, Attribute.position, Attribute.name)
    for attribute in attributes:
        if attribute.scope not in {AttributeScope.CASE, AttributeScope.DOCUMENT}:
            continue
        guid = _variable(gatherer, attribute, variables)
        for row in session.execute(
            select(AttributeValue.object_id, AttributeValue.value)
            .where(AttributeValue.attribute_id == attribute.id)
            .order_by(AttributeValue.object_id)
        ):
            values.setdefault(row.object_id, []).append(files.Value(guid, _TYPE_NAMES[attribute.type], row.value))
    sources = {source.guid: source for source in gatherer.project.sources}
    for kind, object_id in list(gatherer.leaving):
        if kind is ObjectKind.TRANSCRIPT:
            sources[gatherer.leaving[kind, object_id]].values = values.get(object_id, [])
    cases = session.scalars(select(Case).where(Case.study_id == study_id).order_by(Case.created_at, Case.id)).all()
    for case in cases:
        gatherer.project.cases.append(_case(gatherer, case, values.get(case.id, [])))
    named = {case.participant_id for case in cases}
    personal = {each.name: each for each in attributes if each.scope is AttributeScope.PERSON}
    for person, transcripts in _speaking(session, study_id):
        if person.id in named:
            continue
        held = [
            files.Value(_personal(gatherer, name, personal, variables), _type_of(name, personal), _written(value))
            for name, value in sorted(person.attributes.items())
            if value not in (None, "")
        ]
        guids = [gatherer.leaving[ObjectKind.TRANSCRIPT, each] for each in transcripts]
        guid = gatherer.leave(ObjectKind.PARTICIPANT, person.id)
        gatherer.project.cases.append(files.Case(guid, person.pseudonym, values=held, sources=guids))
    gatherer.project.variables = list(variables.values())


def _case(gatherer: Gatherer, case: Case, values: list[files.Value]) -> files.Case:
    identity = gatherer.names.of(ObjectKind.CASE, case.id)
    written = files.Case(
        guid=gatherer.leave(ObjectKind.CASE, case.id),
        name=back(identity, "name", case.name),
        description=case.description,
        values=values,
    )
    chosen: dict[str, list[str]] = identity.given.get("selections", {})
    rows = gatherer.session.execute(
        select(CaseMember.object_kind, CaseMember.object_id)
        .where(CaseMember.case_id == case.id)
        .order_by(CaseMember.position, CaseMember.object_kind, CaseMember.object_id)
    )
    for row in rows:
        guid = gatherer.leaving.get((row.object_kind, row.object_id))
        if guid is None:
            continue
        if row.object_kind is ObjectKind.CODE:
            written.codes.append(guid)
        elif row.object_kind is ObjectKind.TRANSCRIPT:
            written.sources.append(guid)
        elif row.object_kind is ObjectKind.SEGMENT:
            there = {each.guid for each in gatherer.selections[row.object_id]}
            wanted = [UUID(each) for each in chosen.get(str(row.object_id), ())]
            written.selections.extend([each for each in wanted if each in there] or [guid])
    return written


def _speaking(session: Session, study_id: UUID) -> list[tuple[Participant, list[UUID]]]:
    """Return the participants whose words the transcripts hold, each with these."""
    rows = session.execute(
        select(Participant, Transcript.id)
        .join(Transcript, Transcript.study_id == Participant.study_id)
        .outerjoin(Speaker, Speaker.transcript_id == Transcript.id)
        .where(
            Participant.study_id == study_id,
            or_(Transcript.participant_id == Participant.id, Speaker.participant_id == Participant.id),
        )
        .distinct()
        .with_only_columns(Participant.id, Transcript.id, Participant.pseudonym, Transcript.created_at)
        .order_by(Participant.pseudonym, Transcript.created_at, Transcript.id)
    ).all()
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row[1])
    people = {each.id: each for each in session.scalars(select(Participant).where(Participant.id.in_(found)))}
    return [(people[person_id], transcripts) for person_id, transcripts in found.items()]


def _personal(gatherer: Gatherer, name: str, known: dict[str, Attribute], made: dict[UUID, files.Variable]) -> UUID:
    if name in known:
        return _variable(gatherer, known[name], made)
    guid = uuid5(gatherer.study_id, f"person/{name}")
    made.setdefault(guid, files.Variable(guid, name, "Text"))
    return guid


def _type_of(name: str, known: dict[str, Attribute]) -> str:
    return _TYPE_NAMES[known[name].type] if name in known else "Text"


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _keep_sets(gatherer: Gatherer) -> None:
    """Write the sets, and the themes as sets: a group of codes with its interpretation."""
    session = gatherer.session
    for row in _of_study(gatherer, CodeSet, CodeSet.position, CodeSet.name):
        identity = gatherer.names.of(ObjectKind.CODE_SET, row.id)
        written = files.Set(
            gatherer.leave(ObjectKind.CODE_SET, row.id), back(identity, "name", row.name), row.description
        )
        lists = {
            ObjectKind.CODE: written.codes,
            ObjectKind.TRANSCRIPT: written.sources,
            ObjectKind.KEPT: written.sources,
            ObjectKind.MEMO: written.notes,
        }
        for member in session.execute(
            select(CodeSetMember.object_kind, CodeSetMember.object_id)
            .where(CodeSetMember.set_id == row.id)
            .order_by(CodeSetMember.position)
        ):
            guid = gatherer.leaving.get((member.object_kind, member.object_id))
            if guid is not None and member.object_kind in lists:
                lists[member.object_kind].append(guid)
        gatherer.project.sets.append(written)
    for theme in _of_study(gatherer, Theme, Theme.position, Theme.name):
        codes = session.scalars(select(ThemeCode.code_id).where(ThemeCode.theme_id == theme.id))
        guids = sorted((gatherer.leaving[ObjectKind.CODE, each] for each in codes), key=str)
        gatherer.project.sets.append(
            files.Set(gatherer.leave(ObjectKind.THEME, theme.id), theme.name, theme.interpretation, codes=guids)
        )


def _keep_links(gatherer: Gatherer) -> None:
    for row in _of_study(gatherer, ObjectLink, ObjectLink.created_at, ObjectLink.id):
        identity = gatherer.names.of(ObjectKind.LINK, row.id)
        ends = []
        for name, kind, object_id in (
            ("origin", row.origin_kind, row.origin_id),
            ("target", row.target_kind, row.target_id),
        ):
            ours = None if object_id is None else str(object_id)
            theirs = identity.given.get(name)
            leaves = kind is None or kind is ObjectKind.KEPT or (kind, object_id) in gatherer.leaving
            if theirs is not None and theirs[0] == ours and leaves:
                ends.append(None if theirs[1] is None else UUID(theirs[1]))
            else:
                ends.append(gatherer.leaving.get((kind, object_id)))
        gatherer.project.links.append(
            files.Link(
                guid=gatherer.leave(ObjectKind.LINK, row.id),
                name=row.name,
                direction=_DIRECTION_NAMES.get(row.direction, ""),
                colour=row.colour,
                origin=ends[0],
                target=ends[1],
            )
        )


def _tie_memos(gatherer: Gatherer, memos: list[Memo]) -> None:
    """Let what a memo is about refer to it; where the standard has no place for that, a link ties them."""
    project = gatherer.project
    codes = {code.guid: code for code, _above in project.all_codes()}
    sources = {source.guid: source for source in project.sources}
    links = {link.guid: link for link in project.links}
    for row in gatherer.session.execute(
        select(MemoLink.memo_id, MemoLink.object_kind, MemoLink.object_id, MemoLink.selection_id)
        .where(MemoLink.memo_id.in_([memo.id for memo in memos]))
        .order_by(MemoLink.id)
    ).all():
        note = gatherer.leaving[ObjectKind.MEMO, row.memo_id]
        guid = gatherer.leaving.get((row.object_kind, row.object_id))
        if row.object_kind is ObjectKind.STUDY:
            project.about.append(note)
        elif row.object_kind is ObjectKind.SEGMENT and row.object_id in gatherer.selections:
            there = gatherer.by_selection.get(row.selection_id)
            for selection in [there] if there is not None else gatherer.selections[row.object_id][:1]:
                selection.notes.append(note)
        elif guid is None:
            continue
        elif row.object_kind is ObjectKind.CODING:
            gatherer.codings[row.object_id][0].notes.append(note)
        elif row.object_kind in _REFERRING:
            places: dict[ObjectKind, Any] = {
                ObjectKind.CODE: codes, ObjectKind.TRANSCRIPT: sources, ObjectKind.LINK: links,
            }  # fmt: skip
            places[row.object_kind][guid].notes.append(note)
        else:
            tie = uuid5(row.memo_id, f"about/{row.object_id}")
            project.links.append(files.Link(tie, "", _DIRECTION_NAMES[LinkDirection.ONE_WAY], origin=note, target=guid))


def _keep_networks(gatherer: Gatherer) -> None:
    for row in _of_study(gatherer, Network, Network.created_at, Network.id):
        written = files.Graph(gatherer.leave(ObjectKind.NETWORK, row.id), row.name)
        there: set[str] = set()
        for vertex in row.vertices:
            end = (vertex.get("kind"), vertex.get("id"))
            if end[1] is not None and (ObjectKind(end[0]), UUID(end[1])) not in gatherer.leaving:
                continue
            there.add(vertex["guid"])
            written.vertices.append(vertex["attributes"])
        written.edges = [edge["attributes"] for edge in row.edges if {edge["source"], edge["target"]} <= there]
        gatherer.project.graphs.append(written)
