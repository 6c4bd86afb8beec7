"""Brings Airflow's database to what the configuration says: schema, administrator, pools, connections.

Runs before every start, any number of times, in one process, because loading Airflow takes longer than the work.
Beside Airflow's own variables it reads

  ADMIN_PASSWORD            of the user `admin`
  POOLS                     JSON: slots by name
  CONNECTIONS               JSON: by name an object with the arguments of Airflow's class Connection
  CONNECTION_PASSWORD_<ID>  password of the connection <ID> (in upper case), where it has one
  CONNECTION_URI_<ID>       all of the connection <ID>, where it is known as a URI

What an earlier configuration brought and this one does not goes; what people made themselves stays.
"""

import json
import os

from airflow.cli.cli_parser import get_parser
from airflow.models.connection import Connection
from airflow.models.pool import Pool
from airflow.models.variable import Variable
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from airflow.utils.providers_configuration_loader import providers_configuration_loaded
from airflow.utils.session import create_session
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from werkzeug.security import check_password_hash

# Marks what comes from the configuration, in Airflow's pages as well.
MARK = "From the platform's configuration; changes made here are lost"


def migrate() -> None:
    arguments = get_parser().parse_args(["db", "migrate"])
    arguments.func(arguments)


def check_key() -> None:
    """Refuses a Fernet key that does not open what is stored, before anything is written with it."""
    key = Fernet(os.environ["AIRFLOW__CORE__FERNET_KEY"])
    with create_session() as session:
        stored = [
            *session.scalars(select(Connection._password).where(Connection.is_encrypted)),
            *session.scalars(select(Connection._extra).where(Connection.is_extra_encrypted)),
            *session.scalars(select(Variable._val).where(Variable.is_encrypted)),
        ]
    for value in filter(None, stored):
        try:
            key.decrypt(value.encode())
        except InvalidToken:
            raise SystemExit(
                "airflow.fernet-key does not open the connections and variables in Airflow's database. "
                "Put back the key with which they were written."
            ) from None


@providers_configuration_loaded
def ensure_admin(password: str) -> None:
    """Makes the administrator, or changes the password when it is another one, which ends open sessions."""
    with get_application_builder() as builder:
        manager = builder.sm
        user = manager.find_user("admin")
        if user is None:
            manager.sync_roles()
            role = manager.find_role("Admin")
            if not manager.add_user("admin", "Platform", "Administrator", "admin@localhost", role, password):
                raise SystemExit("the user admin could not be made")
            print("made the user admin", flush=True)
        elif not check_password_hash(user.password, password):
            manager.reset_password(user.id, password)
            print("changed the password of the user admin", flush=True)


def apply_pools(session, pools: dict[str, int]) -> None:
    for pool in session.scalars(select(Pool).where(Pool.description == MARK)):
        if pool.pool not in pools:
            session.delete(pool)
    for name, slots in pools.items():
        # Airflow's own pool for tasks that name none stays its own, with another size.
        description = Pool.get_pool(name, session=session).description if name == Pool.DEFAULT_POOL_NAME else MARK
        Pool.create_or_update_pool(name, slots, description, include_deferred=False, session=session)


def connection(name: str, settings: dict) -> Connection:
    uri = os.environ.get(f"CONNECTION_URI_{name.upper()}")
    if uri is not None:
        return Connection(conn_id=name, description=MARK, uri=uri)
    password = os.environ.get(f"CONNECTION_PASSWORD_{name.upper()}")
    return Connection(conn_id=name, description=MARK, password=password, **settings)


def apply_connections(session, connections: dict[str, dict]) -> None:
    for known in session.scalars(select(Connection).where(Connection.description == MARK)):
        if known.conn_id not in connections:
            session.delete(known)
    for name, settings in connections.items():
        wanted = connection(name, settings)
        known = session.scalar(select(Connection).where(Connection.conn_id == name))
        if known is None:
            session.add(wanted)
            continue
        for field in ("conn_type", "description", "host", "schema", "login", "port", "password", "extra"):
            if getattr(known, field) != getattr(wanted, field):
                setattr(known, field, getattr(wanted, field))


def main() -> None:
    migrate()
    check_key()
    ensure_admin(os.environ["ADMIN_PASSWORD"])
    with create_session() as session:
        apply_pools(session, json.loads(os.environ["POOLS"]))
        apply_connections(session, json.loads(os.environ["CONNECTIONS"]))


if __name__ == "__main__":
    main()
