"""The step of the package build that brings the JupyterLab extension along.

The extension is TypeScript in `extension/`; its build writes `teachgraph/labextension`
and `teachgraph/view/static`. Without npm the package is built without them: graphs are
then shown as static pictures and text.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = "teachgraph/labextension"
INSTALLED = "share/jupyter/labextensions/teachgraph"


class ExtensionBuildHook(BuildHookInterface[Any]):
    """Builds the extension if it is not built yet, and adds it to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable install sees the sources; the Makefile links the extension.
        if version == "editable":
            return
        if not self.built():
            self.build()
        if self.built():
            build_data["shared_data"][BUILT] = INSTALLED

    def built(self) -> bool:
        return (Path(self.root) / BUILT / "package.json").exists()

    def build(self) -> None:
        source = Path(self.root) / "extension"
        npm = shutil.which("npm")
        if not (source / "package.json").exists():
            return
        if npm is None:
            self.app.display_warning("npm is missing: built without the extension")
            return
        subprocess.run([npm, "ci"], cwd=source, check=True)
        subprocess.run([npm, "run", "build"], cwd=source, check=True)
