"""Accounts with passwords, approved by an administrator."""

import json

import bcrypt
from jupyterhub import orm
from jupyterhub.apihandlers import APIHandler
from nativeauthenticator import NativeAuthenticator
from nativeauthenticator.orm import UserInfo
from tornado import web
from traitlets import Dict, Instance, Unicode

from .sessions import Tickets


class SessionHandler(APIHandler):
    """Gives a user's server, against its ticket, what it starts with."""

    def check_xsrf_cookie(self) -> None:
        """No browser comes here, and what counts is in the body."""

    async def post(self) -> None:
        content = self.authenticator.tickets.take(self.request.body.decode("ascii", "replace"))
        if content is None:
            raise web.HTTPError(403, "This ticket is not valid, or no longer.")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(content))


class Accounts(NativeAuthenticator):
    """NativeAuthenticator, with administrators by configuration alone.

    Its own way makes whoever signs up first under an administrator's name that administrator. Here the first
    administrator has an account from the beginning, and every other one is approved like everybody else.
    """

    first_administrator = Unicode(config=True, help="Name of the account that exists from the beginning.")
    first_password = Unicode(config=True, help="Its password, which is set at every start.")
    service_tokens = Dict(config=True, help="The only tokens of services, by the service's name.")
    tickets = Instance(Tickets, args=())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._ensure_first_administrator()
        self._forget_rotated_tokens()

    def _forget_rotated_tokens(self) -> None:
        """The hub adds a new token of the configuration to the old one, which would go on to be valid."""
        for name, token in self.service_tokens.items():
            service = orm.Service.find(self.db, name)
            for known in list(service.api_tokens) if service else []:
                if not known.match(token):
                    self.db.delete(known)
        self.db.commit()

    def _ensure_first_administrator(self) -> None:
        name, password = self.first_administrator, self.first_password
        info = self.get_user(name)
        if info is None:
            info = UserInfo(username=name, password=_hashed(password), is_authorized=True)
            self.db.add(info)
        elif not info.is_valid_password(password):
            info.password = _hashed(password)
        info.is_authorized = True
        # A second factor that somebody added to the account would outlast every change of the password.
        info.has_2fa = False
        self.db.commit()

    def create_user(self, username, password, **kwargs):
        info = super().create_user(username, password, **kwargs)
        if info is not None and info.is_authorized:
            info.is_authorized = False
            self.db.commit()
        return info

    def add_user(self, user):
        """Called for each user of the database at every start: who is an administrator no longer loses the role."""
        if user.admin and user.name not in self.admin_users:
            user.admin = False
        return super().add_user(user)

    async def refresh_user(self, user, handler=None):
        """Ends sessions of accounts that are approved no longer."""
        info = self.get_user(user.name)
        return info is not None and bool(info.is_authorized)

    def get_handlers(self, app):
        return [*super().get_handlers(app), (r"/session", SessionHandler)]


def _hashed(password: str) -> bytes:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt())
