"""cases attributes links and exchange.

Revision 0015, after 0014.
"""

import json
import uuid
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = (
    "account", "attribute", "case", "cluster_group", "code", "code_set", "coding", "kept", "link", "memo", "network",
    "participant", "segment", "selection", "site", "speaker", "study", "theme", "transcript", "wave",
)  # fmt: skip
MEMO_KINDS = {
    "code": "code", "coding": "segment", "participant": "case", "segment": "segment", "theme": "code",
    "transcript": "document",
}  # fmt: skip
MEMO = sa.table(
    "memo",
    sa.column("id", sa.Uuid()),
    sa.column("study_id", sa.Uuid()),
    sa.column("kind", sa.Text()),
    sa.column("object_kind", sa.Text()),
    sa.column("object_id", sa.Uuid()),
)
MEMO_LINK = sa.table(
    "memo_link",
    sa.column("id", sa.Uuid()),
    sa.column("memo_id", sa.Uuid()),
    sa.column("object_kind", sa.Text()),
    sa.column("object_id", sa.Uuid()),
)
TRANSCRIPT = sa.table(
    "transcript",
    sa.column("id", sa.Uuid()),
    sa.column("study_id", sa.Uuid()),
    sa.column("attributes", sa.JSON()),
)
ATTRIBUTE = sa.table(
    "attribute",
    sa.column("id", sa.Uuid()),
    sa.column("study_id", sa.Uuid()),
    sa.column("scope", sa.Text()),
    sa.column("name", sa.Text()),
    sa.column("type", sa.Text()),
    sa.column("description", sa.Text()),
    sa.column("position", sa.Integer()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
VALUE = sa.table(
    "attribute_value",
    sa.column("attribute_id", sa.Uuid()),
    sa.column("object_id", sa.Uuid()),
    sa.column("value", sa.Text()),
)


def _kind(name: str) -> sa.Enum:
    return sa.Enum(*KINDS, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "attribute",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "person",
                "document",
                "site",
                "wave",
                "case",
                name="attribute_scope",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "text",
                "boolean",
                "integer",
                "float",
                "date",
                "datetime",
                name="attribute_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_attribute_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribute")),
        sa.UniqueConstraint("study_id", "scope", "name", name=op.f("uq_attribute_study_id_scope_name")),
    )
    with op.batch_alter_table("attribute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attribute_study_id"), ["study_id"], unique=False)

    op.create_table(
        "code_set",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_code_set_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_set")),
        sa.UniqueConstraint("study_id", "name", name=op.f("uq_code_set_study_id_name")),
    )
    with op.batch_alter_table("code_set", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_set_study_id"), ["study_id"], unique=False)

    op.create_table(
        "kept_element",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_kept_element_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_element")),
    )
    with op.batch_alter_table("kept_element", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_element_study_id"), ["study_id"], unique=False)

    op.create_table(
        "network",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("vertices", sa.JSON(), nullable=False),
        sa.Column("edges", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_network_study_id_study"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network")),
    )
    with op.batch_alter_table("network", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_study_id"), ["study_id"], unique=False)

    op.create_table(
        "object_link",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "associative",
                "one_way",
                "bidirectional",
                name="link_direction",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("origin_kind", _kind("origin_kind"), nullable=True),
        sa.Column("origin_id", sa.Uuid(), nullable=True),
        sa.Column("target_kind", _kind("target_kind"), nullable=True),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_object_link_created_by_account")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_object_link_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_object_link")),
    )
    with op.batch_alter_table("object_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_object_link_origin_kind_origin_id"), ["origin_kind", "origin_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_object_link_study_id"), ["study_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_object_link_target_kind_target_id"), ["target_kind", "target_id"], unique=False
        )

    op.create_table(
        "project_import",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("deviations", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_project_import_account_id_account")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_project_import_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_import")),
    )
    with op.batch_alter_table("project_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_import_study_id"), ["study_id"], unique=False)

    op.create_table(
        "attribute_value",
        sa.Column("attribute_id", sa.Uuid(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute_id"],
            ["attribute.id"],
            name=op.f("fk_attribute_value_attribute_id_attribute"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attribute_id", "object_id", name=op.f("pk_attribute_value")),
    )
    with op.batch_alter_table("attribute_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attribute_value_object_id"), ["object_id"], unique=False)

    op.create_table(
        "code_set_member",
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("object_kind", _kind("object_kind"), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["code_set.id"], name=op.f("fk_code_set_member_set_id_code_set"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("set_id", "object_kind", "object_id", name=op.f("pk_code_set_member")),
    )
    with op.batch_alter_table("code_set_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_code_set_member_object_kind_object_id"), ["object_kind", "object_id"], unique=False
        )

    op.create_table(
        "analysis_case",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_analysis_case_created_by_account")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_analysis_case_participant_id_participant"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_analysis_case_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis_case")),
        sa.UniqueConstraint("study_id", "name", name=op.f("uq_analysis_case_study_id_name")),
    )
    with op.batch_alter_table("analysis_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_analysis_case_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_analysis_case_study_id"), ["study_id"], unique=False)

    op.create_table(
        "case_member",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("object_kind", _kind("object_kind"), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["analysis_case.id"], name=op.f("fk_case_member_case_id_analysis_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "object_kind", "object_id", name=op.f("pk_case_member")),
    )
    with op.batch_alter_table("case_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_member_object_kind_object_id"), ["object_kind", "object_id"], unique=False
        )

    op.create_table(
        "imported_selection",
        sa.Column("segment_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("memo_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_imported_selection_created_by_account")),
        sa.ForeignKeyConstraint(
            ["memo_id"], ["memo.id"], name=op.f("fk_imported_selection_memo_id_memo"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_imported_selection_segment_id_segment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_selection")),
    )
    with op.batch_alter_table("imported_selection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_selection_segment_id"), ["segment_id"], unique=False)

    op.create_table(
        "imported_guid",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("object_kind", _kind("object_kind"), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("guid", sa.Uuid(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("selection_id", sa.Uuid(), nullable=True),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["selection_id"],
            ["imported_selection.id"],
            name=op.f("fk_imported_guid_selection_id_imported_selection"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_imported_guid_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_guid")),
        sa.UniqueConstraint(
            "study_id",
            "object_kind",
            "object_id",
            "guid",
            name=op.f("uq_imported_guid_study_id_object_kind_object_id_guid"),
        ),
    )
    with op.batch_alter_table("imported_guid", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_guid_object_id"), ["object_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_guid_selection_id"), ["selection_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_guid_study_id_guid"), ["study_id", "guid"], unique=False)

    op.create_table(
        "memo_link",
        sa.Column("memo_id", sa.Uuid(), nullable=False),
        sa.Column("object_kind", _kind("object_kind"), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("selection_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["memo_id"], ["memo.id"], name=op.f("fk_memo_link_memo_id_memo"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["selection_id"],
            ["imported_selection.id"],
            name=op.f("fk_memo_link_selection_id_imported_selection"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memo_link")),
        sa.UniqueConstraint(
            "memo_id",
            "object_kind",
            "object_id",
            "selection_id",
            name=op.f("uq_memo_link_memo_id_object_kind_object_id_selection_id"),
        ),
    )
    with op.batch_alter_table("memo_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memo_link_memo_id"), ["memo_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_memo_link_object_kind_object_id"), ["object_kind", "object_id"], unique=False
        )

    with op.batch_alter_table("memo", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "theoretical",
                    "method",
                    "case",
                    "code",
                    "segment",
                    "document",
                    "project",
                    name="memo_kind",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=False,
                server_default="project",
            )
        )
        batch_op.add_column(sa.Column("description", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.add_column(sa.Column("description", sa.Text(), nullable=False, server_default=""))
    _spread_memos()
    _spread_attributes()
    with op.batch_alter_table("memo", schema=None) as batch_op:
        batch_op.alter_column("kind", server_default=None)
        batch_op.alter_column("description", server_default=None)
        batch_op.drop_index(batch_op.f("ix_memo_object_kind_object_id"))
        batch_op.drop_column("object_id")
        batch_op.drop_column("object_kind")
    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.alter_column("description", server_default=None)
        batch_op.drop_column("attributes")


def downgrade() -> None:
    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attributes", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.drop_column("description")
    with op.batch_alter_table("memo", schema=None) as batch_op:
        batch_op.add_column(sa.Column("object_kind", sa.Text(), nullable=False, server_default="study"))
        batch_op.add_column(sa.Column("object_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_memo_object_kind_object_id"), ["object_kind", "object_id"], unique=False)
    _gather_memos()
    _gather_attributes()
    with op.batch_alter_table("memo", schema=None) as batch_op:
        batch_op.alter_column("object_kind", server_default=None)
        batch_op.drop_constraint(batch_op.f("ck_memo_memo_kind"), type_="check")
        batch_op.drop_column("description")
        batch_op.drop_column("kind")
    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.alter_column("attributes", server_default=None)

    with op.batch_alter_table("memo_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memo_link_object_kind_object_id"))
        batch_op.drop_index(batch_op.f("ix_memo_link_memo_id"))

    op.drop_table("memo_link")
    with op.batch_alter_table("imported_guid", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_guid_study_id_guid"))
        batch_op.drop_index(batch_op.f("ix_imported_guid_selection_id"))
        batch_op.drop_index(batch_op.f("ix_imported_guid_object_id"))

    op.drop_table("imported_guid")
    with op.batch_alter_table("imported_selection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_selection_segment_id"))

    op.drop_table("imported_selection")
    with op.batch_alter_table("case_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_member_object_kind_object_id"))

    op.drop_table("case_member")
    with op.batch_alter_table("analysis_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_analysis_case_study_id"))
        batch_op.drop_index(batch_op.f("ix_analysis_case_participant_id"))

    op.drop_table("analysis_case")
    with op.batch_alter_table("code_set_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_set_member_object_kind_object_id"))

    op.drop_table("code_set_member")
    with op.batch_alter_table("attribute_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attribute_value_object_id"))

    op.drop_table("attribute_value")
    with op.batch_alter_table("project_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_import_study_id"))

    op.drop_table("project_import")
    with op.batch_alter_table("object_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_object_link_target_kind_target_id"))
        batch_op.drop_index(batch_op.f("ix_object_link_study_id"))
        batch_op.drop_index(batch_op.f("ix_object_link_origin_kind_origin_id"))

    op.drop_table("object_link")
    with op.batch_alter_table("network", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_network_study_id"))

    op.drop_table("network")
    with op.batch_alter_table("kept_element", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_element_study_id"))

    op.drop_table("kept_element")
    with op.batch_alter_table("code_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_set_study_id"))

    op.drop_table("code_set")
    with op.batch_alter_table("attribute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attribute_study_id"))

    op.drop_table("attribute")


def _spread_memos() -> None:
    """What a memo was about becomes its first link, and says what the memo is for."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(MEMO.c.id, MEMO.c.study_id, MEMO.c.object_kind, MEMO.c.object_id)).all()
    for row in rows:
        known = row.object_kind in KINDS and row.object_id is not None
        kind, object_id = (row.object_kind, row.object_id) if known else ("study", row.study_id)
        connection.execute(
            sa.insert(MEMO_LINK).values(id=uuid.uuid4(), memo_id=row.id, object_kind=kind, object_id=object_id)
        )
        connection.execute(sa.update(MEMO).where(MEMO.c.id == row.id).values(kind=MEMO_KINDS.get(kind, "project")))


def _gather_memos() -> None:
    """A memo can be about one object again: the first, unless that is the study."""
    connection = op.get_bind()
    seen: set[uuid.UUID] = set()
    for row in connection.execute(
        sa.select(MEMO_LINK.c.memo_id, MEMO_LINK.c.object_kind, MEMO_LINK.c.object_id).order_by(MEMO_LINK.c.id)
    ).all():
        if row.memo_id in seen or row.object_kind == "study":
            continue
        seen.add(row.memo_id)
        connection.execute(
            sa.update(MEMO).where(MEMO.c.id == row.memo_id).values(object_kind=row.object_kind, object_id=row.object_id)
        )


def _spread_attributes() -> None:
    """The facts typed beside a transcript become values of attributes, as text."""
    connection = op.get_bind()
    known: dict[tuple[uuid.UUID, str], uuid.UUID] = {}
    for row in connection.execute(sa.select(TRANSCRIPT.c.id, TRANSCRIPT.c.study_id, TRANSCRIPT.c.attributes)).all():
        facts = row.attributes if isinstance(row.attributes, dict) else {}
        for name, value in facts.items():
            if value is None or value == "":
                continue
            if (row.study_id, name) not in known:
                known[row.study_id, name] = uuid.uuid4()
                connection.execute(
                    sa.insert(ATTRIBUTE).values(
                        id=known[row.study_id, name], study_id=row.study_id, scope="document", name=name, type="text",
                        description="", position=len(known), created_at=datetime.now(UTC),
                    )
                )  # fmt: skip
            connection.execute(
                sa.insert(VALUE).values(
                    attribute_id=known[row.study_id, name],
                    object_id=row.id,
                    value=value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
                )
            )


def _gather_attributes() -> None:
    connection = op.get_bind()
    facts: dict[uuid.UUID, dict[str, str]] = {}
    for row in connection.execute(
        sa.select(VALUE.c.object_id, ATTRIBUTE.c.name, VALUE.c.value)
        .join_from(VALUE, ATTRIBUTE, ATTRIBUTE.c.id == VALUE.c.attribute_id)
        .where(ATTRIBUTE.c.scope == "document")
    ).all():
        facts.setdefault(row.object_id, {})[row.name] = row.value
    for transcript_id, held in facts.items():
        connection.execute(sa.update(TRANSCRIPT).where(TRANSCRIPT.c.id == transcript_id).values(attributes=held))
