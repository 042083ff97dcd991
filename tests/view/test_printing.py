"""Theano's names and signatures, as `theano_api` recorded them."""

import inspect

import pytest

from teachgraph import tensor as T
from teachgraph.view import printing

THEANO = {
    "debugprint": "obj, depth, print_type, file, ids, stop_on_name, done, "
    "print_storage, print_clients, used_ids",
    "pydotprint": "fct, outfile, compact, format, with_ids, high_contrast, "
    "cond_highlight, colorCodes, max_label_size, scan_graphs, var_with_name_simple, "
    "print_output_file, return_image",
    "min_informative_str": "obj, indent_level",
    "d3viz": "fct, outfile, copy_deps, args, kwargs",
}


@pytest.mark.parametrize("name", THEANO)
def test_arguments_have_theanos_names_and_order(name):
    parameters = list(inspect.signature(getattr(printing, name)).parameters)
    wanted = THEANO[name].split(", ")
    assert parameters[: len(wanted)] == wanted


def test_pp_and_pprint_are_one():
    x = T.dscalar("x")
    assert printing.pp(x + 1) == printing.pprint(x + 1) == "x + 1"


def test_every_name_that_is_offered_is_there():
    assert all(callable(getattr(printing, name)) for name in printing.__all__)


def test_d3viz_writes_a_page(tmp_path):
    path = tmp_path / "picture.html"
    printing.d3viz(T.exp(T.dscalar("x")), path)
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
