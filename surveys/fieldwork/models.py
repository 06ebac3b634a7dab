"""The tables of a collection in the field: how many responses of each kind it wants, and who has a place."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Dated, Identified


class Quota(Identified, Dated, Base):
    """How many responses of one kind a collection wants; `taken` counts those that have a place.

    A response is of this kind when all of it holds: its site, its population, and each of `conditions`
    (`{"item": key, "values": [names]}` or `{"item": key, "least": number, "most": number}`, a bound None: no bound).
    """

    __tablename__ = "quota"
    __table_args__ = (
        CheckConstraint("target >= 1", name="target_positive"),
        CheckConstraint("taken >= 0", name="taken_positive"),
    )

    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collection.id", ondelete="CASCADE"), index=True)
    label: Mapped[str]
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    population_id: Mapped[UUID | None] = mapped_column(ForeignKey("population.id", ondelete="CASCADE"))
    conditions: Mapped[list[Any]] = mapped_column(default=list)
    target: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)


class QuotaPlace(Base):
    """A response that was sent counts in a quota, or came when it was full (`is_over`): it is kept all the same."""

    __tablename__ = "quota_place"

    quota_id: Mapped[UUID] = mapped_column(ForeignKey("quota.id", ondelete="CASCADE"), primary_key=True)
    response_id: Mapped[UUID] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_over: Mapped[bool] = mapped_column(default=False)
