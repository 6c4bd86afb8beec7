"""Every page begins here: nothing is shown before the log-in."""

from pathlib import Path

import login
import streamlit as st

OWN_PAGES = Path("/opt/datalab/pages")

st.set_page_config(page_title="DataLab", layout="wide")

if not login.passed():
    login.ask()
    st.stop()

st.sidebar.button("Log out", on_click=login.leave)
first = st.Page("platform_page.py", title="Platform", url_path="platform", default=True)
own = [st.Page(path, title=path.stem.replace("_", " ").capitalize()) for path in sorted(OWN_PAGES.glob("*.py"))]
st.navigation({"DataLab": [first], "Pages": own}).run()
