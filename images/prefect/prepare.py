"""Brings Prefect's database up to date and makes, once, what the platform expects to find in it.

That is a work pool for process workers, named by WORK_POOL, and an automation that ends runs whose worker was lost:
workers report running flows every 30 seconds, and a flow of which nothing was heard for 90 seconds has crashed.
Both can be changed on Prefect's page afterwards, and stay changed.
"""

import asyncio
import os
from datetime import timedelta

from prefect.server import models
from prefect.server.database import provide_database_interface
from prefect.server.events import actions
from prefect.server.events.models.automations import automations_session, create_automation
from prefect.server.events.models.automations import read_automations_for_workspace
from prefect.server.events.schemas.automations import Automation, EventTrigger, Posture
from prefect.server.schemas.actions import WorkPoolCreate
from prefect.server.schemas.states import StateType
from prefect.workers.process import ProcessWorker

HEARTBEAT = "prefect.flow-run.heartbeat"
# After these a run is not expected to be heard of.
QUIET = ["Completed", "Failed", "Cancelled", "Crashed", "Paused", "Suspended", "Scheduled", "AwaitingRetry"]


def lost_runs() -> Automation:
    return Automation(
        name="Lost runs have crashed",
        description="Ends runs whose worker was lost: nothing was heard of them for 90 seconds.",
        trigger=EventTrigger(
            after={HEARTBEAT},
            expect={HEARTBEAT, *(f"prefect.flow-run.{state}" for state in QUIET)},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=90),
        ),
        actions=[actions.ChangeFlowRunState(state=StateType.CRASHED, message="Nothing was heard of it for 90 seconds.")],
    )


async def main() -> None:
    database = provide_database_interface()
    await database.run_migrations_upgrade()
    pool = os.environ["WORK_POOL"]
    async with database.session_context(begin_transaction=True) as session:
        if await models.workers.read_work_pool_by_name(session=session, work_pool_name=pool) is None:
            template = ProcessWorker.get_default_base_job_template()
            new = WorkPoolCreate(name=pool, type=ProcessWorker.type, base_job_template=template)
            await models.workers.create_work_pool(session=session, work_pool=new)
            print(f"made the work pool {pool}", flush=True)
    rule = lost_runs()
    async with automations_session(begin_transaction=True) as session:
        if all(other.name != rule.name for other in await read_automations_for_workspace(session)):
            await create_automation(session, rule)
            print(f"made the automation {rule.name!r}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
