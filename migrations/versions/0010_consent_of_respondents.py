"""consent of respondents.

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "response_consent",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("consent_text_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "answer",
                "interview",
                "quotation",
                "contact_again",
                "sharing",
                name="consent_purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_text_id"], ["consent_text.id"], name=op.f("fk_response_consent_consent_text_id_consent_text")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_response_consent_response_id_response"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_consent")),
    )
    with op.batch_alter_table("response_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_response_consent_response_id"), ["response_id"], unique=False)

    with op.batch_alter_table("consent_text", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purposes", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("consent_text", schema=None) as batch_op:
        batch_op.alter_column("purposes", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("consent_text", schema=None) as batch_op:
        batch_op.drop_column("purposes")

    with op.batch_alter_table("response_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_response_consent_response_id"))

    op.drop_table("response_consent")
