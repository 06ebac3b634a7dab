"""writing to people.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shows_previous", sa.Boolean(), nullable=True))
    op.execute(
        sa.text("UPDATE collection SET shows_previous = :no").bindparams(sa.bindparam("no", False, sa.Boolean()))
    )
    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.alter_column("shows_previous", existing_type=sa.Boolean(), nullable=False)

    op.create_table(
        "periodic_claim",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_periodic_claim")),
    )
    op.create_table(
        "contact_attempt",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "no_answer",
                "call_back",
                "reached",
                "refused",
                "wrong_number",
                name="call_outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("call_back_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_contact_attempt_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_contact_attempt_collection_id_collection"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_contact_attempt_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempt")),
    )
    with op.batch_alter_table("contact_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_attempt_collection_id_participant_id"),
            ["collection_id", "participant_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_contact_attempt_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "mailing_setup",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_address", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("stop_word", sa.Text(), nullable=False),
        sa.Column("max_messages", sa.Integer(), nullable=False),
        sa.Column("alsace_moselle", sa.Boolean(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.CheckConstraint("max_messages BETWEEN 1 AND 20", name=op.f("ck_mailing_setup_max_messages_sensible")),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_mailing_setup_collection_id_collection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("collection_id", name=op.f("pk_mailing_setup")),
    )
    op.create_table(
        "mailing_step",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("invitation", "reminder", name="step_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "email", "sms", "letter", "call", name="channel", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "anchor",
            sa.Enum("opening", "due", "end", name="step_anchor", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("offset_days", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_mailing_step_hour_of_day")),
        sa.CheckConstraint("offset_days BETWEEN -366 AND 366", name=op.f("ck_mailing_step_offset_sensible")),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_mailing_step_collection_id_collection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_step")),
    )
    with op.batch_alter_table("mailing_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailing_step_collection_id"), ["collection_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "email", "sms", "letter", "call", name="channel", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                "skipped",
                "maybe",
                name="message_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_message_collection_id_collection"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_message_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["step_id"], ["mailing_step.id"], name=op.f("fk_message_step_id_mailing_step")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "collection_id",
            "participant_id",
            "step_id",
            "channel",
            name=op.f("uq_message_collection_id_participant_id_step_id_channel"),
        ),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_collection_id_state"), ["collection_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_step_id"), ["step_id"], unique=False)

    op.create_table(
        "message_template",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["mailing_step.id"], name=op.f("fk_message_template_step_id_mailing_step"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("step_id", "locale", name=op.f("pk_message_template")),
    )


def downgrade() -> None:
    op.drop_table("message_template")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_step_id"))
        batch_op.drop_index(batch_op.f("ix_message_participant_id"))
        batch_op.drop_index(batch_op.f("ix_message_collection_id_state"))

    op.drop_table("message")
    with op.batch_alter_table("mailing_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailing_step_collection_id"))

    op.drop_table("mailing_step")
    op.drop_table("mailing_setup")
    with op.batch_alter_table("contact_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_attempt_participant_id"))
        batch_op.drop_index(batch_op.f("ix_contact_attempt_collection_id_participant_id"))

    op.drop_table("contact_attempt")
    op.drop_table("periodic_claim")

    with op.batch_alter_table("collection", schema=None) as batch_op:
        batch_op.drop_column("shows_previous")
