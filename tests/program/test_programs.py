"""Every way to run a program gives what NumPy gives, node by node."""

import pytest
from program.cases import CASES, Case
from running import (
    Array,
    assert_same,
    by_c,
    by_numpy,
    fused,
    kernels,
    program_of,
)

from teachgraph.core.config import config
from teachgraph.kernel.verify import verify
from teachgraph.program import execute

ALL = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
SMALL = 400


def agree(found: list[Array], wanted: list[Array]) -> None:
    for a, b in zip(found, wanted, strict=True):
        assert_same(a, b)


@ALL
def test_c_agrees_with_numpy(case: Case):
    call = by_c(case.graph())
    for arrays in case.arrays():
        agree(call(*arrays), by_numpy(case.graph(), arrays))


@ALL
def test_fused_c_agrees_with_numpy(case: Case):
    call = by_c(fused(case.graph()))
    for arrays in case.arrays():
        agree(call(*arrays), by_numpy(case.graph(), arrays))


@ALL
def test_interpreted_kernels_agree_with_numpy(case: Case):
    program = program_of(fused(case.graph()))
    for arrays in case.arrays():
        if max(a.size for a in arrays) <= SMALL:
            agree(execute.run(program, arrays), by_numpy(case.graph(), arrays))


@ALL
def test_kernels_are_well_formed(case: Case):
    for graph in (case.graph(), fused(case.graph())):
        for kernel in kernels(graph):
            verify(kernel)


def test_kernels_are_verified_when_that_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    seen: list[str] = []
    monkeypatch.setattr(
        "teachgraph.program.lower.verify", lambda k: seen.append(k.name)
    )
    program_of(CASES[0].graph())
    assert not seen
    with config.change_flags(check_kernels=True):
        found = [k.name for k in kernels(CASES[0].graph())]
    assert seen == found


@pytest.mark.parametrize("name", ["softmax", "layernorm", "logistic_matrix", "bias"])
def test_one_kernel_is_enough(name: str):
    (case,) = (c for c in CASES if c.name == name)
    assert len(kernels(fused(case.graph()))) == 1
