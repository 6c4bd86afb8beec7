"""Prepares the volumes of a task before its service starts: fetches folders, and opens scratch space to every account."""

import base64
import hashlib
import json
import os


def main(work):
    os.umask(0o022)
    for path in work["scratch"]:
        # A fresh volume belongs to root, and the service may run as anybody.
        os.chmod(path, 0o1777)
    for folder in work["folders"]:
        unpack(fetch(folder, work["region"]), folder["path"])


def fetch(folder, region):
    # Only here, because loading it takes longer than all the rest.
    import boto3

    s3 = boto3.client("s3", region_name=region)
    answer = s3.get_object(Bucket=folder["bucket"], Key=folder["key"], VersionId=folder["version"])
    archive = answer["Body"].read()
    found = hashlib.sha256(archive).hexdigest()
    if found != folder["sha256"]:
        raise SystemExit(f"{folder['key']} has the checksum {found} and not {folder['sha256']}. Apply the stack again.")
    return archive


def unpack(archive, top):
    for file in json.loads(archive):
        path = os.path.join(top, file["path"])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as target:
            target.write(base64.b64decode(file["content"]))
        os.chmod(path, int(file["mode"], 8))


main(json.loads(os.environ["DATALAB_VOLUMES"]))
