"""Makes a real process of the product misbehave as its environment says. Python imports this by its name at the start.

CLOCK_FILE       the machine's clock is off by as many seconds as this file says, also when it changes later
PUBLISH          "twice": every message is sent twice; "never": the process is killed before it sends its first one
"""

import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


def shift_the_clock(file: Path) -> None:
    """The wall clock follows the file; the monotonic one goes on, as when somebody sets a machine's clock."""
    import time_machine

    real = time_machine.escape_hatch.time.time
    machine = time_machine.travel(datetime.now(UTC), tick=True).start()
    off = [0.0]

    def follow() -> None:
        off[0] = float(file.read_text() or off[0])
        lag = real() + off[0] - time.time()  # it starts some seconds late on a machine under load
        if abs(lag) > 0.05:
            machine.shift(timedelta(seconds=lag))

    def watch() -> None:
        while True:
            time.sleep(0.05)
            follow()

    follow()
    threading.Thread(target=watch, daemon=True).start()


def spoil_publishing(how: str) -> None:
    """In the one place through which every message of every broker goes."""
    from kombu.messaging import Producer

    publish = Producer.publish

    def spoiled(self: Producer, *args: object, **kwargs: object) -> object:
        if how == "never":
            os.kill(os.getpid(), signal.SIGKILL)
        publish(self, *args, **kwargs)
        return publish(self, *args, **kwargs)

    Producer.publish = spoiled


if os.environ.get("CLOCK_FILE"):
    shift_the_clock(Path(os.environ["CLOCK_FILE"]))
if os.environ.get("PUBLISH"):
    spoil_publishing(os.environ["PUBLISH"])
