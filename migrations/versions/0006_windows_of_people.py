"""windows of people.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ANCHOR = sa.Enum(
    "start", "draw", "entry", "attribute", name="wave_anchor", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opens_by_person", sa.Boolean(), nullable=True))
    op.execute(
        sa.text("UPDATE collection SET opens_by_person = :no").bindparams(sa.bindparam("no", False, sa.Boolean()))
    )
    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.alter_column("opens_by_person", existing_type=sa.Boolean(), nullable=False)

    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("drawn_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("entered_on", sa.Date(), nullable=True))

    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.add_column(sa.Column("anchor", ANCHOR, nullable=True))
        batch_op.add_column(sa.Column("anchor_attribute", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("days_before", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("days_after", sa.Integer(), nullable=True))
    op.execute("UPDATE wave SET anchor = 'start', anchor_attribute = '', days_before = 0, days_after = 0")
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.alter_column("anchor", existing_type=sa.String(length=32), nullable=False)
        batch_op.alter_column("anchor_attribute", existing_type=sa.Text(), nullable=False)
        batch_op.alter_column("days_before", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("days_after", existing_type=sa.Integer(), nullable=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_wave_tolerance_positive"), "days_before >= 0 AND days_after >= 0"
        )


def downgrade() -> None:
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_wave_tolerance_positive"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_wave_wave_anchor"), type_="check")
        batch_op.drop_column("days_after")
        batch_op.drop_column("days_before")
        batch_op.drop_column("anchor_attribute")
        batch_op.drop_column("anchor")

    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_column("entered_on")
        batch_op.drop_column("drawn_on")

    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.drop_column("opens_by_person")
