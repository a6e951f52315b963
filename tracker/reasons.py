"""Reasons and notes: words that a person types about something that was done."""

from __future__ import annotations

from .errors import BadInput
from .typed import plain_text

LENGTH = 300


def check_reason(reason: object, *, what: str, field: str = "reason") -> str:
    """A reason that says something, without the space around it.

    Raises: BadInput missing_reason, long_reason, bad_text.
    """
    words = read_words(reason, what="reason", field=field)
    if len(words) < 3:
        raise BadInput("missing_reason", f"{what} needs a reason.", field=field, remedy="Say why in a few words.")
    return words


def read_words(text: object, *, what: str, field: str) -> str:
    """Words that may be left out, without the space around them.

    Raises: BadInput long_<what>, bad_text.
    """
    words = plain_text(text, field=field)
    if len(words) > LENGTH:
        raise BadInput(
            f"long_{what}", f"The {what} is longer than {LENGTH} characters.", field=field, remedy="Shorten it."
        )
    return words
