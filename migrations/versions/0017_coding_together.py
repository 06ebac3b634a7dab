"""coding together.

Revision 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement_run",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_agreement_run_requested_by_account")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_agreement_run_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_run")),
    )
    with op.batch_alter_table("agreement_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_run_study_id"), ["study_id"], unique=False)

    op.create_table(
        "desk_act",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_desk_act_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "client_id", name=op.f("pk_desk_act")),
    )
    op.create_table(
        "coding_assignment",
        sa.Column("transcript_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_coding_assignment_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["assigned_by"], ["account.id"], name=op.f("fk_coding_assignment_assigned_by_account")),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcript.id"],
            name=op.f("fk_coding_assignment_transcript_id_transcript"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_assignment")),
        sa.UniqueConstraint("transcript_id", "account_id", name=op.f("uq_coding_assignment_transcript_id_account_id")),
    )
    with op.batch_alter_table("coding_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coding_assignment_account_id"), ["account_id"], unique=False)

    op.create_table(
        "coding_presence",
        sa.Column("transcript_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_coding_presence_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcript.id"],
            name=op.f("fk_coding_presence_transcript_id_transcript"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("transcript_id", "account_id", name=op.f("pk_coding_presence")),
    )
    op.create_table(
        "coding_release",
        sa.Column("transcript_id", sa.Uuid(), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["released_by"], ["account.id"], name=op.f("fk_coding_release_released_by_account")),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["transcript.id"],
            name=op.f("fk_coding_release_transcript_id_transcript"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("transcript_id", name=op.f("pk_coding_release")),
    )
    op.create_table(
        "coding_decision",
        sa.Column("coding_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("kept", "left_out", name="outcome", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["coding_id"], ["coding.id"], name=op.f("fk_coding_decision_coding_id_coding"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_coding_decision_decided_by_account")),
        sa.PrimaryKeyConstraint("coding_id", name=op.f("pk_coding_decision")),
    )


def downgrade() -> None:
    op.drop_table("coding_decision")
    op.drop_table("coding_release")
    op.drop_table("coding_presence")
    with op.batch_alter_table("coding_assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coding_assignment_account_id"))

    op.drop_table("coding_assignment")
    op.drop_table("desk_act")
    with op.batch_alter_table("agreement_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_run_study_id"))

    op.drop_table("agreement_run")
