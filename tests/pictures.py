"""Pictures as a camera takes them: the product's own printed codes, drawn from the SVG that it prints."""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

DESK = 190  # grey


def drawn(svg: str) -> Image.Image:
    """The marks of one of our codes, black on white, as a printer puts them on paper."""
    wide, high = (int(re.search(rf'\b{side}="(\d+)"', svg)[1]) for side in ("width", "height"))
    paper = Image.new("L", (wide, high), 255)
    pen = ImageDraw.Draw(paper)
    for x, y, w, h in _bars(svg) or _runs(svg):
        pen.rectangle((x, y, x + w - 1, y + h - 1), fill=0)
    return paper


def _bars(svg: str) -> list[tuple[int, ...]]:
    bar = r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/>'
    return [tuple(map(int, each)) for each in re.findall(bar, svg)]


def _runs(svg: str) -> list[tuple[int, ...]]:
    """A QR code is one path of level strokes, in modules: M and m move, h draws."""
    scale = int(re.search(r'transform="scale\((\d+)\)"', svg)[1])
    x, y, found = 0.0, 0.0, []
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", re.findall(r'd="(M[^"]+)"', svg)[-1]):
        first, *rest = map(float, numbers.split())
        if command == "h":
            found.append((int(x * scale), int((y - 0.5) * scale), int(first * scale), scale))
            x += first
        else:
            x, y = (first, rest[0]) if command == "M" else (x + first, y + rest[0])
    return found


def seen(paper: Image.Image, *, size: tuple[int, int] = (960, 720), turned: float = 3, wide: int = 560) -> Image.Image:
    """The paper on a desk, a little askew and not quite sharp."""
    near = paper.resize((wide, wide * paper.height // paper.width), Image.Resampling.BICUBIC)
    near = near.rotate(turned, expand=True, fillcolor=DESK, resample=Image.Resampling.BICUBIC)
    frame = Image.new("L", size, DESK)
    frame.paste(near, ((size[0] - near.width) // 2, (size[1] - near.height) // 2))
    return frame.filter(ImageFilter.GaussianBlur(0.6))


def jpeg(image: Image.Image, **options: object) -> bytes:
    """As a browser's canvas writes it."""
    file = BytesIO()
    image.save(file, "JPEG", **{"quality": 70, **options})
    return file.getvalue()
