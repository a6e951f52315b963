"""How a replayed journey is printed: JSON Lines, a table for people, one line of summary, and a comparison."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import tzinfo
from decimal import Decimal

from ..rules.explain import explain
from .run import Run, Step, summary


def exact_json(value: object) -> str:
    """JSON with decimals as they are, digit by digit; no binary fraction is ever made of them."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))}: {exact_json(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(exact_json(inner) for inner in value) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False)


def json_lines(state: Run) -> Iterator[str]:
    """One line for each decision and the summary."""
    for step in state.steps:
        yield exact_json(step.line)
    yield exact_json({"summary": summary(state)})


def table(state: Run, zone: tzinfo) -> Iterator[str]:
    """The same for people, in the ward's time, each finding as a sentence."""
    yield f"{'time':<20}{'what':<10}{'dose':>4}  {'verdict':<12} given  refusals and missing"
    for step in state.steps:
        line = step.line
        why = ", ".join([*line["refusals"], *(f"no {code}" for code in line["missing"])])
        given = "given" if line["given"] else "-"
        at = f"{step.assessment.at.astimezone(zone):%d %b %H:%M %z}"
        yield f"{at:<20}{line['event']:<10}{line['slot']:>4}  {line['verdict']:<12} {given:<6} {why}".rstrip()
        yield from (f"    {sentence}" for sentence in _sentences(step, zone))
    yield summary_line(state)


def _sentences(step: Step, zone: tzinfo) -> list[str]:
    return [f"{finding.id}: {explain(finding, zone, at=step.assessment.at)}" for finding in step.assessment.findings]


def summary_line(state: Run) -> str:
    """One line for a folder's list."""
    found = summary(state)
    verdicts = ", ".join(f"{name} {count}" for name, count in found["verdicts"].items())
    return (
        f"{found['given']} of {found['slots_planned']} given, {found['held']} held, {found['lapsed']} lapsed, "
        f"{found['cumulative_iu']} IU; {verdicts or 'no decision'}"
    )


def differences(first: Run, second: Run) -> Iterator[str]:
    """The decisions that two runs of the same journey answer differently."""
    for one, other in zip(first.steps, second.steps, strict=True):
        a, b = one.line, other.line
        if (a["verdict"], a["given"]) != (b["verdict"], b["given"]):
            yield f"{a['at']} {a['event']} dose {a['slot']}: {_decided(one)} | {_decided(other)}"


def _decided(step: Step) -> str:
    line = step.line
    ids = ", ".join(finding["id"] for finding in line["findings"])
    return f"{line['verdict']}{', given' if line['given'] else ''}{f' ({ids})' if ids else ''}"
