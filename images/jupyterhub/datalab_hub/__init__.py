"""What the platform adds to JupyterHub: accounts, sessions of users, and spawners."""
