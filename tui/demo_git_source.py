"""The program of the demo on a real repository: as it was committed, and as Alice has left it, two features
in one tangle.
"""

from __future__ import annotations

USER = '''"""Users: who they are and how they are found."""

import json
from pathlib import Path

PLACE = Path("users.json")


def load():
    """Read every user."""
    return json.loads(PLACE.read_text()) if PLACE.exists() else []


def save(users):
    """Write every user."""
    PLACE.write_text(json.dumps(users))


def validate(email):
    """Say whether mail can be sent to an address."""
    return "@" in email


def create(email, name):
    """Make a user."""
    save([*load(), {"email": email, "name": name}])


def findByEmail(email):
    """Find the user who has an address."""
    for user in load():
        if user["email"] == email:
            return user
    return None
'''

PROFILE = '''"""The page of a user."""

import html

from MyApp import User


def heading(user):
    """Give the heading of the page."""
    return f"<h1>{html.escape(user['name'])}</h1>"


def contact(user):
    """Give the way to reach the user."""
    return f"<p>{html.escape(user['email'])}</p>"


def directory(emails):
    """Give the pages of several users."""
    page = ""
    for email in emails:
        user = User.findByEmail(email)
        if user is not None:
            page = page + heading(user) + contact(user)
    return page
'''

COMMITTED: dict[str, str] = {
    "README.md": "# MyApp\n\nUsers, and a page for each.\n",
    "MyApp/__init__.py": '"""MyApp: users, and a page for each."""\n',
    "MyApp/User.py": USER,
    "MyApp/Profile.py": PROFILE,
}
"""What HEAD has."""

CHANGED: dict[str, str] = {
    "MyApp/User.py": '''"""Users: who they are and how they are found."""

import json
import re
from functools import cache
from pathlib import Path

PLACE = Path("users.json")

EMAIL = re.compile(r"[^@\\s]+@[^@\\s]+\\.[a-z]{2,}")


def load():
    """Read every user."""
    return json.loads(PLACE.read_text()) if PLACE.exists() else []


def save(users):
    """Write every user."""
    PLACE.write_text(json.dumps(users))
    byEmail.cache_clear()


def validate(email):
    """Say whether mail can be sent to an address."""
    return EMAIL.fullmatch(email) is not None


def create(email, name):
    """Make a user. Raises ValueError for an address that no mail can reach."""
    if not validate(email):
        raise ValueError(email)
    save([*load(), {"email": email, "name": name}])


@cache
def byEmail():
    """Give every user by address, read once."""
    return {user["email"]: user for user in load()}


def findByEmail(email):
    """Find the user who has an address."""
    return byEmail().get(email)
''',
    "MyApp/Profile.py": '''"""The page of a user."""

import html

from MyApp import User


def heading(user):
    """Give the heading of the page."""
    return f"<h1>{html.escape(user['name'])}</h1>"


def contact(user):
    """Give the way to reach the user, where there is one."""
    if not User.validate(user["email"]):
        return "<p>no address</p>"
    return f"<p>{html.escape(user['email'])}</p>"


def directory(emails):
    """Give the pages of several users."""
    users = [User.findByEmail(email) for email in emails]
    return "".join(heading(user) + contact(user) for user in users if user is not None)
''',
}
"""What the working tree has: stricter addresses, and users found without reading them all each time."""
