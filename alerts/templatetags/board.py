"""Template tags of the ward board."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from ..cards import WardCard

register = template.Library()


@register.simple_tag
def ward_card(card: WardCard) -> SafeString:
    """`{% ward_card card %}`: one card of the board, drawn once for each different content."""
    return _drawn(card)


@lru_cache(maxsize=1024)
def _drawn(card: WardCard) -> SafeString:
    return get_template("components/ward_card.html").template.render(Context({"card": card}))
