"""A flow to begin with: it counts the objects of a layer of the lake, so that it shows what flows find in their environment:
the log-in, and the names of the buckets, which are longer on AWS."""

import os

import boto3
from prefect import flow, task


@task(retries=2)
def count_objects(bucket: str) -> int:
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sum(page["KeyCount"] for page in pages)


@flow(log_prints=True)
def hello(layer: str = "bronze") -> int:
    count = count_objects(os.environ[f"LAKE_{layer.upper()}"])
    print(f"{layer} has {count} objects")
    return count
