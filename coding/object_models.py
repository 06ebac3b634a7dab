"""The tables around interpretation: cases, attributes, what memos are about, sets, links, what files brought along.

A row that points at "anything" names the kind and the id of an object; `services.references` takes such rows away when
the object goes, since no foreign key can.
"""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dated, Identified, value_enum


class ObjectKind(enum.StrEnum):
    """What a memo, a set, a link or an imported identifier may be about."""

    ACCOUNT = "account"
    ATTRIBUTE = "attribute"
    CASE = "case"
    CLUSTER_GROUP = "cluster_group"
    CODE = "code"
    CODE_SET = "code_set"
    CODING = "coding"
    KEPT = "kept"
    LINK = "link"
    MEMO = "memo"
    NETWORK = "network"
    PARTICIPANT = "participant"
    SEGMENT = "segment"
    SELECTION = "selection"
    SITE = "site"
    SPEAKER = "speaker"
    STUDY = "study"
    THEME = "theme"
    TRANSCRIPT = "transcript"
    WAVE = "wave"


class AttributeScope(enum.StrEnum):
    """Whose attribute it is. Values of persons stay with the participant, where surveys and waves read them."""

    PERSON = "person"
    DOCUMENT = "document"
    SITE = "site"
    WAVE = "wave"
    CASE = "case"


class AttributeType(enum.StrEnum):
    """What the values are, as REFI-QDA names types."""

    TEXT = "text"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    FLOAT = "float"
    DATE = "date"
    DATETIME = "datetime"


class LinkDirection(enum.StrEnum):
    """How a link is read."""

    ASSOCIATIVE = "associative"
    ONE_WAY = "one_way"
    BIDIRECTIONAL = "bidirectional"


class Case(Identified, Dated, Base):
    """What is compared: a person, a household, a place. It is not a document: texts and segments are linked to it."""

    __tablename__ = "analysis_case"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"), index=True)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    members: Mapped[list["CaseMember"]] = relationship(lazy="raise", cascade="all, delete-orphan")


class CaseMember(Base):
    """A transcript, a segment, a speaker or a code (one that holds for all of it) that belongs to a case."""

    __tablename__ = "case_member"
    __table_args__ = (Index(None, "object_kind", "object_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("analysis_case.id", ondelete="CASCADE"), primary_key=True)
    object_kind: Mapped[ObjectKind] = mapped_column(value_enum(ObjectKind), primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class Attribute(Identified, Dated, Base):
    """A typed fact that persons, documents, sites, waves or cases may have."""

    __tablename__ = "attribute"
    __table_args__ = (UniqueConstraint("study_id", "scope", "name"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    scope: Mapped[AttributeScope] = mapped_column(value_enum(AttributeScope))
    name: Mapped[str]
    type: Mapped[AttributeType] = mapped_column(value_enum(AttributeType), default=AttributeType.TEXT)
    description: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class AttributeValue(Base):
    """The value of one attribute for one object, as XML Schema writes it (2026-03-01, true); no row: none."""

    __tablename__ = "attribute_value"
    __table_args__ = (Index(None, "object_id"),)

    attribute_id: Mapped[UUID] = mapped_column(ForeignKey("attribute.id", ondelete="CASCADE"), primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)
    value: Mapped[str]


class MemoLink(Identified, Base):
    """One object that a memo is about. `selection_id` is the imported selection it was written on, if there was one."""

    __tablename__ = "memo_link"
    __table_args__ = (
        UniqueConstraint("memo_id", "object_kind", "object_id", "selection_id"),
        Index(None, "object_kind", "object_id"),
    )

    memo_id: Mapped[UUID] = mapped_column(ForeignKey("memo.id", ondelete="CASCADE"), index=True)
    object_kind: Mapped[ObjectKind] = mapped_column(value_enum(ObjectKind))
    object_id: Mapped[UUID]
    selection_id: Mapped[UUID | None] = mapped_column(ForeignKey("imported_selection.id", ondelete="SET NULL"))


class CodeSet(Identified, Dated, Base):
    """A named set of codes; one that was imported may hold transcripts and memos too."""

    __tablename__ = "code_set"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    members: Mapped[list["CodeSetMember"]] = relationship(lazy="raise", cascade="all, delete-orphan")


class CodeSetMember(Base):
    """A code, a transcript or a memo held by a set."""

    __tablename__ = "code_set_member"
    __table_args__ = (Index(None, "object_kind", "object_id"),)

    set_id: Mapped[UUID] = mapped_column(ForeignKey("code_set.id", ondelete="CASCADE"), primary_key=True)
    object_kind: Mapped[ObjectKind] = mapped_column(value_enum(ObjectKind), primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class ObjectLink(Identified, Dated, Base):
    """A named relation between two objects. An end of kind KEPT is a part of a kept element, known by its own GUID."""

    __tablename__ = "object_link"
    __table_args__ = (Index(None, "origin_kind", "origin_id"), Index(None, "target_kind", "target_id"))

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(default="")
    direction: Mapped[LinkDirection | None] = mapped_column(value_enum(LinkDirection))
    colour: Mapped[str] = mapped_column(default="")
    origin_kind: Mapped[ObjectKind | None] = mapped_column(value_enum(ObjectKind, check="origin_kind"))
    origin_id: Mapped[UUID | None]
    target_kind: Mapped[ObjectKind | None] = mapped_column(value_enum(ObjectKind, check="target_kind"))
    target_id: Mapped[UUID | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Network(Identified, Dated, Base):
    """A drawing of objects and their relations: `vertices` and `edges` as coding.exchange.project has them."""

    __tablename__ = "network"

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(default="")
    vertices: Mapped[list[Any]] = mapped_column(default=list)
    edges: Mapped[list[Any]] = mapped_column(default=list)


class ProjectImport(Identified, Dated, Base):
    """A project file that was brought in: what it said of itself, and what did not fit."""

    __tablename__ = "project_import"

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    file_name: Mapped[str]
    sha256: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    deviations: Mapped[list[Any]] = mapped_column(default=list)


class ImportedSelection(Identified, Base):
    """A selection as an imported file had it; several may lie on one segment, each with its own codings.

    `memo_id` is the memo made of its description, written back as such while that memo stays.
    """

    __tablename__ = "imported_selection"

    segment_id: Mapped[UUID] = mapped_column(ForeignKey("segment.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(default="")
    memo_id: Mapped[UUID | None] = mapped_column(ForeignKey("memo.id", ondelete="SET NULL"))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime | None]


class ImportedGuid(Identified, Base):
    """The identifier that an object had in an imported file, so that it leaves with the same one.

    `written` is its spelling there; `given` holds what Tresse gave because the file had none or another could not be
    kept ({field: [ours, theirs]}): while ours is unchanged, theirs is written back. An object may have several GUIDs.
    """

    __tablename__ = "imported_guid"
    __table_args__ = (
        UniqueConstraint("study_id", "object_kind", "object_id", "guid"),
        Index(None, "study_id", "guid"),
    )

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"))
    object_kind: Mapped[ObjectKind] = mapped_column(value_enum(ObjectKind))
    object_id: Mapped[UUID] = mapped_column(index=True)
    guid: Mapped[UUID]
    written: Mapped[str]
    selection_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("imported_selection.id", ondelete="SET NULL"), index=True
    )
    given: Mapped[dict[str, Any]] = mapped_column(default=dict)


class KeptElement(Identified, Base):
    """A picture, a recording or a PDF of an imported project: Tresse cannot show it, and gives it back as it came.

    `content` is its XML; the file it names is not kept.
    """

    __tablename__ = "kept_element"

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(default="")
    content: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
