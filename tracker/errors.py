"""Named refusals: what was wrong, in which field, and what to do about it. Pure; pages and API translate them."""

from __future__ import annotations


class Refusal(Exception):
    """An action that was not carried out. Nothing was written except the audit entry of the refusal.

    `code` is the machine's reason (snake_case, stable), `sentence` the ward's words, `field` the input
    at fault (a JSON key, empty when none is) and `remedy` what the person can do now. `extra` holds plain JSON.
    """

    status = 409

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        field: str = "",
        remedy: str = "",
        extra: dict | None = None,
        keeps: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field
        self.remedy = remedy
        self.extra = extra or {}
        self.keeps = keeps  # the refusal itself is charted: what the action wrote before it stays


class BadInput(Refusal):
    """A value that cannot be taken as it was typed (HTTP 422)."""

    status = 422


class Several(BadInput):
    """Several bad inputs at once, so that a person can mend all of them in one go."""

    def __init__(self, refusals: list[BadInput]) -> None:
        first = refusals[0]
        super().__init__(first.code, first.sentence, field=first.field, remedy=first.remedy)
        self.refusals = refusals


class NotAllowed(Refusal):
    """This person may not do this (HTTP 403)."""

    status = 403


class NotFound(Refusal):
    """There is no such thing within this person's reach (HTTP 404)."""

    status = 404


class TooLarge(Refusal):
    """More than anybody charts at once (HTTP 413)."""

    status = 413


class Conflict(Refusal):
    """The state of the world does not allow it now (HTTP 409)."""

    status = 409
