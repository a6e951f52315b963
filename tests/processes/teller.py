"""`python -m tests.processes.teller`: a process of the people, which does what it is told line by line.

A shell command of its own for every sentence of a test would spend most of the test's time on importing Django.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import traceback

import django


def main() -> None:
    """Each line of the input is JSON, the code to run; each line of the answer is what it printed, or how it failed."""
    django.setup()
    from django.db import connections

    answers = sys.stdout
    for line in sys.stdin:
        said, answer = io.StringIO(), {}
        try:
            with contextlib.redirect_stdout(said):
                exec(compile(json.loads(line), "<told>", "exec"), {"__name__": "told"})  # noqa: S102  the test's own code
        except BaseException:
            answer["failed"] = traceback.format_exc()
        finally:
            connections.close_all()  # a database that is dropped or stopped must not wait for us
        print(json.dumps({**answer, "said": said.getvalue()}), file=answers, flush=True)


if __name__ == "__main__":
    main()
