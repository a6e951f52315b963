"""The line icons, drawn on a 24 by 24 grid in the colour of the text they stand beside."""

from __future__ import annotations

from functools import lru_cache

_STROKED: dict[str, str] = {
    "tick": '<path d="m5 12.8 4.6 4.6L19.2 7"/>',
    "cross": '<path d="m6.5 6.5 11 11m0-11-11 11"/>',
    "pause": '<path d="M9 6v12M15 6v12"/>',
    "level": '<path d="M6 12h12"/>',
    "levels": '<path d="M6 9h12M6 15h12"/>',
    "plus": '<path d="M12 6v12M6 12h12"/>',
    "question": '<path d="M9.2 9.4a2.9 2.9 0 1 1 4.3 2.6c-1 .5-1.5 1.1-1.5 2.2m0 2.8v.1"/>'
    '<circle cx="12" cy="12" r="9" stroke-dasharray="3.6 2.06"/>',
    "bell": '<path d="M6.5 17V11a5.5 5.5 0 0 1 11 0v6l1.5 1.5v.3H5v-.3zM10 21.2h4"/>',
    "pulse": '<path d="M2.5 12.5h4l2.6-6 4.4 12 3-8 1.2 2h3.8"/>',
    "pencil": '<path d="m4.5 19.5.9-4L16 4.9a2.1 2.1 0 0 1 3 3L8.4 18.6zM14 7l3 3"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
    "phone": '<path d="M6.3 3.8h2.9l1.5 4-1.9 1.5a11.5 11.5 0 0 0 5.9 5.9l1.5-1.9 4 1.5v2.9a2 2 0 0 1-2.2 2'
    'A16 16 0 0 1 4.3 6a2 2 0 0 1 2-2.2z"/>',
    "moon": '<path d="M19.6 14.4A8 8 0 0 1 9.6 4.4a8 8 0 1 0 10 10z"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 2.8v2.4m0 13.6v2.4M2.8 12h2.4m13.6 0h2.4M5.5 5.5l1.7 1.7'
    'm9.6 9.6 1.7 1.7m0-13-1.7 1.7m-9.6 9.6-1.7 1.7"/>',
    "printer": '<path d="M7.5 8.5V4h9v4.5M7.5 16.5H4.5v-8h15v8h-3"/><path d="M7.5 13.5h9V20h-9z"/>',
    "person": '<circle cx="12" cy="8" r="3.8"/><path d="M4.8 20c.6-4 3.4-6 7.2-6s6.6 2 7.2 6"/>',
    "chevron-down": '<path d="m6.5 9.5 5.5 5.5 5.5-5.5"/>',
    "chevron-right": '<path d="m9.5 6.5 5.5 5.5-5.5 5.5"/>',
    "back": '<path d="M14.5 5 8 12l6.5 7"/>',
    "menu": '<path d="M4.5 7h15M4.5 12h15M4.5 17h15"/>',
    "swap": '<path d="M4 8.5h15m-4-4 4 4M20 15.5H5m4 4-4-4"/>',
    "erase": '<path d="M8.5 5.5H21v13H8.5L2.5 12zm4 3.8 5.2 5.4m0-5.4-5.2 5.4"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.4 2"/>',
    "note": '<circle cx="12" cy="12" r="9"/><path d="M12 7v6.2m0 3.2v.1"/>',
    "open": '<circle cx="12" cy="12" r="9"/>',
    "fresh": '<circle cx="12" cy="12" r="9"/><path d="m7.6 12.4 3.1 3.1 5.8-6.3"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5 5"/>',
    "away": '<path d="M13 4.5H5v15h8M10 12h10.5m-4-4 4 4-4 4"/>',
    "chart": '<path d="M4 4v16h16M7.5 14.5l4-5 3 3 4.5-6"/>',
    "list": '<path d="M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.1m-.1 5.5h.1m-.1 5.5h.1"/>',
    "unplugged": '<path d="M4 20 20 4M7 10a7.4 7.4 0 0 1 4-2.3M3.5 7A12 12 0 0 1 13 4M9.6 13.4A4 4 0 0 1 12 12.6'
    'm8.5-5.6a12 12 0 0 0-2-1.4M12 18v.1"/>',
}

_FILLED: dict[str, str] = {
    # The drop's highlight is a hole, so that it shows on any ground.
    "drop": '<path fill-rule="evenodd" d="M12 2.4C9.4 6 5.6 10.4 5.6 15a6.4 6.4 0 0 0 12.8 0c0-4.6-3.8-9-6.4-12.6z'
    'M8 14.3c.2-.9 1.7-.8 1.7.1.1 1.7.9 2.7 2.3 3.2.8.3.6 1.5-.3 1.5-2.2-.2-4-2.2-3.7-4.8z"/>',
}

_LINE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'

ICON_NAMES = (*_STROKED, *_FILLED)


@lru_cache(maxsize=256)
def icon(name: str, size: int = 20) -> str:
    """One icon as SVG, hidden from screen readers: the words beside it say what it means.

    Raises: KeyError when there is no such icon, so that a typing error in a template is found by its first test.
    """
    paint, body = (_LINE, _STROKED[name]) if name in _STROKED else ('fill="currentColor"', _FILLED[name])
    return (
        f'<svg class="icon icon-{name}" width="{size}" height="{size}" viewBox="0 0 24 24" aria-hidden="true"'
        f' focusable="false"><g {paint}>{body}</g></svg>'
    )
