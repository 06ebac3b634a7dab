"""The questions that come with Tresse, written for those who receive the RSA and those who support them."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.definition import Definition, Item
from surveys.editing.bank import keep_version
from surveys.editing.bank_items import BankContent, Wording, content_of
from surveys.editing.models import BankItem
from surveys.editing.tree import OWN, map_nodes
from surveys.xlsform import read_form

STARTER = Path(__file__).parent / "starter_bank.md"
PROFESSIONAL = "professional"


def import_starter(session: Session, study_id: UUID, *, account_id: UUID | None = None) -> int:
    """Put these questions into a bank, those it has already left as they are; return how many came."""
    taken = set(session.scalars(select(BankItem.key).where(BankItem.study_id == study_id)))
    count = 0
    for key, theme, scale, content in _starter():
        if key in taken:
            continue
        item = BankItem(study_id=study_id, key=key, theme=theme, scale=scale)
        session.add(item)
        session.flush()
        keep_version(session, item, 1, content, account_id)
        count += 1
    return count


@cache
def _starter() -> tuple[tuple[str, str, str, BankContent], ...]:
    """Return key, theme, scale and content of each question that comes with Tresse; read once a process."""
    form = read_form(STARTER.read_bytes(), file_name=STARTER.name).definition
    return tuple(_starters(form))


def _starters(form: Definition) -> Iterator[tuple[str, str, str, BankContent]]:
    bare = map_nodes(form, lambda node: (replace(node, extras={}),))
    lists = {
        name: tuple(replace(each, attributes={}) for each in each_list) for name, each_list in form.choice_lists.items()
    }
    bare = replace(bare, choice_lists=lists)
    for item in form.items():
        own = item.extras.get(OWN, {})
        content = content_of(bare, item.key, main="beneficiary")
        # The reader of forms writes typographic apostrophes of columns it does not know as straight ones.
        own = {name: str(text).replace("'", "’") for name, text in own.items()}
        words = own.get(PROFESSIONAL, "")
        wordings = {PROFESSIONAL: Wording({"fr": words}, {}, _professional(form, item))} if words else {}
        yield item.key, own.get("theme", ""), own.get("scale", ""), replace(content, wordings=wordings)


def _professional(form: Definition, item: Item) -> dict[str, dict[str, str]]:
    return {
        choice.name: {"fr": text.replace("'", "’")}
        for choice in form.choice_lists.get(item.list_name, ())
        if (text := choice.attributes.get(PROFESSIONAL, ""))
    }
