"""What the platform consists of, and how it is."""

import json
from typing import NamedTuple
from urllib.request import urlopen

# As Consul calls them, the best first.
_WORDS = {"passing": "healthy", "warning": "failing", "critical": "unhealthy"}
_UNKNOWN = "not running"


class Row(NamedTuple):
    """A line of the page's table."""

    group: str
    component: str
    health: str
    """`healthy`, or what is wrong with which replica; empty where nobody checks."""
    links: list[dict[str, str]]


def checks_of(catalogue: str, timeout: float = 3) -> list[dict]:
    """All health checks of Consul's catalogue at `host:port`, which answers without a token."""
    with urlopen(f"http://{catalogue}/v1/health/state/any", timeout=timeout) as answer:
        return json.load(answer)


def states_of(checks: list[dict]) -> dict[str, str]:
    """The worst state of each replica. Consul's server and agents are nodes in its catalogue and not services."""
    order = list(_WORDS)
    states: dict[str, str] = {}
    for check in checks:
        name = check["ServiceID"] or check["Node"]
        worst = max(order.index(check["Status"]), order.index(states.get(name, "passing")))
        states[name] = order[worst]
    return states


def rows_of(components: list[dict], states: dict[str, str] | None) -> list[Row]:
    """One row a component, those of a group together; `states` is None where nobody watches over health."""
    groups = list(dict.fromkeys(one["group"] for one in components))
    return [
        Row(one["group"], one["name"], "" if states is None else _health(one["replicas"], states), one["links"])
        # What the target adds at last, an agent for each group, belongs to its group as well.
        for one in sorted(components, key=lambda one: groups.index(one["group"]))
    ]


def _health(replicas: list[str], states: dict[str, str]) -> str:
    """Replicas of a component that are not well, or `healthy`; nothing runs for those that a cloud offers."""
    words = {name: _WORDS[states[name]] if name in states else _UNKNOWN for name in replicas}
    bad = [f"{name} is {word}" for name, word in words.items() if word != "healthy"]
    if not replicas:
        return ""
    if len(bad) == len(replicas) and set(words.values()) == {_UNKNOWN}:
        return _UNKNOWN
    return ", ".join(bad) or "healthy"
