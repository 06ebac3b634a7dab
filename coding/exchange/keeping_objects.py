"""Variables, cases, sets, links and drawings of a project that comes in."""

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select

from coding.exchange.project import Value
from coding.exchange.registry import free_name
from coding.object_models import (
    Attribute,
    AttributeScope,
    AttributeType,
    AttributeValue,
    Case,
    CaseMember,
    CodeSet,
    CodeSetMember,
    KeptElement,
    LinkDirection,
    Network,
    ObjectKind,
    ObjectLink,
)
from coding.services.attributes import canonical
from core.clock import now
from core.errors import Invalid
from studies.models import Participant

if TYPE_CHECKING:
    from coding.exchange.keeping import Keeper

TYPES = {
    "Text": AttributeType.TEXT,
    "Boolean": AttributeType.BOOLEAN,
    "Integer": AttributeType.INTEGER,
    "Float": AttributeType.FLOAT,
    "Date": AttributeType.DATE,
    "DateTime": AttributeType.DATETIME,
}
DIRECTIONS = {
    "Associative": LinkDirection.ASSOCIATIVE,
    "OneWay": LinkDirection.ONE_WAY,
    "Bidirectional": LinkDirection.BIDIRECTIONAL,
}
_ENDS = (
    ObjectKind.CODE,
    ObjectKind.TRANSCRIPT,
    ObjectKind.MEMO,
    ObjectKind.CASE,
    ObjectKind.CODE_SET,
    ObjectKind.CODING,
    ObjectKind.ATTRIBUTE,
    ObjectKind.LINK,
    ObjectKind.ACCOUNT,
    ObjectKind.NETWORK,
    ObjectKind.KEPT,
)
Attributes = dict[tuple[AttributeScope, UUID], tuple[UUID, AttributeType]]


def keep_variables(keeper: "Keeper") -> Attributes:
    """Write the attributes, one for each scope that uses a variable, and the values of documents."""
    project, session = keeper.project, keeper.session
    known = {attribute.id: attribute for attribute in session.scalars(_of_study(Attribute, keeper))}
    used: dict[AttributeScope, set[UUID]] = {
        AttributeScope.CASE: {value.variable for case in project.cases for value in case.values},
        AttributeScope.DOCUMENT: {value.variable for source in project.sources for value in source.values},
    }
    found: Attributes = {}
    for place, variable in enumerate(project.variables):
        scopes = [scope for scope, guids in used.items() if variable.guid in guids] or [AttributeScope.CASE]
        for scope in scopes:
            earlier = [known.get(each) for each in keeper.registry.find_all(ObjectKind.ATTRIBUTE, variable.guid)]
            attribute = next((each for each in earlier if each is not None and each.scope is scope), None)
            kind = TYPES[variable.type]
            name = variable.name.strip() or str(variable.guid)[:8]
            if attribute is None:
                same = [each for each in known.values() if each.scope is scope]
                attribute = next((each for each in same if each.name == name and each.type is kind), None)
            if attribute is None:
                kept = free_name(name, [each.name for each in same])
                attribute = Attribute(
                    id=uuid4(), study_id=keeper.study_id, scope=scope, name=kept, type=kind,
                    description=variable.description, position=place,
                )  # fmt: skip
                session.add(attribute)
                known[attribute.id] = attribute
                keeper.count("variables")
            given = {} if attribute.name == variable.name else {"name": [attribute.name, variable.name]}
            keeper.registry.keep(ObjectKind.ATTRIBUTE, attribute.id, variable.guid, given=given)
            found[scope, variable.guid] = (attribute.id, attribute.type)
    session.flush()
    owners = [(keeper.registry.find(ObjectKind.TRANSCRIPT, source.guid), source.values) for source in project.sources]
    _keep_values(keeper, found, AttributeScope.DOCUMENT, owners)
    return found


