"""`python -m teachgraph` is the command `teachgraph`."""

import sys

from teachgraph.cli import main

sys.exit(main())
