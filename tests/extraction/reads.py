"""Functions that the worker tests send to other processes; they must be importable there."""

import ctypes
import os
import time

__all__ = ["prepare_badly", "process_of", "read_page"]


def read_page(page: tuple[str, int]) -> object:
    kind, number = page
    match kind:
        case "wait":
            time.sleep(60)
        case "hang":
            while True:
                pass
        case "die":
            os._exit(11)
        case "segfault":
            ctypes.string_at(0)
        case "hoard":
            held = [bytearray(64 << 20) for _ in range(100)]
            return len(held)
        case "raise":
            raise ValueError("odd page")
    return number * number


def process_of(page: int) -> int:
    time.sleep(0.01)
    return os.getpid()


def prepare_badly() -> None:
    raise SystemExit(3)
