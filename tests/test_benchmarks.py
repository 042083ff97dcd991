"""The benchmarks measure what they say: teachgraph gives what NumPy gives."""

import dataclasses

import pytest
import report
import spec
from adapters import numpy_peer, teachgraph_peer
from adapters.base import Unsupported

SMALL = {"n": 16, "m": 12, "batch": 8, "feats": 6, "sizes": (6, 5, 4, 3)}


def shrunk(case: spec.Case) -> spec.Case:
    size = {key: SMALL.get(key, value) for key, value in case.size.items()}
    return dataclasses.replace(case, size=size)


@pytest.mark.parametrize("case", spec.steady_cases(), ids=lambda case: case.name)
def test_teachgraph_and_numpy_agree_on_every_case_that_teachgraph_can_state(
    case: spec.Case,
):
    small = shrunk(case)
    expected = spec.digest(numpy_peer.Adapter().build(small)[2]())
    try:
        built = teachgraph_peer.Adapter().build(small)
    except Unsupported:
        assert case.name in ("lenet_step", "lstm_step")
        return
    assert spec.relerr(spec.digest(built[2]()), expected) <= case.tol


def test_every_gate_is_on_a_case_that_is_measured():
    measured = {case.name for case in spec.steady_cases(quick=False)}
    measured |= {
        spec.scaling_name(kind, mode, n)
        for kind, mode, sizes in spec.scaling_cases(quick=True)
        for n in sizes
    }
    first = {f"{case.name}_cold" for case in spec.oneshot_cases(quick=True)}
    assert set(spec.RATIO_GATES) <= measured
    assert set(spec.SECONDS_GATES) <= first


def test_a_gate_that_was_not_measured_is_missed():
    assert not any(passed for passed, _ in report.verdicts({}))


def test_the_best_peer_is_neither_teachgraph_nor_the_roofline():
    times = {"teachgraph": 1.0, "roofline": 0.5, "jax": 3.0, "numpy": 2.0}
    assert report.best_peer(times) == "numpy"


def test_growth_is_one_where_seconds_are_proportional_to_the_size():
    cases = {
        f"scale_chain_opt_{n}": {
            "group": "scaling",
            "t": {},
            "cpu": {"teachgraph": [0.001 * n], "pytensor": [0.004 * n]},
        }
        for n in (100, 1000)
    }
    *_, first, second = report.growth_table(cases)
    assert first.endswith("| 0.25 | - |")
    assert second.endswith("| 0.25 | 1.00 |")