def _keep_values(
    keeper: "Keeper", attributes: Attributes, scope: AttributeScope, owners: list[tuple[UUID | None, list[Value]]]
) -> None:
    ids = {attribute_id for attribute_id, _type in attributes.values()}
    held = {
        (row.attribute_id, row.object_id)
        for row in keeper.session.execute(
            select(AttributeValue.attribute_id, AttributeValue.object_id).where(AttributeValue.attribute_id.in_(ids))
        )
    }
    rows: list[dict[str, Any]] = []
    for owner, values in owners:
        for value in values:
            found = attributes.get((scope, value.variable))
            if found is None or owner is None:
                keeper.project.tell("project.variable_unknown", place=value.place, guid=str(value.variable))
                continue
            if (found[0], owner) in held:
                continue
            held.add((found[0], owner))
            try:
                kept = canonical(found[1], value.text)
            except Invalid:
                keeper.project.tell("project.value_unfit", place=value.place, value=value.text)
                continue
            rows.append({"attribute_id": found[0], "object_id": owner, "value": kept})
    if rows:
        keeper.session.execute(insert(AttributeValue), rows)


def keep_cases(keeper: "Keeper", attributes: Attributes) -> None:
    """Write the cases with what belongs to them and their values; one that left as a participant is theirs again."""
    session, registry, project = keeper.session, keeper.registry, keeper.project
    names = set(session.scalars(select(Case.name).where(Case.study_id == keeper.study_id)))
    participants = set(session.scalars(select(Participant.id).where(Participant.study_id == keeper.study_id)))
    members: list[dict[str, Any]] = []
    owners: list[tuple[UUID | None, list[Value]]] = []
    for case in project.cases:
        if case.guid in participants:
            continue
        case_id = registry.find(ObjectKind.CASE, case.guid)
        if case_id is not None:
            owners.append((case_id, case.values))
            continue
        name = free_name(case.name.strip() or str(case.guid)[:8], names)
        if not case.name.strip():
            project.tell("project.case_unnamed", place=case.place, name=name)
        names.add(name)
        case_id = uuid4()
        session.add(
            Case(
                id=case_id, study_id=keeper.study_id, name=name, description=case.description,
                created_by=keeper.account_id,
            )
        )  # fmt: skip
        given: dict[str, Any] = {} if name == case.name else {"name": [name, case.name]}
        chosen: dict[str, list[str]] = {}
        wanted: list[tuple[ObjectKind, UUID]] = []
        for kind, guids in (
            (ObjectKind.CODE, case.codes), (ObjectKind.TRANSCRIPT, case.sources), (ObjectKind.SEGMENT, case.selections),
        ):  # fmt: skip
            for guid in guids:
                object_id = registry.find(kind, guid)
                if object_id is None:
                    project.tell("project.member_unknown", place=case.place, guid=str(guid))
                    continue
                wanted.append((kind, object_id))
                if kind is ObjectKind.SEGMENT:
                    chosen.setdefault(str(object_id), []).append(str(guid))
        members += [
            {"case_id": case_id, "object_kind": kind, "object_id": object_id, "position": position}
            for position, (kind, object_id) in enumerate(dict.fromkeys(wanted))
        ]
        registry.keep(ObjectKind.CASE, case_id, case.guid, given=given | ({"selections": chosen} if chosen else {}))
        owners.append((case_id, case.values))
        keeper.count("cases")
    session.flush()
    if members:
        session.execute(insert(CaseMember), members)
    _keep_values(keeper, attributes, AttributeScope.CASE, owners)


def keep_sets(keeper: "Keeper") -> None:
    """Write the sources that are not text, then the sets."""
    session, registry, project = keeper.session, keeper.registry, keeper.project
    for position, kept in enumerate(project.kept):
        if registry.find(ObjectKind.KEPT, kept.guid) is None:
            kept_id = uuid4()
            session.add(
                KeptElement(
                    id=kept_id, study_id=keeper.study_id, name=kept.name, content=kept.content, position=position
                )
            )
            registry.keep(ObjectKind.KEPT, kept_id, kept.guid)
            keeper.count("kept")
    names = set(session.scalars(select(CodeSet.name).where(CodeSet.study_id == keeper.study_id)))
    last = session.scalar(select(func.max(CodeSet.position)).where(CodeSet.study_id == keeper.study_id))
    members: list[dict[str, Any]] = []
    for each in project.sets:
        if registry.find(ObjectKind.CODE_SET, each.guid) is not None:
            continue
        name = free_name(each.name.strip() or str(each.guid)[:8], names)
        names.add(name)
        set_id, last = uuid4(), 0 if last is None else last + 1
        session.add(
            CodeSet(id=set_id, study_id=keeper.study_id, name=name, description=each.description, position=last)
        )
        registry.keep(
            ObjectKind.CODE_SET, set_id, each.guid, given={} if name == each.name else {"name": [name, each.name]}
        )
        keeper.count("sets")
        wanted: list[tuple[ObjectKind, UUID]] = []
        for guid, kinds in (
            *((guid, (ObjectKind.CODE,)) for guid in each.codes),
            *((guid, (ObjectKind.TRANSCRIPT, ObjectKind.KEPT)) for guid in each.sources),
            *((guid, (ObjectKind.MEMO,)) for guid in each.notes),
        ):
            found = [(kind, registry.find(kind, guid)) for kind in kinds]
            known = [(kind, object_id) for kind, object_id in found if object_id is not None]
            if known:
                wanted.append(known[0])
            else:
                project.tell("project.member_unknown", place=each.place, guid=str(guid))
        members += [
            {"set_id": set_id, "object_kind": kind, "object_id": object_id, "position": position}
            for position, (kind, object_id) in enumerate(dict.fromkeys(wanted))
        ]
    session.flush()
    if members:
        session.execute(insert(CodeSetMember), members)


