"""Sentences for the errors of accounts."""


def _(message: str) -> str:
    """Mark for translation; translated when shown."""
    return message


SENTENCES: dict[str, str] = {
    "account.email_taken": _("There is already an account with the address %(email)s."),
    "account.last_administrator": _("This is the last administrator: name another one first."),
    "account.link_spent": _("This link was used already, is more than a week old or is incomplete. Ask for a new one."),
    "account.password_common": _("This password is among those tried first. Choose one that nobody else would have."),
    "account.password_long": _("This password is too long: %(maximum)s characters at most."),
    "account.password_own": _("This password is made of your own name or e-mail address. Choose another one."),
    "account.password_short": _("This password is too short: %(minimum)s characters or more."),
    "account.password_wrong": _("This is not your current password."),
    "account.setup_done": _("The first account exists already. Sign in, or ask an administrator for an account."),
    "account.unknown": _("There is no such account."),
}
