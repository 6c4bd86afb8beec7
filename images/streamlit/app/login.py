"""The log-in: one password, for as long as the browser's session lasts."""

import logging
import os
from pathlib import Path

import streamlit as st
from tries import Tries

_log = logging.getLogger("datalab.login")
_password = Path(os.environ["DATALAB_PASSWORD_FILE"]).read_text(encoding="utf-8")
# One for all sessions: Python loads this module once.
_tries = Tries(_password)


def passed() -> bool:
    """Whether this session has logged in."""
    return st.session_state.get("logged_in", False) is True


def leave() -> None:
    """Ends what this session may see."""
    st.session_state.clear()


def ask() -> None:
    """Shows the form, and lets the session in when the password is right."""
    st.title("DataLab")
    with st.form("log-in"):
        given = st.text_input("Password", type="password", help="Shown by ./datalab credentials streamlit --show")
        if not st.form_submit_button("Log in"):
            return
    answer = _tries.check(given)
    if answer:
        st.session_state["logged_in"] = True
        st.rerun()
    elif answer is None:
        _log.warning("log-in refused to %s: too many wrong passwords in the last minute", st.context.ip_address)
        st.error("There were too many wrong passwords. Try again in a minute.")
    else:
        _log.warning("wrong password from %s", st.context.ip_address)
        st.error("This is not the password.")
