"""Modules that are made from a table: a room has shelves on which names are looked up.

A `Room` says what one of Theano's modules holds: things of its own, and shelves, the
namespaces of this package in which every other name is looked up when it is asked for.
`Module` is the Python module that a room becomes, and `Finder` makes those modules
importable below the door and, once installed, below `theano` as well: the very same
objects by two names.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import FrameType, FunctionType, ModuleType
from typing import Any

NAMESPACE = "teachgraph.tensor"
"""The package whose modules only re-export, and offer all they have."""

PLACE = __name__.rpartition(".")[0]
"""The package below which the modules are found."""


@dataclass(frozen=True)
class Room:
    """What one module holds: `own` first, then the shelves in their order."""

    own: Mapping[str, Any] = field(default_factory=dict[str, Any])
    shelves: tuple[Any, ...] = ()


class NotThere(AttributeError):
    """A name that a module of the door does not have; the words say what to use."""


Words = Callable[[str, str], str]
"""`words(module, name)`: what to say about a name that is not there."""


class House:
    """All rooms by their names, such as `theano.tensor.nnet`."""

    def __init__(
        self,
        rooms: Mapping[str, Room],
        names: Mapping[str, Sequence[str]],
        words: Words,
    ):
        self.rooms, self.names, self.words = _with_halls(rooms), names, words

    def __contains__(self, name: str) -> bool:
        return name in self.rooms

    def find(self, module: str, name: str) -> Any:
        """What a name of a module means.

        Raises:
            NotThere: nothing; the words say what to use instead.
        """
        room = self.rooms[module]
        if name in room.own:
            return room.own[name]
        for shelf in room.shelves if not name.startswith("_") else ():
            found = getattr(shelf, name, NOTHING)
            if found is not NOTHING and _offers(shelf, name, found):
                return found
        raise NotThere(self.words(module, name), name=name)

    def has(self, module: str, name: str) -> bool:
        """Whether a name of a module means anything."""
        try:
            self.find(module, name)
        except NotThere:
            return False
        return True

    def offered(self, module: str) -> list[str]:
        """The names of a module that mean something: its own, and Theano's."""
        room = self.rooms[module]
        names = {*self.names.get(module, ()), *room.own}
        for shelf in room.shelves:
            names.update(getattr(shelf, "offered", ()))
        known = (n for n in names if not n.startswith("_"))
        return sorted(n for n in known if self.has(module, n))


NOTHING = object()


def _offers(shelf: Any, name: str, found: Any) -> bool:
    """False for what a module only imports for its own use."""
    if not isinstance(shelf, ModuleType):
        return True
    if isinstance(found, ModuleType):
        return False
    listed = vars(shelf).get("__all__")
    if listed is not None:
        return name in listed
    foreign = isinstance(found, type | FunctionType)
    at_home = shelf.__name__ == found.__module__
    return not foreign or at_home or shelf.__name__.startswith(NAMESPACE)


def _with_halls(rooms: Mapping[str, Room]) -> dict[str, Room]:
    """The rooms, and an empty one for each package that only leads to others."""
    found = dict(rooms)
    for name in rooms:
        while "." in name:
            name = name.rpartition(".")[0]
            found.setdefault(name, Room())
    return found


class Module(ModuleType):
    """A module of the door."""

    def __init__(self, name: str, house: House, room: str):
        super().__init__(name, f"`{room}`, as teachgraph has it.")
        self.__dict__["_house"], self.__dict__["_room"] = house, room

    def __getattr__(self, name: str) -> Any:
        house: House = self.__dict__["_house"]
        room: str = self.__dict__["_room"]
        if name == "__all__":
            return house.offered(room)
        if name.startswith("__"):
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        own = name in house.rooms[room].own
        if f"{room}.{name}" in house and not own:
            return _module(f"{self.__name__}.{name}")
        return found_or_said(house, room, name)

    def __setattr__(self, name: str, value: Any) -> None:
        """Python binds each submodule above it; what has its name and is own stays."""
        own = self.__dict__["_house"].rooms[self.__dict__["_room"]].own
        if not (isinstance(value, Module) and name in own):
            super().__setattr__(name, value)

    def __dir__(self) -> Iterable[str]:
        house: House = self.__dict__["_house"]
        return sorted({*self.__dict__, *house.offered(self.__dict__["_room"])})


def found_or_said(house: House, room: str, name: str) -> Any:
    """What a name means; or the error for whoever asked for it.

    `from m import name` would replace the words of an AttributeError by its own, so it
    gets an ImportError.
    """
    try:
        return house.find(room, name)
    except NotThere as error:
        frame: FrameType = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
        if _imports_a_name(frame):
            raise ImportError(str(error), name=room) from None
        raise


def _imports_a_name(frame: FrameType) -> bool:
    code = frame.f_code.co_code
    return dis.opname[code[frame.f_lasti]] == "IMPORT_FROM"


def _module(name: str) -> ModuleType:
    __import__(name)
    return sys.modules[name]


class Finder(MetaPathFinder, Loader):
    """Finds the rooms of a house as the modules below one name."""

    def __init__(self, house: House, top: str, *, path: Sequence[str] = ()):
        self.house, self.top, self.path = house, top, path

    def find_spec(
        self, fullname: str, path: Any = None, target: Any = None
    ) -> ModuleSpec | None:
        """The module of a room; files beside the rooms are left to Python."""
        if fullname != self.top and not fullname.startswith(self.top + "."):
            return None
        room = "theano" + fullname[len(self.top) :]
        if room in self.house:
            return ModuleSpec(fullname, self, is_package=True)
        if self.path and PathFinder.find_spec(fullname, list(self.path)) is not None:
            return None
        above, _, last = room.rpartition(".")
        if above not in self.house:
            return None
        raise ModuleNotFoundError(self.house.words(above, last), name=fullname)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module of the room; below `theano` it is the one below the door."""
        room = "theano" + spec.name[len(self.top) :]
        if self.top == PLACE:
            return Module(spec.name, self.house, room)
        real = _module(PLACE + room[len("theano") :])
        self._kept = real.__spec__
        return real

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run; a module keeps what it was found as first."""
        if self.top != PLACE:
            module.__spec__ = self._kept