def _end(keeper: "Keeper", guid: UUID | None) -> tuple[ObjectKind | None, UUID | None]:
    """Return what a link or a vertex names; a part of a kept source is known by its GUID alone."""
    if guid is None:
        return None, None
    segment = keeper.registry.find(ObjectKind.SEGMENT, guid)
    if segment is not None:
        return ObjectKind.SEGMENT, segment
    for kind in _ENDS:
        found = keeper.registry.find(kind, guid)
        if found is not None:
            return kind, found
    if any(guid in kept.guids for kept in keeper.project.kept):
        return ObjectKind.KEPT, guid
    return None, None


def keep_links(keeper: "Keeper") -> None:
    """Write the links; one whose end is nowhere is kept without it."""
    for link in keeper.project.links:
        if keeper.registry.find(ObjectKind.LINK, link.guid) is not None:
            continue
        origin, target = _end(keeper, link.origin), _end(keeper, link.target)
        for guid, end in ((link.origin, origin), (link.target, target)):
            if guid is not None and end[0] is None:
                keeper.project.tell("project.end_unknown", place=link.place, guid=str(guid))
        link_id = uuid4()
        keeper.session.add(
            ObjectLink(
                id=link_id, study_id=keeper.study_id, name=link.name, direction=DIRECTIONS.get(link.direction),
                colour=link.colour, origin_kind=origin[0], origin_id=origin[1], target_kind=target[0],
                target_id=target[1], created_by=keeper.account_id, created_at=now(),
            )
        )  # fmt: skip
        given = {
            name: [None if end[1] is None else str(end[1]), None if guid is None else str(guid)]
            for name, guid, end in (("origin", link.origin, origin), ("target", link.target, target))
        }
        keeper.registry.keep(ObjectKind.LINK, link_id, link.guid, given=given)
        keeper.count("links")
    keeper.session.flush()


def keep_drawings(keeper: "Keeper") -> None:
    """Write the drawings; each vertex knows the object it stands for, so that it goes with it."""
    for graph in keeper.project.graphs:
        if keeper.registry.find(ObjectKind.NETWORK, graph.guid) is not None:
            continue
        vertices = []
        for vertex in graph.vertices:
            kind, object_id = _end(keeper, _guid(vertex.get("representedGUID")))
            is_ours = kind is not None and kind is not ObjectKind.KEPT
            vertices.append(
                {
                    "guid": vertex.get("guid", ""),
                    "kind": kind.value if kind is not None and is_ours else None,
                    "id": str(object_id) if is_ours else None,
                    "attributes": vertex,
                }
            )
        edges = [
            {
                "guid": edge.get("guid", ""),
                "source": edge.get("sourceVertex", ""),
                "target": edge.get("targetVertex", ""),
                "attributes": edge,
            }
            for edge in graph.edges
        ]
        network_id = uuid4()
        keeper.session.add(
            Network(id=network_id, study_id=keeper.study_id, name=graph.name, vertices=vertices, edges=edges)
        )
        keeper.registry.keep(ObjectKind.NETWORK, network_id, graph.guid)
        keeper.count("graphs")
    keeper.session.flush()


def _guid(written: str | None) -> UUID | None:
    try:
        return None if written is None else UUID(written.strip("{} "))
    except ValueError:
        return None


def _of_study(model: Any, keeper: "Keeper") -> Any:
    return select(model).where(model.study_id == keeper.study_id)
