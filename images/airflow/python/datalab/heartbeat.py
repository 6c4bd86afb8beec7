"""Runs a part of Airflow that answers on no port, and answers for it: 200 while it sends heartbeats, 503 when not.

Usage: python -m datalab.heartbeat JOB_TYPE PORT COMMAND...
  for example DagProcessorJob 8974 dag-processor, where COMMAND is what follows `airflow`

The same as `airflow jobs check`, which takes seconds of processor time for each answer because it loads all of Airflow.
The database's URI is read from Airflow's configuration file.
"""

import configparser
import os
import socket
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

# Seconds; Airflow's own bound for a process that counts as alive.
LATEST = 30

QUERY = """
SELECT 1 FROM job
WHERE job_type = %s AND hostname = %s AND state = 'running'
AND latest_heartbeat > now() - make_interval(secs => %s)
"""


def database() -> str:
    config = configparser.ConfigParser(interpolation=None)
    with open(os.path.join(os.environ["AIRFLOW_HOME"], "airflow.cfg"), encoding="utf-8") as file:
        config.read_file(file)
    return config["database"]["sql_alchemy_conn"].replace("postgresql+psycopg2:", "postgresql:", 1)


def alive(uri: str, job_type: str) -> bool:
    connection = psycopg2.connect(uri, connect_timeout=3)
    try:
        with connection.cursor() as cursor:
            cursor.execute(QUERY, (job_type, socket.gethostname(), LATEST))
            return cursor.fetchone() is not None
    finally:
        connection.close()


def serve(port: int, job_type: str) -> None:
    uri = database()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                status, words = (
                    (HTTPStatus.OK, "alive")
                    if alive(uri, job_type)
                    else (HTTPStatus.SERVICE_UNAVAILABLE, f"no heartbeat within {LATEST} s")
                )
            except psycopg2.Error as error:
                status, words = HTTPStatus.SERVICE_UNAVAILABLE, f"the database does not answer: {type(error).__name__}"
            body = f"{words}\n".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """A line for each check would bury Airflow's own."""

    ThreadingHTTPServer(("", port), Handler).serve_forever()


def main(job_type: str, port: str, *command: str) -> None:
    # The part itself stays the process that is asked to stop, and ends the container when it ends.
    if os.fork() == 0:
        serve(int(port), job_type)
    else:
        os.execvp("airflow", ["airflow", *command])


if __name__ == "__main__":
    main(*sys.argv[1:])
