"""The bank of a study written: questions put in, changed, taken into drafts, brought up to date there."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import NotFound
from surveys.definition import Definition
from surveys.editing import bank_items
from surveys.editing.bank_items import BankContent, Wording, content_of, merged
from surveys.editing.bank_reads import BankRow, get_bank_item, list_bank, population_kind
from surveys.editing.drafting import draft_from
from surveys.editing.history import OpenDraft, change_draft, open_draft
from surveys.editing.models import BankItem, BankItemVersion
from surveys.editing.naming import free, slug
from surveys.editing.operations import Spot, bank_link
from surveys.editing.tree import node_of, with_node, with_own
from surveys.models import Questionnaire, QuestionnaireVersion
from surveys.versions import load_version


def save_to_bank(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    key: str,
    *,
    theme: str = "",
    scale: str = "",
    account_id: UUID | None = None,
) -> str:
    """Put a question of a draft into the bank, link it, and return the key of the bank item.

    Raises: NotFound; Invalid: as `content_of`; Conflict: the version is published.
    """
    draft = open_draft(session, study_id, version_id)
    content = content_of(draft.definition, key, main=population_kind(session, draft.population_id))
    taken = session.scalars(select(BankItem.key).where(BankItem.study_id == study_id)).all()
    node = node_of(draft.definition, key)
    bank_key = free(node.name if node.name.isascii() else slug(node.name, "question"), taken)
    item = BankItem(study_id=study_id, key=bank_key, theme=theme.strip(), scale=scale.strip())
    session.add(item)
    session.flush()
    keep_version(session, item, 1, content, account_id)
    _link(session, draft, key, bank_key, 1, account_id)
    return bank_key


def update_bank(
    session: Session, study_id: UUID, version_id: UUID, key: str, *, account_id: UUID | None = None
) -> BankRow:
    """Make a question of a draft, as it is now, the next version of the bank item it comes from.

    Raises: NotFound("surveys.bank_not_found"); Invalid: as `content_of`.
    """
    draft = open_draft(session, study_id, version_id)
    bank_key, _number = bank_link(node_of(draft.definition, key))
    row = get_bank_item(session, study_id, bank_key)
    kind = population_kind(session, draft.population_id)
    content = merged(row.content, content_of(draft.definition, key), kind)
    if content.to_json() != row.content.to_json():
        item = session.get_one(BankItem, row.id)
        keep_version(session, item, row.number + 1, content, account_id)
    row = get_bank_item(session, study_id, bank_key)
    _link(session, draft, key, bank_key, row.number, account_id)
    return row


def set_wording(
    session: Session,
    study_id: UUID,
    bank_key: str,
    population: str,
    wording: Wording,
    *,
    account_id: UUID | None = None,
) -> BankRow:
    """Give a bank item its words for one population, as its next version; words left empty are the common ones.

    Raises: NotFound("surveys.bank_not_found").
    """
    row = get_bank_item(session, study_id, bank_key)
    others = {kind: words for kind, words in row.content.wordings.items() if kind != population}
    filled = wording.filled()
    has_words = filled != Wording()
    content = replace(row.content, wordings={**others, population: filled} if has_words else others)
    if content.to_json() != row.content.to_json():
        keep_version(session, session.get_one(BankItem, row.id), row.number + 1, content, account_id)
    return get_bank_item(session, study_id, bank_key)


def keep_version(session: Session, item: BankItem, number: int, content: BankContent, account_id: UUID | None) -> None:
    """Add a version to a bank item."""
    session.add(BankItemVersion(bank_item_id=item.id, number=number, account_id=account_id, content=content.to_json()))
    audit.record(
        session,
        verb="create" if number == 1 else "change",
        object_kind="bank_item",
        object_id=item.id,
        study_id=item.study_id,
        account_id=account_id,
        after={"key": item.key, "number": number},
    )
    session.flush()


def _link(
    session: Session, draft: OpenDraft, key: str, bank_key: str, number: int, account_id: UUID | None
) -> OpenDraft:
    return change_draft(
        session,
        draft.study_id,
        draft.version_id,
        lambda form, _keys: bank_items.link(form, key, bank_key=bank_key, number=number),
        verb="bank_link",
        details={"key": key, "label": draft.definition.text(_labels(draft, key), draft.definition.default_locale)[0]},
        account_id=account_id,
    )


def _labels(draft: OpenDraft, key: str) -> Mapping[str, str]:
    return node_of(draft.definition, key).labels


def insert_from_bank(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    bank_keys: Iterable[str],
    spot: Spot,
    *,
    is_mirror: bool = False,
    account_id: UUID | None = None,
) -> tuple[str, ...]:
    """Put questions of the bank into a draft, in the order given, in the words of its population; return their keys.

    Raises: NotFound: the draft, a bank item, the group.
    """
    draft = open_draft(session, study_id, version_id)
    kind = population_kind(session, draft.population_id)
    known = {row.key: row for row in list_bank(session, study_id)}
    asked_before = _names_of_bank(session, draft.questionnaire_id)
    made: list[str] = []
    for bank_key in bank_keys:
        row = known.get(bank_key)
        if row is None:
            raise NotFound("surveys.bank_not_found", key=bank_key)

        def change(form: Definition, published: frozenset[str], row: BankRow = row) -> Definition:
            after, key = bank_items.insert(
                form,
                row.content,
                spot,
                bank_key=row.key,
                number=row.number,
                population=kind,
                is_mirror=is_mirror,
                published=published,
                is_back=row.key in asked_before,
            )
            made.append(key)
            return after

        words = row.content.words_for(kind).labels
        label = row.content.form.text(words, row.content.form.default_locale)[0]
        verb = "mirror" if is_mirror else "bank_insert"
        change_draft(session, study_id, version_id, change, verb=verb, details={"label": label}, account_id=account_id)
    return tuple(made)


def mirror(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    key: str,
    questionnaire_id: UUID,
    *,
    account_id: UUID | None = None,
) -> tuple[UUID, str]:
    """Ask a question of another population too; return the other draft and the key of the question there.

    Both sides are one bank item and say so.
    The question goes into the bank first when it is not there; the other questionnaire gets a draft when it has none.

    Raises: NotFound: the draft, the question, or the other questionnaire; Invalid: as `content_of`.
    """
    draft = open_draft(session, study_id, version_id)
    bank_key, _number = bank_link(node_of(draft.definition, key))
    if not bank_key:
        bank_key = save_to_bank(session, study_id, version_id, key, account_id=account_id)
    last = session.scalar(
        select(QuestionnaireVersion.id)
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(Questionnaire.id == questionnaire_id, Questionnaire.study_id == study_id)
        .order_by(QuestionnaireVersion.number.desc())
        .limit(1)
    )
    if last is None or questionnaire_id == draft.questionnaire_id:
        raise NotFound("surveys.questionnaire_not_found", questionnaire_id=str(questionnaire_id))
    other = draft_from(session, study_id, last, account_id=account_id)
    _mark_mirror(session, draft, key, bank_key, account_id)
    there = open_draft(session, study_id, other.id)
    found = next((item.key for item in there.definition.items() if bank_link(item)[0] == bank_key), "")
    if found:
        _mark_mirror(session, there, found, bank_key, account_id)
        return other.id, found
    made = insert_from_bank(session, study_id, other.id, [bank_key], Spot(), is_mirror=True, account_id=account_id)
    return other.id, made[0]


def _mark_mirror(session: Session, draft: OpenDraft, key: str, bank_key: str, account_id: UUID | None) -> None:
    change_draft(
        session,
        draft.study_id,
        draft.version_id,
        lambda form, _keys: with_node(form, key, with_own(node_of(form, key), mirror=bank_key)),
        verb="mirror",
        details={"key": key, "label": draft.definition.text(_labels(draft, key), draft.definition.default_locale)[0]},
        account_id=account_id,
    )


def _names_of_bank(session: Session, questionnaire_id: UUID) -> frozenset[str]:
    """Return the bank items that published versions asked under their own name: they may come back under it."""
    published = session.scalars(
        select(QuestionnaireVersion.id).where(
            QuestionnaireVersion.questionnaire_id == questionnaire_id, QuestionnaireVersion.published_at.is_not(None)
        )
    ).all()
    return frozenset(
        item.key
        for version_id in published
        for item in load_version(session, version_id).definition.items()
        if bank_link(item)[0] == item.key
    )


def refresh_from_bank(
    session: Session, study_id: UUID, version_id: UUID, key: str, *, account_id: UUID | None = None
) -> OpenDraft:
    """Bring a question of a draft up to date with the bank.

    Raises: NotFound("surveys.bank_not_found"); Conflict: the version is published.
    """
    draft = open_draft(session, study_id, version_id)
    bank_key, _number = bank_link(node_of(draft.definition, key))
    row = get_bank_item(session, study_id, bank_key)
    kind = population_kind(session, draft.population_id)
    return change_draft(
        session,
        study_id,
        version_id,
        lambda form, _keys: bank_items.refresh(form, key, row.content, number=row.number, population=kind),
        verb="bank_update",
        details={"key": key, "label": draft.definition.text(_labels(draft, key), draft.definition.default_locale)[0]},
        account_id=account_id,
    )


def retire(
    session: Session, study_id: UUID, bank_key: str, *, is_retired: bool, account_id: UUID | None = None
) -> None:
    """Offer a bank item no more, or again; questionnaires that ask it keep it.

    Raises: NotFound("surveys.bank_not_found").
    """
    item = session.scalar(select(BankItem).where(BankItem.study_id == study_id, BankItem.key == bank_key))
    if item is None:
        raise NotFound("surveys.bank_not_found", key=bank_key)
    item.retired_at = now() if is_retired else None
    audit.record(
        session,
        verb="remove" if is_retired else "restore",
        object_kind="bank_item",
        object_id=item.id,
        study_id=study_id,
        account_id=account_id,
        after={"key": bank_key},
    )
    session.flush()


def classify(session: Session, study_id: UUID, bank_key: str, *, theme: str, scale: str) -> None:
    """Say under which theme a bank item stands, and of which scale it is.

    Raises: NotFound("surveys.bank_not_found").
    """
    item = session.scalar(select(BankItem).where(BankItem.study_id == study_id, BankItem.key == bank_key))
    if item is None:
        raise NotFound("surveys.bank_not_found", key=bank_key)
    item.theme, item.scale = theme.strip(), scale.strip()
    session.flush()
