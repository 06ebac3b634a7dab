"""groups and quotas.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_link",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("max_responses", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("max_responses >= 1", name=op.f("ck_group_link_max_responses_positive")),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_group_link_collection_id_collection"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_group_link_site_id_site"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_link")),
        sa.UniqueConstraint("code", name=op.f("uq_group_link_code")),
    )
    with op.batch_alter_table("group_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_link_collection_id"), ["collection_id"], unique=False)

    op.create_table(
        "quota",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("population_id", sa.Uuid(), nullable=True),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_quota_taken_positive")),
        sa.CheckConstraint("target >= 1", name=op.f("ck_quota_target_positive")),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_quota_collection_id_collection"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["population_id"], ["population.id"], name=op.f("fk_quota_population_id_population"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_quota_site_id_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota")),
    )
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quota_collection_id"), ["collection_id"], unique=False)

    op.create_table(
        "quota_place",
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quota_id"], ["quota.id"], name=op.f("fk_quota_place_quota_id_quota"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_quota_place_response_id_response"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("quota_id", "response_id", name=op.f("pk_quota_place")),
    )
    with op.batch_alter_table("quota_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quota_place_response_id"), ["response_id"], unique=False)

    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("group_link_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_response_group_link_id"), ["group_link_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_response_group_link_id_group_link"),
            "group_link",
            ["group_link_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_response_group_link_id_group_link"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_response_group_link_id"))
        batch_op.drop_column("group_link_id")

    with op.batch_alter_table("quota_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_place_response_id"))

    op.drop_table("quota_place")
    with op.batch_alter_table("quota", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_collection_id"))

    op.drop_table("quota")
    with op.batch_alter_table("group_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_link_collection_id"))

    op.drop_table("group_link")
