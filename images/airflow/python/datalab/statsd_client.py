"""A StatsD client that looks its server up again, for `[metrics] statsd_custom_client_path`.

The library's own looks the name up once, when Airflow starts. Without an answer Airflow goes on without metrics for
good, and when the server is replaced, it sends to an address that nobody has.
"""

import socket
import time

from statsd import StatsClient

# Seconds for which an address is used.
LIFETIME = 30


class ReconnectingStatsClient(StatsClient):
    """Sends to whoever has the server's name now; while nobody has it, figures are dropped, as UDP does anyway."""

    def __init__(self, host="localhost", port=8125, prefix=None, ipv6=False, maxudpsize=512):
        # The base class would look the name up, and fail.
        self._family = socket.AF_INET6 if ipv6 else socket.AF_INET
        self._server = (host, port)
        self._sock = socket.socket(self._family, socket.SOCK_DGRAM)
        self._prefix = prefix
        self._maxudpsize = maxudpsize
        self._addr = None
        self._until = 0.0

    def _send(self, data):
        if time.monotonic() >= self._until:
            self._until = time.monotonic() + LIFETIME
            try:
                self._addr = socket.getaddrinfo(*self._server, self._family, socket.SOCK_DGRAM)[0][4]
            except OSError:
                self._addr = None
        if self._addr is not None:
            super()._send(data)
