"""Runs a process worker that lets go of its runs when it is asked to stop.

Prefect's own command kills the processes of running flows at once, and the server believes that they run on.
Here a worker takes no new work, waits DRAIN_SECONDS for its runs to end, asks those that are left to end (killing them
after END_SECONDS), and gives them back to the work pool, where another worker starts them again. A server that takes longer than
HAND_BACK_SECONDS for that is not waited for.

Reads WORK_POOL, RUN_LIMIT (runs at the same time), DRAIN_SECONDS, END_SECONDS and HAND_BACK_SECONDS.
"""

import asyncio
import os
import signal
import socket
import sys

from prefect.client.orchestration import get_client
from prefect.states import AwaitingRetry
from prefect.workers.process import ProcessWorker


class DrainingWorker(ProcessWorker):
    draining = False

    async def get_and_submit_flow_runs(self) -> list:
        return [] if self.draining else await super().get_and_submit_flow_runs()

    async def drain(self, seconds: float) -> None:
        self.draining = True
        running = self._runner._flow_run_process_map
        print(f"stopping; runs that have not ended: {len(running)}", flush=True)
        try:
            async with asyncio.timeout(seconds):
                while running or self._submitting_flow_run_ids:
                    await asyncio.sleep(0.2)
        except TimeoutError:
            # Or the runner would report the ends of their processes as crashes.
            self._runner._rescheduling = True
            await asyncio.gather(*(self.hand_back(**entry) for entry in list(running.values())))

    async def hand_back(self, flow_run, pid: int) -> None:
        try:
            await self._runner._kill_process(pid, grace_seconds=int(os.environ["END_SECONDS"]))
        except RuntimeError:
            # It ended in this moment, and has said how.
            return
        try:
            async with asyncio.timeout(float(os.environ["HAND_BACK_SECONDS"])), get_client() as client:
                # The flow itself reported a crash while it was being stopped, and that has to be overruled.
                await client.set_flow_run_state(flow_run.id, AwaitingRetry(), force=True)
            print(f"gave the run {flow_run.name} back to the pool", flush=True)
        except Exception as error:
            # The others are given back all the same.
            print(f"could not give the run {flow_run.name} back: {error!r}", file=sys.stderr, flush=True)


async def main() -> None:
    worker = DrainingWorker(
        work_pool_name=os.environ["WORK_POOL"],
        name=socket.gethostname(),
        limit=int(os.environ["RUN_LIMIT"]),
        create_pool_if_not_found=False,
    )
    work = asyncio.create_task(worker.start(with_healthcheck=True))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([work, stopped], return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        await work
        raise SystemExit("the worker ended by itself")
    await worker.drain(float(os.environ["DRAIN_SECONDS"]))
    work.cancel()
    await asyncio.wait([work])


if __name__ == "__main__":
    asyncio.run(main())
