"""The colours as numbers: every pair that carries text or a mark keeps its WCAG contrast in every theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "tracker/static/tracker/tokens.css"
VERDICTS = ("go", "unk", "hold", "stop", "course", "perm")


def block(selector: str) -> dict[str, str]:
    """The custom properties declared in the first rule with this selector."""
    found = re.search(re.escape(selector) + r"\s*\{(.*?)\}", TOKENS.read_text(), re.DOTALL)
    assert found, selector
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", found[1]))


LIGHT = block(":root")
THEMES = {
    "light": LIGHT,
    "night": LIGHT | block(':root[data-theme="night"]'),
    "contrast": LIGHT | block(':root[data-theme="contrast"]'),
}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_pairs(theme: dict[str, str]) -> list[tuple[str, str]]:
    pairs = [(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in ("surface", "bg", "sunken")]
    pairs += [("on-act", "act"), ("act", "act-soft"), ("act", "surface"), ("on-given", "given"), ("on-dark", "dark")]
    for verdict in VERDICTS:
        pairs += [
            (f"{verdict}-on", f"{verdict}-fill"),
            (f"{verdict}-ink", f"{verdict}-soft"),
            (f"{verdict}-ink", "surface"),
        ]
    return pairs + [(f"on-grade-{grade}", f"grade-{grade}") for grade in range(1, 5)]


@pytest.mark.parametrize("name", THEMES)
def test_text_has_a_contrast_of_at_least_4_5(name: str) -> None:
    theme = THEMES[name]
    poor = {pair: round(contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in text_pairs(theme)}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < 4.45} == {}


@pytest.mark.parametrize("name", THEMES)
def test_controls_focus_and_edges_have_a_contrast_of_at_least_3(name: str) -> None:
    theme = THEMES[name]
    marks = ["line-2", "focus", "given", *(f"{verdict}-edge" for verdict in VERDICTS if verdict != "go")]
    poor = {mark: round(contrast(theme[mark], theme["surface"]), 2) for mark in marks}
    assert {mark: ratio for mark, ratio in poor.items() if ratio < 3} == {}


def test_at_night_no_ground_is_brighter_than_a_given_cell() -> None:
    night = THEMES["night"]
    grounds = [
        "bg",
        "surface",
        "sunken",
        "act-soft",
        "dark",
        *(f"{v}-{part}" for v in VERDICTS for part in ("fill", "soft")),
    ]
    assert [ground for ground in grounds if luminance(night[ground]) > luminance(night["given"])] == []


def test_the_systems_wish_for_contrast_gets_the_same_colours_as_the_chosen_theme() -> None:
    assert block(":root:not([data-theme])") == block(':root[data-theme="contrast"]')
