"""names in the texts.

Revision 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_entry",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "place",
                "organisation",
                "phone",
                "email",
                "social_number",
                "allocation",
                "birth_date",
                "address",
                "account",
                "other",
                name="name_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed", "kept", "replaced", name="name_state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_name_entry_decided_by_account")),
        sa.ForeignKeyConstraint(
            ["study_id"], ["study.id"], name=op.f("fk_name_entry_study_id_study"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_entry")),
        sa.UniqueConstraint("study_id", "form", name=op.f("uq_name_entry_study_id_form")),
    )
    with op.batch_alter_table("name_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_entry_study_id"), ["study_id"], unique=False)

    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.alter_column("is_touched", existing_type=sa.BOOLEAN(), server_default=None, existing_nullable=False)
        batch_op.alter_column("earlier_quote", existing_type=sa.TEXT(), server_default=None, existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.alter_column(
            "earlier_quote", existing_type=sa.TEXT(), server_default=sa.text("('')"), existing_nullable=False
        )
        batch_op.alter_column(
            "is_touched", existing_type=sa.BOOLEAN(), server_default=sa.false(), existing_nullable=False
        )

    with op.batch_alter_table("name_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_name_entry_study_id"))

    op.drop_table("name_entry")
