"""The tables of collection: questionnaire, its immutable versions, collection, invitation, response, answers."""

import enum
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Base, Dated, Identified, value_enum
from studies.models import ConsentPurpose


class Missing(enum.StrEnum):
    """Why a value is absent; « not asked » is a third absence and has no row."""

    REFUSED = "refused"
    UNKNOWN = "unknown"
    ILLEGIBLE = "illegible"
    """Something stands there and cannot be read: on paper, or in a file brought in; no phone says so."""


class ResponseState(enum.StrEnum):
    """Where a response stands."""

    STARTED = "started"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class ResponseMode(enum.StrEnum):
    """How it was answered."""

    ALONE = "alone"
    HELPED = "helped"
    FILLED_FOR = "filled_for"
    PAPER = "paper"
    IMPORTED = "imported"
    """Brought in from a file: administrative data, or an older survey."""


class Questionnaire(Identified, Dated, Base):
    """An instrument of a study; its words and rules live in its versions."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("study_id", "key"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    population_id: Mapped[UUID | None] = mapped_column(ForeignKey("population.id"))
    key: Mapped[str]
    title: Mapped[str]
    versions: Mapped[list["QuestionnaireVersion"]] = relationship(
        back_populates="questionnaire", order_by="QuestionnaireVersion.number", lazy="raise"
    )


class QuestionnaireVersion(Identified, Dated, Base):
    """A draft until `published_at` is set; immutable from then on.

    `definition` is the JSON of surveys.definition.Definition, expressions compiled to trees;
    `warnings` is what the import wanted a person to know.
    """

    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("questionnaire_id", "number"),)

    questionnaire_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    source_name: Mapped[str] = mapped_column(default="")
    source_sha256: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    questionnaire: Mapped[Questionnaire] = relationship(back_populates="versions", lazy="raise")


class Collection(Identified, Dated, Base):
    """A published version open to a population in a wave; `token` is the public part of its address.

    `version_id` is the version that new responses start on; those under way keep theirs. With `opens_by_person`, each
    person comes in from the first day of their own window in the wave, if their date is known. With `shows_previous`,
    a person may look at what they answered to the same questions before.
    """

    __tablename__ = "collection"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire_version.id"), index=True)
    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    population_id: Mapped[UUID | None] = mapped_column(ForeignKey("population.id"))
    wave_id: Mapped[UUID | None] = mapped_column(ForeignKey("wave.id"))
    title: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    opens_at: Mapped[datetime] = mapped_column(default=now)
    closes_at: Mapped[datetime | None]
    opens_by_person: Mapped[bool] = mapped_column(default=False)
    shows_previous: Mapped[bool] = mapped_column(default=False)
    version: Mapped[QuestionnaireVersion] = relationship(lazy="raise")


class Invitation(Identified, Dated, Base):
    """A personal way into a collection, so that a response is linked to its participant.

    The code itself is derived from the secret of the application (surveys.invitations) and never stored:
    `code_hash` is its SHA-256.
    """

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("collection_id", "participant_id"),)

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)


class GroupLink(Identified, Dated, Base):
    """A way into a collection for a group in a room or a site: its responses say which group, never who.

    `code` is the public part of its address; it takes no more starts after `expires_at`, past `max_responses`, or once
    it was closed.
    """

    __tablename__ = "group_link"
    __table_args__ = (CheckConstraint("max_responses >= 1", name="max_responses_positive"),)

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id", ondelete="SET NULL"))
    label: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    max_responses: Mapped[int | None]
    closed_at: Mapped[datetime | None]


class Response(Identified, Base):
    """One person's whole set of answers in a collection.

    Its id is minted before anything is saved, so that the same page sent twice stays one response;
    `resume_hash` is the SHA-256 of the token in the link that resumes it, `receipt` the code the person keeps;
    `moment` is the clock frozen for today() and now() in expressions, `seed` the one of shuffled choices;
    `calculated` holds the values of calculate and hidden items as last computed by the server; `version_id` is the
    version it was started on and is finished on, wherever its collection has moved since. `corrects_id` names the
    response that was sent and that this one, under way, will replace (surveys.corrections).
    """

    __tablename__ = "response"
    __table_args__ = (
        Index(None, "collection_id", "state"),
        CheckConstraint("(state = 'submitted') <= (submitted_at IS NOT NULL)", name="submitted_has_moment"),
    )

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire_version.id"), index=True)
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"), index=True)
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), unique=True)
    group_link_id: Mapped[UUID | None] = mapped_column(ForeignKey("group_link.id", ondelete="SET NULL"), index=True)
    resume_hash: Mapped[str] = mapped_column(unique=True)
    receipt: Mapped[str | None] = mapped_column(unique=True)
    locale: Mapped[str]
    mode: Mapped[ResponseMode] = mapped_column(value_enum(ResponseMode), default=ResponseMode.ALONE)
    state: Mapped[ResponseState] = mapped_column(value_enum(ResponseState), default=ResponseState.STARTED)
    revision: Mapped[int] = mapped_column(default=0)
    last_page: Mapped[int] = mapped_column(default=0)
    moment: Mapped[datetime] = mapped_column(default=now)
    seed: Mapped[int] = mapped_column(default=0)
    calculated: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime] = mapped_column(default=now)
    saved_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    collection: Mapped[Collection] = relationship(lazy="raise")
    answers: Mapped[list["Answer"]] = relationship(back_populates="response", lazy="raise")


class ResponseConsent(Identified, Base):
    """One yes or no of a respondent to one purpose; the last one is in force. Rows are only added."""

    __tablename__ = "response_consent"

    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), index=True)
    consent_text_id: Mapped[UUID] = mapped_column(ForeignKey("consent_text.id"))
    purpose: Mapped[ConsentPurpose] = mapped_column(value_enum(ConsentPurpose))
    is_given: Mapped[bool]
    at: Mapped[datetime] = mapped_column(default=now)


class Answer(Base):
    """The value given to one item; no row means not asked, a null value says in `missing` why.

    `value` is text for text and dates (ISO), a number for integer, decimal and range, a choice name for
    select_one and acknowledge, a list of choice names for select_multiple and rank, the id of an attachment for files.
    `shown` is how its choices stood on the page, where there are two ways (surveys.presentation.Look); `is_confirmed`
    says that the person was asked whether it was right, and said yes (a gentle constraint).
    """

    __tablename__ = "answer"

    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    item_name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    missing: Mapped[Missing | None] = mapped_column(value_enum(Missing))
    saved_at: Mapped[datetime] = mapped_column(default=now)
    shown: Mapped[str | None]
    is_confirmed: Mapped[bool] = mapped_column(default=False, server_default=false())
    response: Mapped[Response] = relationship(back_populates="answers", lazy="raise")


class FormFile(Identified, Dated, Base):
    """A picture, a sound or a list that a version's texts and choices name; served from here, never from a folder."""

    __tablename__ = "form_file"
    __table_args__ = (UniqueConstraint("version_id", "name"),)

    version_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire_version.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes]


