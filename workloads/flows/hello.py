"""A flow to begin with: it counts the objects of a bucket, so that it shows the log-in that flows find in their environment."""

import boto3
from prefect import flow, task


@task(retries=2)
def count_objects(bucket: str) -> int:
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sum(page["KeyCount"] for page in pages)


@flow(log_prints=True)
def hello(bucket: str = "bronze") -> int:
    count = count_objects(bucket)
    print(f"{bucket} has {count} objects")
    return count
