"""Draws the life of an alert from its transition table, as text in the repository. Pure.

`python -m alerts.diagram > alerts/life.md` writes it anew; a test fails when it is stale.
"""

from __future__ import annotations

from .states import ALERT_MOVES, NOTED, AlertState


def diagram() -> str:
    """The page `alerts/life.md`: a diagram that code hosts draw, and the same as a table."""
    rows = [(before, after, why) for before, moves in ALERT_MOVES.items() for after, why in moves.items()]
    lines = [
        "# The life of an alert",
        "",
        "Made from the table in `alerts/states.py` by `python -m alerts.diagram`; do not edit.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {AlertState.RAISED.value}",
        *(f"    {before.value} --> {after.value}: {why}" for before, after, why in rows),
        "```",
        "",
        "| from | to | because |",
        "|---|---|---|",
        *(f"| {before.value} | {after.value} | {why} |" for before, after, why in rows),
        "",
        "Every other move is refused. Of these kinds nothing is left to wait for, so the answer ends them: "
        + ", ".join(sorted(kind.value for kind in NOTED))
        + ".",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(diagram(), end="")
