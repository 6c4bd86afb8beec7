"""JupyterHub's configuration, out of what the platform gives the container.

HUB_SETTINGS is one line of JSON with what the environment's file says, SPAWNER one with what the containers of users
need (empty where servers are processes). Secrets are variables that a start script sets inside the container.
"""

import json
import os
import sys
from pathlib import Path

from datalab_hub.accounts import Accounts
from datalab_hub.sessions import Sessions
from datalab_hub.spawners import ContainerSpawner, ProcessSpawner

c = get_config()  # noqa: F821
settings = json.loads(os.environ["HUB_SETTINGS"])
spawner = json.loads(os.environ["SPAWNER"]) if os.environ.get("SPAWNER") else None
spark_defaults = Path(os.environ["SPARK_DEFAULTS_FILE"]).read_text(encoding="utf-8")
sessions = Sessions.read(os.environ, spark_defaults)

c.JupyterHub.bind_url = "http://:8000"
c.JupyterHub.hub_bind_url = "http://:8081"
c.JupyterHub.hub_connect_url = os.environ["HUB_URL"]
c.JupyterHub.db_url = os.environ["DATABASE_URL"]
c.JupyterHub.upgrade_db = True
c.JupyterHub.active_server_limit = settings["mostServers"]
# A class that starts at once: whoever is one too many is told to try again in a moment.
c.JupyterHub.concurrent_spawn_limit = 4
c.JupyterHub.cleanup_servers = spawner is None
c.ConfigurableHTTPProxy.command = [
    "node",
    "/opt/proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy",
]
c.ConfigurableHTTPProxy.pid_file = "/tmp/jupyterhub-proxy.pid"

administrators = settings["administrators"]
c.JupyterHub.authenticator_class = Accounts
c.Authenticator.admin_users = set(administrators)
# Only accounts that an administrator approved get as far as this rule.
c.Authenticator.allow_all = True
c.Accounts.first_administrator = administrators[0]
c.Accounts.first_password = os.environ["ADMINISTRATOR_PASSWORD"]
c.NativeAuthenticator.enable_signup = settings["signUp"] == "approval"
c.NativeAuthenticator.open_signup = False
c.NativeAuthenticator.check_common_password = True
c.NativeAuthenticator.minimum_password_length = 12
c.NativeAuthenticator.allowed_failed_logins = 5
c.NativeAuthenticator.seconds_before_next_try = 600

# Routes are checked as often, by which it shows that the proxy can be reached.
c.JupyterHub.last_activity_interval = 60
c.Accounts.service_tokens = {"metrics": os.environ["METRICS_TOKEN"]}
c.JupyterHub.services = [
    {"name": "metrics", "api_token": os.environ["METRICS_TOKEN"]},
    {
        "name": "idle-culler",
        "command": [
            sys.executable,
            "-m",
            "jupyterhub_idle_culler",
            f"--timeout={settings['idleMinutes'] * 60}",
            f"--cull-every={max(10, min(300, settings['idleMinutes'] * 15))}",
        ],
    },
]
c.JupyterHub.load_roles = [
    {"name": "metrics", "scopes": ["read:metrics"], "services": ["metrics"]},
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    },
]

c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
# Settings in a home could switch off the log-in of its server.
c.Spawner.disable_user_config = True

if spawner is None:
    c.JupyterHub.spawner_class = ProcessSpawner
    c.ProcessSpawner.sessions = sessions
    c.ProcessSpawner.homes = settings["homes"]
    c.ProcessSpawner.cmd = ["jupyterhub-singleuser"]
else:
    c.JupyterHub.spawner_class = ContainerSpawner
    c.ContainerSpawner.sessions = sessions
    c.ContainerSpawner.volume = spawner["volume"]
    c.ContainerSpawner.public_environment = spawner["environment"]
    c.DockerSpawner.image = spawner["image"]
    c.DockerSpawner.cmd = ["python3", "/opt/datalab/start.py"]
    c.DockerSpawner.network_name = spawner["network"]
    c.DockerSpawner.name_template = spawner["namePrefix"] + "{username}"
    c.DockerSpawner.pull_policy = "skip"
    c.DockerSpawner.remove = True
    c.DockerSpawner.extra_create_kwargs = {"labels": spawner["labels"]}
    c.DockerSpawner.mem_limit = spawner["memoryBytes"]
    # DockerSpawner states CPU by quota and period, beside which the engine takes no other form.
    c.DockerSpawner.cpu_limit = spawner["nanoCpus"] / 1e9
    c.DockerSpawner.extra_host_config = {
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "init": True,
        # One that failed is kept until the next start, with what it wrote.
        "auto_remove": False,
    }
