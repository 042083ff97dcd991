"""What is known of a mistake: where, when, which facts, which repair."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A program with a mistake, and what its report must say.

    `facts` and `repair` are regular expressions; the repair must be found in a line
    that is not the user's own.
    """

    name: str
    code: str
    stage: str
    facts: tuple[str, ...]
    repair: str
    wrong: str
    right: str


def case(
    name: str,
    code: str,
    stage: str,
    facts: list[str],
    repair: str,
    wrong: str,
    right: str,
) -> Case:
    """A case; blank lines around its programs do not count."""
    programs = wrong.strip("\n") + "\n", right.strip("\n") + "\n"
    return Case(name, code, stage, tuple(facts), repair, *programs)
