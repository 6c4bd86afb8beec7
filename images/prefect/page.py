"""Makes Prefect's page ready to be served from `/`, in the folder in which it is installed.

At its start the server copies the page to another folder, unless that one says that it was made for the same version
and path. Here the installed folder says so about itself, and is known as PREFECT_SERVER_UI_STATIC_DIRECTORY as well.
"""

import os
from pathlib import Path

import prefect
from prefect.server.api.server import replace_placeholder_string_in_files

page = prefect.__ui_static_path__
replace_placeholder_string_in_files(str(page), "/PREFECT_UI_SERVE_BASE_REPLACE_PLACEHOLDER", "")
(page / "UI_SERVE_BASE").write_text(f"{prefect.__version__}:/")
Path(os.environ["PREFECT_SERVER_UI_STATIC_DIRECTORY"]).symlink_to(page)
