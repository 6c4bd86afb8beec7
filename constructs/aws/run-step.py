"""Runs one task on Fargate to its end. Terraform calls it once for each step of a deployment."""

import hashlib
import time

import boto3

# What is left of Lambda's time when waiting ends, so that there is an answer.
RESERVE_MILLISECONDS = 20_000


def handler(event, context):
    ecs = boto3.client("ecs")
    cluster = event["cluster"]
    # Terraform calls again after a broken connection; the task that runs already is the one to wait for.
    key = hashlib.sha256(event["taskDefinition"].encode()).hexdigest()[:32]
    running = ecs.list_tasks(cluster=cluster, startedBy=key, desiredStatus="RUNNING")["taskArns"]
    task = running[0] if running else start(ecs, event, key)
    while context.get_remaining_time_in_millis() > RESERVE_MILLISECONDS:
        state = ecs.describe_tasks(cluster=cluster, tasks=[task])["tasks"][0]
        if state["lastStatus"] == "STOPPED":
            return finished(event, state)
        time.sleep(event.get("pollSeconds", 3))
    raise RuntimeError(f"The step {event['step']} is still running. Apply again to go on waiting for it.")


def start(ecs, event, key):
    answer = ecs.run_task(
        cluster=event["cluster"],
        taskDefinition=event["taskDefinition"],
        launchType="FARGATE",
        startedBy=key,
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": event["subnets"],
                "securityGroups": event["securityGroups"],
                "assignPublicIp": "DISABLED",
            }
        },
    )
    if answer.get("failures"):
        raise RuntimeError(f"The step {event['step']} cannot be started: {answer['failures']}")
    return answer["tasks"][0]["taskArn"]


def finished(event, state):
    code = state["containers"][0].get("exitCode")
    if code == 0:
        return {"task": state["taskArn"]}
    reason = state.get("stoppedReason", "no reason given")
    end = "did not run" if code is None else f"ended with exit code {code}"
    raise RuntimeError(f"The step {event['step']} {end} ({reason}). Its log is in {event['logGroup']}.")
