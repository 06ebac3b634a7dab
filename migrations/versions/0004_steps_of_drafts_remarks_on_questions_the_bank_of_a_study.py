"""steps of drafts, remarks on questions, the bank of a study.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_item",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_bank_item_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_item")),
        sa.UniqueConstraint("study_id", "key", name=op.f("uq_bank_item_study_id_key")),
    )
    with op.batch_alter_table("bank_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_item_study_id"), ["study_id"], unique=False)

    op.create_table(
        "bank_item_version",
        sa.Column("bank_item_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bank_item_version_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["bank_item_id"],
            ["bank_item.id"],
            name=op.f("fk_bank_item_version_bank_item_id_bank_item"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_item_version")),
        sa.UniqueConstraint("bank_item_id", "number", name=op.f("uq_bank_item_version_bank_item_id_number")),
    )
    with op.batch_alter_table("bank_item_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_item_version_account_id"), ["account_id"], unique=False)

    op.create_table(
        "item_comment",
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("item_key", sa.Text(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_item_comment_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_item_comment_questionnaire_id_questionnaire"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["account.id"], name=op.f("fk_item_comment_resolved_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["item_comment.id"], name=op.f("fk_item_comment_thread_id_item_comment"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_comment")),
    )
    with op.batch_alter_table("item_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_comment_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_comment_questionnaire_id"), ["questionnaire_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_comment_thread_id"), ["thread_id"], unique=False)

    op.create_table(
        "draft_step",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("patch", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "done",
                "undone",
                "dropped",
                "move",
                name="step_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_step_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["questionnaire_version.id"],
            name=op.f("fk_draft_step_version_id_questionnaire_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_step")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_draft_step_version_id_number")),
    )
    with op.batch_alter_table("draft_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_step_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("draft_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_step_account_id"))

    op.drop_table("draft_step")
    with op.batch_alter_table("item_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_comment_thread_id"))
        batch_op.drop_index(batch_op.f("ix_item_comment_questionnaire_id"))
        batch_op.drop_index(batch_op.f("ix_item_comment_account_id"))

    op.drop_table("item_comment")
    with op.batch_alter_table("bank_item_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_item_version_account_id"))

    op.drop_table("bank_item_version")
    with op.batch_alter_table("bank_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_item_study_id"))

    op.drop_table("bank_item")
