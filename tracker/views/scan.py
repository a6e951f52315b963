"""What a tablet's camera sees, for browsers that read no codes themselves: one picture in, the text of its code out."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from ..closed_world import page
from ..errors import Refusal
from ..roles import Perm
from ..scanning import LARGEST_BYTES, read_code

# A tablet sends at most 4 pictures a second, each after the answer to the one before. Counted in each web process.
PICTURES_AT_MOST, WITHIN_S = 50, 10
TOO_MANY = 429


@page(Perm.SCAN_CODE)
@require_POST
def scan(request: HttpRequest) -> JsonResponse:
    """The text, empty when there is no code. Neither the picture nor the text is kept or written to a log."""
    if _too_many(request.session.session_key):
        return _answer("too_many_pictures", "Too many pictures.", status=TOO_MANY)
    if (request.content_type or "") != "image/jpeg":
        return _answer("not_a_picture", "This is no picture of the camera.", status=422)
    try:
        return JsonResponse({"text": read_code(request.read(LARGEST_BYTES + 1))})
    except Refusal as refusal:
        return _answer(refusal.code, refusal.sentence, status=refusal.status)


def _too_many(session_key: str | None) -> bool:
    key = f"pictures:{session_key}"
    cache.add(key, 0, timeout=WITHIN_S)
    try:
        return cache.incr(key) > PICTURES_AT_MOST
    except ValueError:  # its ten seconds ended between the two questions
        return False


def _answer(code: str, sentence: str, *, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "sentence": sentence}, status=status)
