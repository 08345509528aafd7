"""Referrals, their mail, and reports of numbers that did not work."""

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "number_reports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("inbound_id", sa.String(length=36), nullable=True),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("created_at", bot.store.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", bot.store.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"]),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound_messages.id"]),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("inbound_id"),
    )
    with op.batch_alter_table("number_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_number_reports_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_number_reports_settled_at"), ["settled_at"], unique=False)

    op.create_table(
        "referrals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("concern_id", sa.String(length=36), nullable=False),
        sa.Column("agency_id", sa.String(length=60), nullable=False),
        sa.Column("route", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=15), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mailbox_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", bot.store.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("sent_at", bot.store.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", bot.store.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("chases", sa.Integer(), nullable=False),
        sa.Column("answered_at", bot.store.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("link_until", bot.store.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_until", bot.store.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("codes_sent", sa.Integer(), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=True),
        sa.Column("session_until", bot.store.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["concern_id"], ["concerns.id"]),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("link_hash"),
    )
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referrals_concern_id"), ["concern_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referrals_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_referrals_status"), ["status"], unique=False)

    op.create_table(
        "mails",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("referral_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("recipient_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", bot.store.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", bot.store.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=60), nullable=True),
        sa.Column("created_at", bot.store.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", bot.store.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referrals.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index("ix_mails_due", ["state", "next_attempt_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mails_referral_id"), ["referral_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mails_referral_id"))
        batch_op.drop_index("ix_mails_due")

    op.drop_table("mails")
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referrals_status"))
        batch_op.drop_index(batch_op.f("ix_referrals_due_at"))
        batch_op.drop_index(batch_op.f("ix_referrals_concern_id"))

    op.drop_table("referrals")
    with op.batch_alter_table("number_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_number_reports_settled_at"))
        batch_op.drop_index(batch_op.f("ix_number_reports_conversation_id"))

    op.drop_table("number_reports")
