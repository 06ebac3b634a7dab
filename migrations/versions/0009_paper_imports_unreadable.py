"""sheets of paper, data brought in, answers that cannot be read.

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


ABSENCES = ("refused", "unknown", "illegible")
MODES = ("alone", "helped", "filled_for", "paper", "imported")


def _allow(table: str, column: str, name: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(name), type_="check")
        batch_op.create_check_constraint(batch_op.f(name), f"{column} IN ({listed})")


def upgrade() -> None:
    _allow("answer", "missing", "ck_answer_missing", ABSENCES)
    _allow("response", "mode", "ck_response_response_mode", MODES)
    op.create_table(
        "data_import",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "done", "undone", name="import_state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("made", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state = 'draft' OR content IS NULL", name=op.f("ck_data_import_content_is_a_drafts")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_data_import_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_data_import_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_import")),
    )
    with op.batch_alter_table("data_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_import_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_import_study_id"), ["study_id"], unique=False)

    op.create_table(
        "paper_sheet",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_paper_sheet_counted_from_one")),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_paper_sheet_collection_id_collection"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_paper_sheet_participant_id_participant"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["questionnaire_version.id"], name=op.f("fk_paper_sheet_version_id_questionnaire_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheet")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_paper_sheet_batch_id_number")),
        sa.UniqueConstraint("code", name=op.f("uq_paper_sheet_code")),
    )
    with op.batch_alter_table("paper_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_sheet_collection_id"), ["collection_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_sheet_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_sheet_version_id"), ["version_id"], unique=False)

    op.create_table(
        "paper_entry",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("response_id", sa.Uuid(), nullable=True),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "finished_at IS NOT NULL OR settled_at IS NULL", name=op.f("ck_paper_entry_settled_once_finished")
        ),
        sa.CheckConstraint("rank IN (1, 2)", name=op.f("ck_paper_entry_first_or_second")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_paper_entry_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_paper_entry_response_id_response"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["paper_sheet.id"], name=op.f("fk_paper_entry_sheet_id_paper_sheet"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entry")),
        sa.UniqueConstraint("sheet_id", "rank", name=op.f("uq_paper_entry_sheet_id_rank")),
    )
    with op.batch_alter_table("paper_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_entry_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_entry_response_id"), ["response_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_entry_sheet_id"), ["sheet_id"], unique=False)


def downgrade() -> None:
    # Before, an answer that could not be read was left empty, and what a file brought was filled in for somebody.
    op.execute("UPDATE answer SET missing = NULL WHERE missing = 'illegible'")
    op.execute("UPDATE response SET mode = 'filled_for' WHERE mode = 'imported'")
    _allow("answer", "missing", "ck_answer_missing", ABSENCES[:2])
    _allow("response", "mode", "ck_response_response_mode", MODES[:4])
    with op.batch_alter_table("paper_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_entry_sheet_id"))
        batch_op.drop_index(batch_op.f("ix_paper_entry_response_id"))
        batch_op.drop_index(batch_op.f("ix_paper_entry_account_id"))

    op.drop_table("paper_entry")
    with op.batch_alter_table("paper_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_sheet_version_id"))
        batch_op.drop_index(batch_op.f("ix_paper_sheet_participant_id"))
        batch_op.drop_index(batch_op.f("ix_paper_sheet_collection_id"))

    op.drop_table("paper_sheet")
    with op.batch_alter_table("data_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_import_study_id"))
        batch_op.drop_index(batch_op.f("ix_data_import_account_id"))

    op.drop_table("data_import")
