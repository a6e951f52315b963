"""Shape and word of every verdict: a silhouette that survives greyscale, and the word always printed beside it."""

from __future__ import annotations

from functools import lru_cache

# What the ward reads. "infusing" is not a verdict, but a card and a banner may show it in a verdict's place.
WORDS: dict[str, str] = {
    "proceed": "PROCEED",
    "incomplete": "INCOMPLETE",
    "hold": "HOLD",
    "stop_cycle": "STOP CYCLE",
    "stop_course": "STOP COURSE",
    "discontinue": "DISCONTINUE",
    "infusing": "INFUSING",
}

_HOLED = 'fill="currentColor" fill-rule="evenodd"'
_LINE = 'fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"'
_OCTAGON = "M7.78 1.8h8.44l5.98 5.98v8.44l-5.98 5.98H7.78L1.8 16.22V7.78z"

# Marks are holes in their silhouette (even-odd), so one drawing serves every ground and theme.
_BODIES: dict[str, str] = {
    "proceed": f'<path {_HOLED} d="M12 1.8a10.2 10.2 0 1 1 0 20.4 10.2 10.2 0 0 1 0-20.4z'
    'M6.08 13.22 10.43 17.57 17.95 9.49 16.05 7.71 10.37 13.83 7.92 11.38z"/>',
    "incomplete": f"<g {_LINE}>"
    '<circle cx="12" cy="12" r="9.6" stroke-dasharray="3.8 2.232" stroke-linecap="butt"/>'
    '<path d="M9.3 9.5a2.8 2.8 0 1 1 4.2 2.5c-1 .5-1.5 1.1-1.5 2.1m0 2.8v.1"/></g>',
    "hold": f'<path {_HOLED} d="M6.5 1.8h11a4.7 4.7 0 0 1 4.7 4.7v11'
    'a4.7 4.7 0 0 1-4.7 4.7h-11a4.7 4.7 0 0 1-4.7-4.7v-11a4.7 4.7 0 0 1 4.7-4.7zM8 7v10h2.8V7zM13.2 7v10H16V7z"/>',
    "stop_cycle": f'<path {_HOLED} d="{_OCTAGON}M6.5 10.5v3h11v-3z"/>',
    "stop_course": f'<path {_HOLED} d="{_OCTAGON}M6.5 8v2.7h11V8zM6.5 13.3V16h11v-2.7z"/>',
    "discontinue": f'<path {_HOLED} d="{_OCTAGON}M7.3 9.14 10.16 12 7.3 14.86 9.14 16.7 '
    '12 13.84 14.86 16.7 16.7 14.86 13.84 12 16.7 9.14 14.86 7.3 12 10.16 9.14 7.3z"/>',
    "infusing": f'<path {_HOLED} d="M12 1.6C9.2 5.6 5 10.4 5 15.3a7 7 0 0 0 14 0c0-4.9-4.2-9.7-7-13.7z'
    'M7.8 14.6c.2-.9 1.8-.8 1.8.2.1 1.7 1 2.8 2.5 3.3.9.3.7 1.7-.3 1.6-2.4-.2-4.3-2.3-4-5.1z"/>',
}


def verdict_word(verdict: str) -> str:
    """The verdict as the ward says it: "STOP CYCLE".

    Raises: KeyError for anything that is not a verdict, because an unknown state must never be shown as a calm one.
    """
    return WORDS[str(verdict)]


@lru_cache(maxsize=128)
def verdict_mark(verdict: str, size: int = 24) -> str:
    """The verdict's silhouette as SVG in the colour of its text; hidden from screen readers, the word is beside it."""
    body = _BODIES[str(verdict)]
    return (
        f'<svg class="mark mark-{verdict}" width="{size}" height="{size}" viewBox="0 0 24 24" aria-hidden="true"'
        f' focusable="false">{body}</svg>'
    )