class TextReview(Identified, Dated, Base):
    """A group of readers approved the texts of a version in one language: only then are they called easy to read.

    `sha256` is that of all these texts: while they stay the same, versions that follow are reviewed too.
    """

    __tablename__ = "text_review"

    questionnaire_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire_version.id", ondelete="CASCADE"), index=True)
    locale: Mapped[str]
    sha256: Mapped[str]
    reviewers: Mapped[str]
    reviewed_on: Mapped[date]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class Attachment(Identified, Base):
    """A photo, a recording, a signature given as an answer; the answer's value is this row's id, as text.

    Its id is minted by who sends it, so that the same file sent twice is one row; `sha256` is that of `content`.
    """

    __tablename__ = "attachment"

    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), index=True)
    item_name: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes]
    saved_at: Mapped[datetime] = mapped_column(default=now)


class DeliveredPage(Base):
    """The last revision of a page that a phone sent by itself, so that the same one sent again changes nothing.

    `revision` counts the saves of the response on its phones, `sha256` is that of the body sent, `phone` is what tells
    the phones of one response apart, `clock_offset` is the server's clock less the phone's, in seconds.
    """

    __tablename__ = "delivered_page"

    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    page_key: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int]
    sha256: Mapped[str]
    phone: Mapped[str]
    clock_offset: Mapped[float]
    delivered_at: Mapped[datetime] = mapped_column(default=now)


class Quarantine(Identified, Dated, Base):
    """What a respondent sent that fits nowhere: kept whole, shown to the staff, never refused."""

    __tablename__ = "quarantine"

    collection_id: Mapped[UUID | None] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    response_id: Mapped[UUID | None]
    reason: Mapped[str]
    payload: Mapped[dict[str, Any]]
