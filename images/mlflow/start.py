"""Prepares what MLflow's server stands on, then runs MLflow's command line with the arguments given.

MLflow takes the passwords of its configuration once, when it makes an account; a changed one it ignores.
Here they are put into the database before every start. The same goes for schemas: the server makes a new
one but refuses an old one. Doing it in one process also keeps the server's workers from doing it all at once.

Reads MLFLOW_BACKEND_STORE_URI and the file named by MLFLOW_AUTH_CONFIG_PATH. Beside MLflow's own section that
file has a section `accounts`: user names and passwords of accounts that are no administrators.
"""

import configparser
import os

import sqlalchemy
from mlflow.cli import cli
from mlflow.server.auth.sqlalchemy_store import SqlAlchemyStore
from mlflow.store.db.utils import _upgrade_db, create_sqlalchemy_engine_with_retry


def upgrade_runs(uri: str) -> None:
    """Brings the schema of the runs' database up to date; an empty database is left to the server."""
    engine = create_sqlalchemy_engine_with_retry(uri)
    if sqlalchemy.inspect(engine).has_table("alembic_version"):
        _upgrade_db(engine)
    engine.dispose()


def ensure_account(store: SqlAlchemyStore, user: str, password: str, *, admin: bool) -> None:
    """Makes the account, or changes its password when it is another one."""
    if not store.has_user(user):
        store.create_user(user, password, is_admin=admin)
        print(f"made the account {user}", flush=True)
    elif not store.authenticate_user(user, password):
        store.update_user(user, password=password)
        print(f"changed the password of the account {user}", flush=True)


def main() -> None:
    upgrade_runs(os.environ["MLFLOW_BACKEND_STORE_URI"])
    config = configparser.ConfigParser(interpolation=None)
    with open(os.environ["MLFLOW_AUTH_CONFIG_PATH"], encoding="utf-8") as file:
        config.read_file(file)
    settings = config["mlflow"]
    store = SqlAlchemyStore()
    store.init_db(settings["database_uri"])
    ensure_account(store, settings["admin_username"], settings["admin_password"], admin=True)
    for user, password in config["accounts"].items():
        ensure_account(store, user, password, admin=False)
    store.engine.dispose()
    cli()


if __name__ == "__main__":
    main()
