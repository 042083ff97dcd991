"""Random numbers in graphs: streams, their states, and what is drawn from them."""

from teachgraph.core.surface import ABOVE
from teachgraph.random import distributions, streams
from teachgraph.random.mrg import MRG_RandomStreams
from teachgraph.random.state import State, StateVariable
from teachgraph.random.streams import RandomStreams

__all__ = ["MRG_RandomStreams", "RandomStreams", "State", "StateVariable"]

ABOVE.update(shared_randomstreams=streams, raw_random=distributions)
