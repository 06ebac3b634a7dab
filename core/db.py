"""The mapped base: names of constraints, types of columns, identity of rows."""

import enum
import uuid
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, DateTime, Dialect, Enum, MetaData, Text, TypeDecorator, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.clock import now

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class AwareDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no zone, so it is stripped on the way in and given back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  signature of the base
        """Refuse a moment without a zone; give the others to the database in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a naive datetime was given; use core.clock.now()"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  signature of the base
        """Give every moment back in UTC, with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def value_enum(enum_class: type[enum.Enum], *, check: str = "") -> Enum:
    """Store an enum by its value (SQLAlchemy stores the name by default), with a named CHECK.

    `check` names it where one table has two columns of the same enum.
    """
    return Enum(
        enum_class,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        name=check or _snake(enum_class.__name__),
    )


def _snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


class Base(DeclarativeBase):
    """Every table of Tresse."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        datetime: AwareDateTime,
        date: Date,
        uuid.UUID: Uuid,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }


class Identified:
    """A row known by a random UUID, kept from import and through exchange."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)


class Dated:
    """A row that says when it was made."""

    created_at: Mapped[datetime] = mapped_column(default=now)
