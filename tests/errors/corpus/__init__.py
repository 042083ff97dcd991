"""Small programs with one mistake each, and the same put right.

`CASES` has all of them. In the source of a mistake `# here` marks the line at fault,
`# also` a line that is a right answer as well, and `# call` a line that calls a
compiled function. `np`, `tg` and `T` are there.
"""

from errors.corpus import (
    calls,
    gradients,
    layers,
    loops,
    parts,
    places,
    python,
    setup,
    shapes,
    silent,
)
from errors.corpus.case import Case

MODULES = (
    shapes,
    parts,
    layers,
    python,
    calls,
    places,
    setup,
    gradients,
    loops,
    silent,
)
CASES: dict[str, Case] = {c.name: c for m in MODULES for c in m.CASES}
