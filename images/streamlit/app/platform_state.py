"""What the platform consists of, and how it is."""

import json
from typing import NamedTuple
from urllib.request import urlopen

_STOPPED = "in maintenance"
# As Consul calls them; of several, the last one counts. What is stopped on purpose fails its other checks as well.
_WORDS = {"passing": "healthy", "warning": "failing", "critical": "unhealthy", "maintenance": _STOPPED}
# Maintenance is a check of its own, of a service or of a node, and critical.
_MAINTENANCE = ("_service_maintenance:", "_node_maintenance")
_UNKNOWN = "not running"


class Row(NamedTuple):
    """A line of the page's table."""

    group: str
    component: str
    health: str
    """`healthy`, or what is wrong with which replica; empty where nobody checks."""
    is_well: bool
    """Whether nothing has to be done about it: what is stopped on purpose is well."""
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
        status = "maintenance" if check["CheckID"].startswith(_MAINTENANCE) else check["Status"]
        worst = max(order.index(status), order.index(states.get(name, "passing")))
        states[name] = order[worst]
    return states


def rows_of(components: list[dict], states: dict[str, str] | None) -> list[Row]:
    """One row a component, those of a group together; `states` is None where nobody watches over health."""
    groups = list(dict.fromkeys(one["group"] for one in components))
    return [
        Row(one["group"], one["name"], *_health(one["replicas"], states), one["links"])
        # What the target adds at last, an agent for each group, belongs to its group as well.
        for one in sorted(components, key=lambda one: groups.index(one["group"]))
    ]


def _health(replicas: list[str], states: dict[str, str] | None) -> tuple[str, bool]:
    """A row's health, and whether that is well; nothing runs for the components that a cloud offers."""
    if states is None or not replicas:
        return "", True
    words = {name: _WORDS[states[name]] if name in states else _UNKNOWN for name in replicas}
    is_well = set(words.values()) <= {"healthy", _STOPPED}
    if len(set(words.values())) == 1 and words[replicas[0]] in ("healthy", _STOPPED, _UNKNOWN):
        return words[replicas[0]], is_well
    return ", ".join(f"{name} is {word}" for name, word in words.items() if word != "healthy"), is_well


def summary_of(rows: list[Row]) -> tuple[bool, str]:
    """Whether all components are well, and a sentence that says so or names those that are not."""
    bad = [row.component for row in rows if not row.is_well]
    if bad:
        return False, f"{len(bad)} of {len(rows)} components are not healthy: {', '.join(bad)}"
    stopped = [row.component for row in rows if row.health not in ("healthy", "")]
    if stopped:
        return True, f"{len(stopped)} of {len(rows)} components are stopped on purpose, the others are healthy: {', '.join(stopped)}"
    return True, f"All {len(rows)} components are healthy."
