"""The code on a wristband: the record number with a check number, so that a misread code is nobody's. Pure.

"IL2.4471-882.42" in a QR code and in Code 128. The check is ISO 7064 MOD 97-10 over the number's characters.
"""

from __future__ import annotations

PREFIX = "IL2"


def wristband_code(record_number: str) -> str:
    """What the wristband of this record number carries."""
    return f"{PREFIX}.{record_number}.{_check(record_number):02d}"


def record_number_of(scanned: str) -> str | None:
    """The record number that a scanned code carries, None when it is no wristband or was misread."""
    head, _, rest = scanned.strip().partition(".")
    record_number, _, check = rest.rpartition(".")
    if head.upper() != PREFIX or not record_number or len(check) != 2 or not (check.isascii() and check.isdecimal()):
        return None
    return record_number if int(check) == _check(record_number) else None


def _check(record_number: str) -> int:
    return 98 - int.from_bytes(record_number.encode(), "big") * 100 % 97
