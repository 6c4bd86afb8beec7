"""Counts what is in each bucket of the lake once a day, and keeps the history in PostgreSQL.

Read it with: SELECT * FROM lake_growth ORDER BY measured_at DESC, bucket
"""

import os
from datetime import datetime, timedelta

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.postgres.hooks.postgres import PostgresHook
from airflow.sdk import dag, task

LAYERS = ["bronze", "silver", "gold"]


@dag(
    schedule="@daily",
    start_date=datetime(2025, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1), "pool": "lake"},
    doc_md=__doc__,
    tags=["example"],
)
def lake_growth():
    @task
    def measure(layer: str) -> dict:
        # On AWS, a bucket has a longer name than its layer.
        bucket = os.environ[f"LAKE_{layer.upper()}"]
        pages = S3Hook().get_conn().get_paginator("list_objects_v2").paginate(Bucket=bucket)
        objects = [entry for page in pages for entry in page.get("Contents", [])]
        found = {"bucket": bucket, "objects": len(objects), "bytes": sum(entry["Size"] for entry in objects)}
        print(f"{bucket}: {found['objects']} objects, {found['bytes']} bytes")
        return found

    @task
    def keep(measured: list[dict]) -> None:
        database = PostgresHook()
        database.run(
            "CREATE TABLE IF NOT EXISTS lake_growth"
            " (measured_at timestamptz DEFAULT now(), bucket text, objects bigint, bytes bigint)"
        )
        database.insert_rows(
            "lake_growth",
            [(one["bucket"], one["objects"], one["bytes"]) for one in measured],
            target_fields=["bucket", "objects", "bytes"],
        )

    keep(measure.expand(layer=LAYERS))


lake_growth()
