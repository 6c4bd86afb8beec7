"""Servers of users: in containers of their own, or as processes beside the hub."""

import os
from pathlib import Path

from dockerspawner import DockerSpawner
from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Dict, Instance, Int, Unicode

from .sessions import Sessions


class ContainerSpawner(DockerSpawner):
    """A container for each user, labelled so that the platform knows it, with the user's home as a volume."""

    sessions = Instance(Sessions, config=True)
    volume = Dict(config=True, help="Prefix of the homes' names, their path, and the labels that they get.")
    public_environment = Dict(config=True, help="Variables that everybody may see.")

    def get_env(self):
        session = {
            "environment": {**super().get_env(), **self.sessions.variables(self.user.admin)},
            "spark_defaults": self.sessions.spark_conf(self.user.admin),
        }
        return {
            **self.public_environment,
            "DATALAB_SESSION_URL": self.hub.api_url.removesuffix("/api") + "/session",
            "DATALAB_SESSION_TICKET": self.authenticator.tickets.issue(session),
        }

    async def create_object(self):
        name = self.volume["namePrefix"] + self.escaped_name
        # An existing one stays as it is.
        await self.docker("create_volume", name=name, labels=self.volume["labels"])
        self.volumes = {name: self.volume["path"]}
        return await super().create_object()


class ProcessSpawner(LocalProcessSpawner):
    """A process for each user, under an account of its own, with a home that only this account may enter.

    The accounts are numbers without names: a user's is the same wherever the hub runs with the same database.
    """

    sessions = Instance(Sessions, config=True)
    homes = Unicode(config=True, help="Folder with the homes.")
    first_account = Int(20000, config=True, help="Numeric account of the first user; the user's id is added to it.")

    @property
    def account(self) -> int:
        return self.first_account + self.user.id

    @property
    def home(self) -> Path:
        # The id is in it, because another user may get a name that was deleted.
        return Path(self.homes) / f"{self.user.id}-{self.user.escaped_name}"

    @property
    def spark_folder(self) -> Path:
        return Path("/run/datalab") / str(self.account)

    def user_env(self, env):
        home = str(self.home)
        own = {"HOME": home, "USER": self.user.name, "SPARK_CONF_DIR": str(self.spark_folder)}
        return {**env, **own, "SHELL": "/bin/bash"}

    def get_env(self):
        return {**super().get_env(), **self.sessions.variables(self.user.admin)}

    def make_preexec_fn(self, name):
        account, home = self.account, self.home

        def become_user() -> None:
            os.setgroups([])
            os.setgid(account)
            os.setuid(account)
            os.umask(0o077)
            os.chdir(home)

        return become_user

    async def start(self):
        self._make_home()
        self._write_spark_conf()
        return await super().start()

    def _make_home(self) -> None:
        if self.home.exists():
            return
        self.home.mkdir(mode=0o700)
        try:
            os.chown(self.home, self.account, self.account)
        except PermissionError:
            # An access point of EFS gives everything to one account, whoever asks.
            self.log.warning("The file system of homes keeps no owners: users can reach each other's homes")

    def _write_spark_conf(self) -> None:
        folder = self.spark_folder
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        conf = folder / "spark-defaults.conf"
        conf.unlink(missing_ok=True)
        conf.touch(mode=0o600)
        conf.write_text(self.sessions.spark_conf(self.user.admin), encoding="utf-8")
        os.chown(conf, self.account, self.account)
        for name in ("log4j2.properties", "spark-env.sh"):
            link = folder / name
            if not link.is_symlink():
                link.symlink_to(Path("/opt/spark/conf") / name)
