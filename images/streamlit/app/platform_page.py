"""The platform's components: health from Consul's catalogue, and addresses that work from the operator's machine."""

import json
import os
from itertools import groupby
from pathlib import Path

import streamlit as st
from platform_state import Row, checks_of, rows_of, states_of, summary_of

_platform = json.loads(Path(os.environ["DATALAB_PLATFORM_FILE"]).read_text(encoding="utf-8"))
_catalogue = os.environ.get("SERVICE_DISCOVERY_CONSUL")


@st.cache_data(ttl=5, show_spinner=False)
def _states() -> dict[str, str] | None:
    """Asked once in five seconds, however many people look."""
    return states_of(checks_of(_catalogue)) if _catalogue else None


@st.fragment(run_every=10)
def _show() -> None:
    try:
        states = _states()
        if states is None:
            st.info("This target has no catalogue with health checks; its own console shows how services are.")
    except OSError as error:
        states = None
        st.error(f"Consul's catalogue at {_catalogue} does not answer, so health is unknown: {error}")
    rows = rows_of(_platform["components"], states)
    if states is not None:
        is_well, sentence = summary_of(rows)
        (st.success if is_well else st.warning)(sentence)
    for group, members in groupby(rows, key=lambda row: row.group):
        st.subheader(group)
        st.markdown(_table(list(members)))


def _table(rows: list[Row]) -> str:
    lines = ["| component | health | address |", "| --- | --- | --- |"]
    for row in rows:
        links = " · ".join(_link(**link) for link in row.links)
        lines.append(f"| {row.component} | {row.health} | {links} |")
    return "\n".join(lines)


def _link(name: str, url: str, page: str) -> str:
    """A page as a link; other addresses are for programs."""
    return f"[{name}]({page})" if page else f"{name} `{url}`"


st.title(f"Platform {_platform['environment']}")
_show()
