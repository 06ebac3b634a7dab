"""Run one migration on the connection that app.cli.database gives."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

import app.models  # noqa: F401  every table must be known
from app.cli.database import is_ours
from core.db import AwareDateTime, Base


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Write plain types: a migration must mean the same when our code has moved on."""
    if kind != "type":
        return False
    if isinstance(item, AwareDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, sa.Enum):
        values = ", ".join(repr(value) for value in item.enums)
        return f"sa.Enum({values}, name={item.name!r}, native_enum=False, create_constraint=True, length={item.length})"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    include_object=is_ours,
    compare_server_default=True,
    transactional_ddl=True,
)
# The caller's transaction holds the whole upgrade: all of it, or nothing.
context.run_migrations()
