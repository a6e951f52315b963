"""The product's settings with one more address, the floor, and cheap hashing: its cost is measured by itself."""

from tracker.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
PASSWORD_HASHERS = ["tests.people.CheapArgon2"]
