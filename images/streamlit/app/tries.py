"""How often a password may be tried."""

import hmac
import threading
import time
from collections import deque
from collections.abc import Callable


class Tries:
    """
    Compares passwords, and refuses to after too many wrong ones. It counts those of everybody together, because
    whoever guesses can open as many sessions as he likes.
    """

    def __init__(
        self,
        expected: str,
        most: int = 10,
        seconds: float = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._expected = expected.encode()
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._wrong: deque[float] = deque()
        self._lock = threading.Lock()

    def check(self, given: str) -> bool | None:
        """Whether it is the password; None where it was not looked at, because there were too many wrong ones."""
        with self._lock:
            now = self._clock()
            while self._wrong and self._wrong[0] <= now - self._seconds:
                self._wrong.popleft()
            if len(self._wrong) >= self._most:
                return None
            if hmac.compare_digest(given.encode(), self._expected):
                return True
            self._wrong.append(now)
            return False
