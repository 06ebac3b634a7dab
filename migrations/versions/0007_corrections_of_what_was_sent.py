"""corrections of what was sent.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("corrects_id", sa.Uuid(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_response_corrects_id"), ["corrects_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_response_corrects_id_response"), "response", ["corrects_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_response_corrects_id_response"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_response_corrects_id"), type_="unique")
        batch_op.drop_column("corrects_id")
