"""The program's version, the one place it is written, and the revision it was built from, where the image says so."""

import os
from typing import Final

__version__ = "0.1.0"
REVISION: Final = os.environ.get("LONGHORN_CR_EXPORTER_REVISION", "")
