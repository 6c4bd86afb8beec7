"""What a user's server gets when it starts: its variables, and Spark's properties, by the role of the user.

Nothing here needs JupyterHub.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

#: Between making a container and its first request; a start on a busy machine takes some seconds.
TICKET_SECONDS = 120

#: Where the SDKs of AWS ask for the identity of the task that they run in; ECS tells it to the first process only.
TASK_IDENTITY = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"


class Tickets:
    """Hands over what must not stand in a container's description, which everybody with the engine can read.

    A ticket stands there instead. It is taken once, and soon. Whoever takes it before the server does is noticed,
    because the server then does not start.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._issued: dict[str, tuple[float, object]] = {}

    def issue(self, content: object) -> str:
        """Returns a ticket for the content."""
        now = self._clock()
        self._issued = {ticket: entry for ticket, entry in self._issued.items() if entry[0] > now}
        ticket = secrets.token_urlsafe(32)
        self._issued[ticket] = (now + TICKET_SECONDS, content)
        return ticket

    def take(self, ticket: str) -> object | None:
        """Returns the content of a ticket, which is worth nothing afterwards; None for any other text."""
        until, content = self._issued.pop(ticket, (0.0, None))
        return content if until > self._clock() else None


@dataclass(frozen=True)
class Sessions:
    """Variables and Spark's properties for users' servers."""

    #: Of everybody.
    common: Mapping[str, str]
    #: By role, `admin` or `user`.
    by_role: Mapping[str, Mapping[str, str]]
    #: Content of spark-defaults.conf without an account of the object store.
    spark_defaults: str = field(repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str], spark_defaults: str) -> "Sessions":
        """Reads what the platform gives as SESSION_ENV_*, ADMIN_ENV_* and USER_ENV_*, and what ECS gives."""
        identity = {name: environment[name] for name in (TASK_IDENTITY,) if name in environment}
        return cls(
            common={**identity, **_prefixed(environment, "SESSION_ENV_")},
            by_role={"admin": _prefixed(environment, "ADMIN_ENV_"), "user": _prefixed(environment, "USER_ENV_")},
            spark_defaults=spark_defaults,
        )

    def variables(self, admin: bool) -> dict[str, str]:
        return {**self.common, **self.by_role["admin" if admin else "user"]}

    def spark_conf(self, admin: bool) -> str:
        """Content of spark-defaults.conf for one role.

        Executors run in the workers' containers and would find the cluster's own account there, so that the
        user's goes with each job.
        """
        variables = self.variables(admin)
        account = {
            "spark.hadoop.fs.s3a.access.key": variables.get("AWS_ACCESS_KEY_ID"),
            "spark.hadoop.fs.s3a.secret.key": variables.get("AWS_SECRET_ACCESS_KEY"),
        }
        lines = [f"{name} {value}\n" for name, value in account.items() if value is not None]
        return self.spark_defaults + "".join(lines)


def _prefixed(environment: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name[len(prefix) :]: value for name, value in environment.items() if name.startswith(prefix)}
