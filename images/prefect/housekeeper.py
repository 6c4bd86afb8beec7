"""Removes old runs from Prefect's database, ends runs that were lost before they began, and shows how runs and workers do
as metrics.

Prefect keeps runs for ever, and its own metrics count neither runs nor workers. Every 15 seconds the server is asked for
the figures as any client would ask; every ten minutes runs that ended more than RETENTION_DAYS ago are removed,
with their tasks, logs and artifacts, and workers that were not heard of since. The database is used directly for that,
because Prefect's API can delete neither logs nor many runs at once.

A worker that is lost between taking a run and starting its flow leaves it pending, and no heartbeat will ever be missed.
Such runs of the platform's own work pool have crashed when they are pending for LOST_AFTER; a flow takes seconds to start.

Reads DATABASE_URI, API_URL, API_USER, API_PASSWORD, RETENTION_DAYS, WORK_POOL and METRICS_PORT.
"""

import asyncio
import os
import signal
import sys
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

import asyncpg
import httpx
from prometheus_client import Counter, Gauge, start_http_server

ASK_SECONDS = 15
REMOVE_SECONDS = 600
# Runs that one statement removes; short transactions do not stop the scheduler.
BATCH = 500
RECENT = timedelta(minutes=15)
LOST_AFTER = timedelta(minutes=10)

answers = Gauge("prefect_api_answers", "Whether the server answered the newest questions: 1 is yes.")
failures = Counter("prefect_api_failures", "Questions that the server did not answer, or not with success.")
online = Gauge("prefect_workers_online", "Workers that were heard of.", ["work_pool"])
ready = Gauge("prefect_work_pool_ready", "Whether the work pool has a worker and is not paused: 1 is yes.", ["work_pool"])
current = Gauge("prefect_flow_runs", "Flow runs that have not ended, by the name of their state.", ["state"])
recent = Gauge("prefect_recent_flow_runs", "Flow runs that ended in the last 15 minutes, by state.", ["state"])
lost = Counter("prefect_lost_flow_runs", "Flow runs that were ended because they stayed pending.")
removed = Counter("prefect_removed_flow_runs", "Flow runs that were removed because of their age.")
removal = Gauge("prefect_last_removal_timestamp_seconds", "Time of the newest complete removal of old runs.")

OLD_RUNS = """
DELETE FROM flow_run WHERE id IN (
    SELECT id FROM flow_run
    WHERE state_type IN ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED') AND coalesce(end_time, state_timestamp) < $1
    LIMIT $2)
"""
# Neither refers to its run with a key, so that they would stay.
REMAINS = [
    "DELETE FROM log WHERE timestamp < $1 AND flow_run_id IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM flow_run WHERE flow_run.id = log.flow_run_id)",
    "DELETE FROM artifact WHERE created < $1 AND flow_run_id IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM flow_run WHERE flow_run.id = artifact.flow_run_id)",
    "DELETE FROM artifact_collection"
    " WHERE NOT EXISTS (SELECT FROM artifact WHERE artifact.id = artifact_collection.latest_id)",
    "DELETE FROM worker WHERE last_heartbeat_time < $1",
]


async def remove_old(uri: str, days: float) -> int:
    """Removes what ended, or was last heard of, more than `days` ago; the number of runs among it."""
    before = datetime.now(timezone.utc) - timedelta(days=days)
    connection = await asyncpg.connect(uri, timeout=10, command_timeout=120)
    try:
        total = 0
        while count := affected(await connection.execute(OLD_RUNS, before, BATCH)):
            total += count
        for statement in REMAINS:
            await connection.execute(statement, *([before] if "$1" in statement else []))
        return total
    finally:
        await connection.close()


def affected(status: str) -> int:
    """The number in what PostgreSQL says about a statement, for example `DELETE 3`."""
    return int(status.rsplit(" ", 1)[1])


class Server:
    """Asks the server, as a client with the operator's log-in."""

    def __init__(self, url: str, login: tuple[str, str]) -> None:
        self.client = httpx.AsyncClient(base_url=url, auth=login, timeout=10)

    async def ask(self, path: str, question: dict) -> object:
        answer = await self.client.post(path, json=question)
        answer.raise_for_status()
        return answer.json()

    async def runs(self, flow_runs: dict) -> int:
        return await self.ask("/flow_runs/count", {"flow_runs": flow_runs})

    async def end_lost(self, pool: str, now: datetime) -> None:
        """Ends the pool's runs that are pending for too long. The state is proposed, and not forced on a run that goes on."""
        pending = {
            "flow_runs": {"state": {"type": {"any_": ["PENDING"]}}},
            "work_pools": {"name": {"any_": [pool]}},
        }
        for run in await self.ask("/flow_runs/filter", pending):
            if now - datetime.fromisoformat(run["state"]["timestamp"]) < LOST_AFTER:
                continue
            message = f"Its worker was lost before it began: it was pending for {LOST_AFTER.seconds // 60} minutes."
            crashed = {"state": {"type": "CRASHED", "name": "Crashed", "message": message}}
            answer = await self.ask(f"/flow_runs/{run['id']}/set_state", crashed)
            if answer["status"] == "ACCEPT":
                lost.inc()
                print(f"ended the run {run['name']}, which never began", flush=True)

    async def show(self, own: str) -> None:
        """Shows how runs and work pools do. The platform's `own` pool is shown in any case: with nobody in it when it was deleted."""
        for name in ["Late", "Scheduled", "Pending", "Running", "Paused", "AwaitingRetry"]:
            current.labels(name.lower()).set(await self.runs({"state": {"name": {"any_": [name]}}}))
        since = (datetime.now(timezone.utc) - RECENT).isoformat()
        for kind in ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]:
            ended = {"state": {"type": {"any_": [kind]}}, "end_time": {"after_": since}}
            recent.labels(kind.lower()).set(await self.runs(ended))
        figures = {own: (0, False)}
        for pool in await self.ask("/work_pools/filter", {}):
            name = pool["name"]
            workers = await self.ask(f"/work_pools/{quote(name, safe='')}/workers/filter", {})
            figures[name] = (sum(worker["status"] == "ONLINE" for worker in workers), pool["status"] == "READY")
        # Another pool that was deleted must not be shown for ever.
        online.clear()
        ready.clear()
        for name, (workers, is_ready) in figures.items():
            online.labels(name).set(workers)
            ready.labels(name).set(is_ready)


async def keep_asking(server: Server, pool: str) -> None:
    while True:
        try:
            await server.show(pool)
            await server.end_lost(pool, datetime.now(timezone.utc))
            answers.set(1)
        except httpx.HTTPError as error:
            answers.set(0)
            failures.inc()
            print(f"the server did not answer: {error!r}", file=sys.stderr, flush=True)
        await asyncio.sleep(ASK_SECONDS)


async def keep_removing(uri: str, days: float) -> None:
    while True:
        try:
            count = await remove_old(uri, days)
            removed.inc(count)
            removal.set(time.time())
            if count:
                print(f"removed {count} runs that ended more than {days:g} days ago", flush=True)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            print(f"old runs were not removed: {error!r}", file=sys.stderr, flush=True)
        await asyncio.sleep(REMOVE_SECONDS)


async def main() -> None:
    env = os.environ
    start_http_server(int(env["METRICS_PORT"]))
    server = Server(env["API_URL"], (env["API_USER"], env["API_PASSWORD"]))
    work = asyncio.gather(
        keep_asking(server, env["WORK_POOL"]),
        keep_removing(env["DATABASE_URI"], float(env["RETENTION_DAYS"])),
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        print("stopped", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
