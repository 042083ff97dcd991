"""What holds for every rule, from the registry alone: a new rule needs no new test."""

from itertools import cycle

import numpy as np
import pytest
from evaluate import evaluate, sample
from rewriting import exhausted, fired, graph_of, instance, instance_of, rewrites
from sources import Golden

from teachgraph.core.graph import Graph, Variable
from teachgraph.core.report import Fault, TeachgraphError
from teachgraph.ops.variables import tensor
from teachgraph.rewrite.driver import rewrite
from teachgraph.rewrite.notation import equation, latex_equation, op_variables
from teachgraph.rewrite.pipeline import PHASES, optimize
from teachgraph.rewrite.rule import Rule
from teachgraph.rewrite.rules import RULES

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)

DTYPES = ("float32", "int64", "int8", "uint8", "bool", "complex128")
SHAPES = ((3, 1), (3,), (), (2, 3, 1))


def agree(left: Graph, right: Graph, rng: np.random.Generator, domain: str) -> None:
    """Both graphs give the same dtypes, shapes and values, up to rounding.

    A rule that states a domain may do better where its left side is not finite.
    """
    values = {v: wide_sample(v, rng) for v in left.inputs}
    for expected, found in zip(
        evaluate(left, values), evaluate(right, values), strict=True
    ):
        assert found.dtype == expected.dtype
        assert found.shape == expected.shape
        inside = np.isfinite(expected) if domain else np.ones(expected.shape, bool)
        tolerance = {"float16": 4e-3, "float32": 1e-4}.get(str(expected.dtype), 1e-7)
        np.testing.assert_allclose(
            found[inside],
            expected[inside],
            rtol=tolerance,
            atol=tolerance,
            equal_nan=True,
        )


def wide_sample(v: Variable, rng: np.random.Generator) -> np.ndarray:
    """As `sample`, but small integers of the whole range, so that they wrap."""
    if v.dtype in ("int8", "uint8"):
        limits = np.iinfo(v.dtype)
        shape = [3 if n is None else n for n in v.type.shape]
        return rng.integers(limits.min, limits.max, shape, v.dtype, endpoint=True)
    return sample(v, rng)


@every_rule
def test_a_rule_fires_on_its_own_left_side(rule: Rule):
    _, events = exhausted(rewrite(graph_of(instance(rule)), [rule]))
    assert rule.name in fired(events)


@every_rule
def test_a_rule_keeps_type_and_value(rule: Rule, rng: np.random.Generator):
    before = graph_of(instance(rule))
    after, _ = exhausted(rewrite(before, [rule]))
    assert after.outputs[0].type == before.outputs[0].type
    agree(before, after, rng, rule.domain)


@every_rule
def test_both_sides_come_to_rest_in_all_phases(rule: Rule, rng: np.random.Generator):
    before = graph_of(instance(rule))
    once, _ = exhausted(rewrite(before, [rule]))
    for start in (before, once):
        rested, _ = exhausted(optimize(start))
        agree(before, rested, rng, rule.domain)


@every_rule
def test_what_came_to_rest_stays_as_it_is(rule: Rule):
    phases = PHASES[:-1]
    rested, _ = exhausted(optimize(graph_of(instance(rule)), phases=phases))
    _, events = exhausted(optimize(rested, phases=phases))
    assert set(fired(events)) <= {"merge"}  # of numbers that rules brought in


def variants(rule: Rule) -> list[Variable]:
    """The left side in other dtypes and with operands that stretch, where it exists."""
    found: list[Variable] = []
    free = [n for n, p in rule.parameters.items() if p not in rule.kinds]
    if rule.example is not None:
        return found
    for dtype in DTYPES:
        shapes = zip(free, cycle(SHAPES))
        variables = {name: tensor(dtype, shape, name) for name, shape in shapes}
        try:
            found.append(instance_of(rule, variables))
        except (Fault, TeachgraphError):
            continue
    return found


@every_rule
def test_a_rule_keeps_type_and_value_in_other_dtypes(
    rule: Rule, rng: np.random.Generator
):
    for left in variants(rule):
        before = graph_of(left)
        after, _ = exhausted(rewrite(before, [rule]))
        assert after.outputs[0].type == left.type
        agree(before, after, rng, rule.domain)


@every_rule
def test_new_nodes_stand_for_the_places_of_what_they_replace(rule: Rule):
    before = graph_of(instance(rule))
    _, events = exhausted(rewrite(before, [rule]))
    known = {o for v in before.variables() for o in v.origins}
    for event in rewrites(events):
        new = graph_of(event.after).variables()
        assert {o for v in new for o in v.origins} <= known


@every_rule
def test_a_rule_says_why(rule: Rule):
    assert rule.why.endswith(".")
    assert rule.phase in PHASES


def test_there_are_many_rules_and_each_has_a_name_of_its_own():
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    assert len(names) >= 45


def test_equations_in_text(golden: Golden):
    golden("rewrite/equations.txt", "".join(map(shown, RULES)))


def shown(rule: Rule) -> str:
    notes = [f"    where: {rule.domain}"] if rule.domain else []
    notes += [f"    rounding: {rule.rounding}"] if rule.rounding else []
    if ops := op_variables(rule):
        notes.insert(0, f"    for any {ops}")
    lines = [f"{rule.phase}: {rule.name}", f"    {equation(rule)}", *notes]
    return "\n".join(lines) + "\n"


def test_equations_in_latex(golden: Golden):
    lines = (f"{rule.name}: {latex_equation(rule)}\n" for rule in RULES)
    golden("rewrite/equations.tex.txt", "".join(lines))
