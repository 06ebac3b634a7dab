"""flask account …: the first account, others, and a way back in for who lost their password."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from app.account import links
from app.account.services import create_account, new_hash
from app.extensions import db
from app.unit_of_work import unit_of_work
from app.wording import word
from core.errors import DomainError
from studies.queries import find_account

group = AppGroup("account", short_help="Accounts of the staff.")


def _create(email: str, name: str, *, is_admin: bool, ask_password: bool) -> None:
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else None
    try:
        password_hash = new_hash(password, email=email, name=name) if password is not None else ""
        with unit_of_work() as session:
            account = create_account(session, email=email, name=name, is_admin=is_admin, password_hash=password_hash)
            link = links.password_link(account)
    except DomainError as error:
        with force_locale(current_app.config["SETTINGS"].default_locale):
            click.echo(word(error), err=True)
        sys.exit(2)
    click.echo(email if ask_password else link)


@group.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--admin", "is_admin", is_flag=True, help="May invite colleagues and close accounts.")
@click.option("--ask-password", is_flag=True, help="Ask for the password here instead of printing a one-time link.")
def create(email: str, name: str, is_admin: bool, ask_password: bool) -> None:
    """Make an account; print the link at which its password is chosen."""
    _create(email, name, is_admin=is_admin, ask_password=ask_password)


@group.command("create-admin")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--ask-password", is_flag=True, help="Ask for the password here instead of printing a one-time link.")
def create_admin(email: str, name: str, ask_password: bool) -> None:
    """Make an administrator; print the link at which the password is chosen."""
    _create(email, name, is_admin=True, ask_password=ask_password)


@group.command("link")
@click.option("--email", required=True)
def link(email: str) -> None:
    """Print a new one-time link for somebody who lost their password."""
    account = find_account(db.session(), email.strip().lower())
    if account is None:
        click.echo(f"No account has the address {email}.", err=True)
        sys.exit(2)
    click.echo(links.password_link(account))


@group.command("setup-link")
def setup_link() -> None:
    """Print the link at which the first account is made, or nothing when there is one."""
    found = links.setup_link(db.session())
    if found is not None:
        click.echo(found)
