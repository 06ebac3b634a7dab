"""corrected words.

Revision 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_touched", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("earlier_quote", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("transcript_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("corrected_by", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_transcript_version_corrected_by_account"), "account", ["corrected_by"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("transcript_version", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_transcript_version_corrected_by_account"), type_="foreignkey")
        batch_op.drop_column("corrected_by")

    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.drop_column("earlier_quote")
        batch_op.drop_column("is_touched")
