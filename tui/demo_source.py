"""The program that the demo is about: its first files, how they were changed, and what is being changed."""

from __future__ import annotations

FILES: dict[str, str] = {
    "README.md": """# MyApp

Users, their profiles, and a page for each.
""",
    "MyApp/__init__.py": '''"""MyApp: users, their profiles, and a page for each."""

VERSION = "0.4"
''',
    "MyApp/Settings.py": '''"""What can be set."""

SENDER = "hello@myapp.example"
LONGEST_NAME = 60
''',
    "MyApp/Text.py": '''"""Texts for people."""

import html


def shorten(text, length):
    """Cut a text at a length."""
    return text[:length]


def paragraph(text):
    """Give a text as a paragraph of a page."""
    return f"<p>{html.escape(text)}</p>"
''',
    "MyApp/User/__init__.py": '''"""Users: who they are."""

import re

from MyApp import Mail, Settings
from MyApp.Database import User as users


def validate(email):
    """Say whether mail can be sent to an address."""
    return "@" in email


def create(email, name):
    """Make a user and say hello."""
    user = {"email": email, "name": name, "slug": slug(name)}
    users.save(user)
    Mail.welcome(user)
    return user


def slug(name):
    """Give a name as it stands in the address of a page."""
    return re.sub("[^a-z0-9]+", "-", name.lower())
''',
    "MyApp/User/Profile.py": '''"""The page of a user."""

import html

from MyApp import Text


def heading(user):
    """Give the heading of the page."""
    return f"<h1>{Text.shorten(user['name'], 40)}</h1>"


def render(user):
    """Give the whole page."""
    return heading(user) + Text.paragraph(user["email"])
''',
    "MyApp/User/Tests.py": '''"""Examples of what users are; run each as a function."""

from MyApp import User


def slug():
    """A name becomes part of an address."""
    assert User.slug("Alice Smith") == "alice-smith"
''',
    "MyApp/Database/__init__.py": '''"""Where things are kept."""

from MyApp.Database import Table

USERS = Table.Table("users")
''',
    "MyApp/Database/Table.py": '''"""Rows in memory."""


class Table:
    """A named list of rows."""

    def __init__(self, name):
        self.name = name
        self.rows = []

    def insert(self, row):
        """Add a row."""
        self.rows.append(row)

    def all(self):
        """Give every row."""
        return list(self.rows)
''',
    "MyApp/Database/User.py": '''"""Users in the database."""

from MyApp import Database


def save(user):
    """Keep a user."""
    Database.USERS.insert(user)


def findByEmail(email):
    """Give the user with an address, or None."""
    for user in Database.USERS.all():
        if user["email"] == email:
            return user
    return None
''',
    "MyApp/Mail.py": '''"""Mail that is waiting to be sent."""

from MyApp import Settings

OUTBOX = []


def send(to, subject, text):
    """Put a mail into the outbox."""
    OUTBOX.append((Settings.SENDER, to, subject, text))


def welcome(user):
    """Greet a new user."""
    send(user["email"], "Welcome", f"Hello {user['name']}!")
''',
    "MyApp/Web.py": '''"""Pages by address."""

from MyApp import Database
from MyApp.Database import User as users
from MyApp.User import Profile


def page(email):
    """Give a user's page, or None where there is no such user."""
    user = users.findByEmail(email)
    return None if user is None else Profile.render(user)
''',
}
"""The first revision: text by path."""

EARLIER: tuple[tuple[str, str, str, str], ...] = (
    (
        "trim-slugs",
        "No dash at either end of a slug.",
        "MyApp.User.slug",
        '''def slug(name):
    """Give a name as it stands in the address of a page."""
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
''',
    ),
    (
        "shorten-with-ellipsis",
        "A text that was cut shows it.",
        "MyApp.Text.shorten",
        '''def shorten(text, length):
    """Cut a text at a length, with an ellipsis where something is missing."""
    return text if len(text) <= length else text[: length - 1] + "…"
''',
    ),
    (
        "escape-headings",
        "Names are not markup.",
        "MyApp.User.Profile.heading",
        '''def heading(user):
    """Give the heading of the page."""
    return f"<h1>{html.escape(Text.shorten(user['name'], 40))}</h1>"
''',
    ),
    (
        "count-rows",
        "A table knows its size.",
        "MyApp.Database.Table.Table.count",
        '''    def count(self):
        """Say how many rows there are."""
        return len(self.rows)
''',
    ),
    (
        "table-index",
        "Look rows up by a column.",
        "MyApp.Database.Table.Table.by",
        '''    def by(self, column):
        """Give the rows by what they have in a column."""
        return {row[column]: row for row in self.rows}
''',
    ),
    (
        "links-in-profiles",
        "An address can be clicked.",
        "MyApp.Text.link",
        '''def link(address):
    """Give a mail address as a link."""
    shown = html.escape(address)
    return f'<a href="mailto:{shown}">{shown}</a>'
''',
    ),
    (
        "friendlier-welcome",
        "Say what the person can do next.",
        "MyApp.Mail.welcome",
        '''def welcome(user):
    """Greet a new user."""
    text = f"Hello {user['name']}! Your page is at /{user['slug']}."
    send(user["email"], "Welcome to MyApp", text)
''',
    ),
    (
        "longest-name",
        "Long names spoil the pages.",
        "MyApp.User.create",
        '''def create(email, name):
    """Make a user and say hello."""
    name = name[: Settings.LONGEST_NAME]
    user = {"email": email, "name": name, "slug": slug(name)}
    users.save(user)
    Mail.welcome(user)
    return user
''',
    ),
    (
        "list-of-users",
        "A page of everybody.",
        "MyApp.Web.index",
        '''def index():
    """Give the page that lists everybody."""
    return "".join(Profile.heading(user) for user in Database.USERS.all())
''',
    ),
    (
        "delete-users",
        "A user can go.",
        "MyApp.Database.User.remove",
        '''def remove(email):
    """Forget a user."""
    Database.USERS.rows = [user for user in Database.USERS.rows if user["email"] != email]
''',
    ),
    (
        "test-create",
        "An example of making a user.",
        "MyApp.User.Tests.create",
        '''def create():
    """A new user has a slug."""
    assert User.create("alice@example.com", "Alice")["slug"] == "alice"
''',
    ),
)
"""What was merged before: patch, description, definition, its text."""

TEXTS: dict[str, str] = {
    "MyApp.User.EMAIL": """EMAIL = re.compile(r"[^@\\s]+@[^@\\s]+\\.[a-z]{2,}")
""",
    "MyApp.User.validate": '''def validate(email):
    """Say whether mail can be sent to an address."""
    return EMAIL.fullmatch(email) is not None
''',
    "MyApp.User.create": '''def create(email, name):
    """Make a user and say hello. Raises ValueError for an address that no mail can reach."""
    if not validate(email):
        raise ValueError(f"no mail address: {email}")
    name = name[: Settings.LONGEST_NAME]
    user = {"email": email, "name": name, "slug": slug(name)}
    users.save(user)
    Mail.welcome(user)
    return user
''',
    "MyApp.Database.User.findByEmail": '''def findByEmail(email):
    """Give the user with an address, or None."""
    return Database.USERS.by("email").get(email)
''',
    "MyApp.User.Profile.render": '''def render(user):
    """Give the whole page."""
    return heading(user) + f"<p>{Text.link(user['email'])}</p>"
''',
    "MyApp.User.Tests.validate": '''def validate():
    """An address needs a name, a host and its domain."""
    assert User.validate("alice@example.com")
    assert not User.validate("alice@")
''',
}
"""What is being changed in the session, by definition."""
