"""Reports made readable: source excerpts, verbosities, suggestions, and the pages."""

from teachgraph.errors import bugreport as bugreport
from teachgraph.errors import repairs as repairs
from teachgraph.errors import settings as settings
from teachgraph.errors import statistics as statistics
from teachgraph.errors import terminal as terminal
