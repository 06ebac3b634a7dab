"""version of a response.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version_id", sa.Uuid(), nullable=True))
    # Until now a collection never changed its version: what was started in it was started on that one.
    op.execute(
        "UPDATE response SET version_id ="
        " (SELECT version_id FROM collection WHERE collection.id = response.collection_id)"
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.alter_column("version_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.create_index(batch_op.f("ix_response_version_id"), ["version_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_response_version_id_questionnaire_version"), "questionnaire_version", ["version_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_response_version_id_questionnaire_version"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_response_version_id"))
        batch_op.drop_column("version_id")
