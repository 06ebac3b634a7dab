"""What the buttons of an open question ask of the bank."""

from collections.abc import Mapping
from uuid import UUID

from app.research.editor_acts import Editing, about
from app.research.editor_input import CardInput
from core.errors import NotFound
from surveys.editing import bank, bank_items
from surveys.editing.history import open_draft

BANK_ACTS = frozenset({"bank-enter", "bank-update", "bank-refresh", "bank-leave", "mirror"})


def act_on_bank(editing: Editing, card: CardInput, form: Mapping[str, str]) -> tuple[UUID, str] | None:
    """Do what a button says; return the draft and key of a mirrored question, to go there.

    Raises: DomainError: what cannot stand in the bank, or is no longer there.
    """
    where = editing.session, editing.study_id, editing.version_id, card.key
    if card.act == "mirror":
        return bank.mirror(*where, _questionnaire(form), account_id=editing.account_id)
    if card.act == "bank-enter":
        theme, scale = form.get("bank_theme", ""), form.get("bank_scale", "")
        bank.save_to_bank(*where, theme=theme, scale=scale, account_id=editing.account_id)
    elif card.act == "bank-update":
        bank.update_bank(*where, account_id=editing.account_id)
    elif card.act == "bank-refresh":
        bank.refresh_from_bank(*where, account_id=editing.account_id)
    else:
        draft = open_draft(*where[:3])
        editing.step(
            lambda before, _keys: bank_items.unlink(before, card.key), "bank_link", about(draft.definition, card.key)
        )
    return None


def _questionnaire(form: Mapping[str, str]) -> UUID:
    try:
        return UUID(form.get("mirror_in", ""))
    except ValueError:
        raise NotFound("surveys.questionnaire_not_found", questionnaire_id="") from None
