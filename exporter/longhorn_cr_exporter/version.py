"""The program's version, the one place it is written, and the revision it was built from, where the image says so."""

import os

__version__ = "0.1.0"
REVISION = os.environ.get("LONGHORN_CR_EXPORTER_REVISION", "")
