"""Machine-readable codes as inline SVG: attributes only, because the pages allow no inline style. Pure."""

from __future__ import annotations

from itertools import groupby

import segno
from barcode.codex import Code128

QUIET = 10  # modules of white on either side, as Code 128 asks for
HEIGHT = 44


def qr_svg(text: str, *, label: str, scale: int = 4) -> str:
    """A QR code that still reads with a quarter of it dirty. `label` is what a screen reader says."""
    code = segno.make(text, micro=False, error="q")
    drawn = code.svg_inline(scale=scale, border=4, light="#fff", svgclass="qr", lineclass=None)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{_attribute(label)}" ', 1)


def code128_svg(text: str, *, label: str, module: int = 2) -> str:
    """The same as bars, for scanners that read no QR code. Needs ASCII text; empty for any other.

    A long code is drawn narrower where the label ends, and keeps its height.
    """
    if not text.isascii():
        return ""
    modules = Code128(text).build()[0]
    bars, x = [], QUIET
    for dark, run in groupby(modules):
        width = len(list(run))
        if dark == "1":
            bars.append(f'<rect x="{x * module}" y="0" width="{width * module}" height="{HEIGHT}"/>')
        x += width
    wide = (x + QUIET) * module
    return (
        f'<svg role="img" aria-label="{_attribute(label)}" class="code128" xmlns="http://www.w3.org/2000/svg" '
        f'width="{wide}" height="{HEIGHT}" viewBox="0 0 {wide} {HEIGHT}" preserveAspectRatio="none">'
        f'<rect width="{wide}" height="{HEIGHT}" fill="#fff"/><g fill="#000">{"".join(bars)}</g></svg>'
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
