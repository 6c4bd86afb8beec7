"""Starts a user's server with what the hub hands over against the ticket in the container's environment.

What is secret is in no description of the container: it comes by this one request, and the ticket is worth nothing
afterwards. The arguments are those of jupyterhub-singleuser.
"""

import json
import os
import sys
import urllib.request
from pathlib import Path

SPARK_DEFAULTS = Path("/opt/spark/conf/spark-defaults.conf")


def main() -> None:
    url = os.environ.pop("DATALAB_SESSION_URL")
    ticket = os.environ.pop("DATALAB_SESSION_TICKET")
    with urllib.request.urlopen(url, data=ticket.encode("ascii"), timeout=60) as answer:
        session = json.load(answer)
    os.umask(0o077)
    SPARK_DEFAULTS.write_text(session["spark_defaults"], encoding="utf-8")
    environment = {**os.environ, **session["environment"]}
    os.execvpe("jupyterhub-singleuser", ["jupyterhub-singleuser", *sys.argv[1:]], environment)


if __name__ == "__main__":
    main()
