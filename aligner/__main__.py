"""Run the command as ``python -m aligner``."""

import sys

from aligner.cli import main

sys.exit(main())
