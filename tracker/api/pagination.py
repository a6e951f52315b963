"""Lists come in pages, by cursor: newest first, nothing skipped or doubled while rows are added."""

from __future__ import annotations

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from ..errors import BadInput
from ..typed import LARGEST_ID


class NewestFirst(CursorPagination):
    """Pages of 50, at most 200 (`page_size`)."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Raises: BadInput bad_cursor."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise _bad_cursor() from None
        if cursor is not None and cursor.position is not None:
            digits = cursor.position
            if not (digits.isascii() and digits.isdigit() and len(digits) <= 19 and int(digits) <= LARGEST_ID):
                raise _bad_cursor()
        return cursor

    def get_page_size(self, request: Request) -> int:
        """Raises: BadInput bad_page_size."""
        text = request.query_params.get(self.page_size_query_param, "")
        if text and not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= self.max_page_size):
            raise BadInput(
                "bad_page_size",
                f"A page has 1 to {self.max_page_size} rows.",
                field=self.page_size_query_param,
                remedy="Choose a number in between, or leave it out.",
            )
        return int(text) if text else self.page_size


def _bad_cursor() -> BadInput:
    return BadInput(
        "bad_cursor",
        "The cursor is not one of ours.",
        field="cursor",
        remedy="Follow `next` and `previous` as they are.",
    )
