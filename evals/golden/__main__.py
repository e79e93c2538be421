"""`python -m evals.golden`: see docs/golden.md."""

import sys

from .golden import main

sys.exit(main(sys.argv[1:]))
