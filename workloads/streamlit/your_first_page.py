"""An example: every file of this folder is a page, behind the log-in and with a name made from the file's."""

import streamlit as st

st.title("Your first page")
st.write("Edit `workloads/streamlit/your_first_page.py`, or put another file beside it, and run `./datalab up`.")
threshold = st.slider("A threshold", 0, 100, 50)
st.line_chart({"signal": [abs((x * 7) % 100 - 50) for x in range(100)], "threshold": [threshold] * 100})
