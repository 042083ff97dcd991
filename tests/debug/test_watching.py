"""Looking at values from call to call: Print, Watch, Layers, Shapes."""

import io
import math

import numpy as np
import pytest

import teachgraph as tg
import teachgraph.tensor as T
from teachgraph.compile.mode import Mode
from teachgraph.debug import Layers, Print, Series, Shapes, Watch

x = T.dvector("x")
w = tg.shared(np.ones(2), name="w")
cost = ((w * x) ** 2).sum()
cost.name = "cost"
gradient = tg.grad(cost, w)
UPDATES = [(w, w - 0.1 * gradient)]


@pytest.fixture(autouse=True)
def fresh():
    w.set_value(np.ones(2))


def trained(*listeners, calls: int = 3):
    mode = Mode()
    for listener in listeners:
        mode += listener
    f = tg.function([x], cost, updates=UPDATES, mode=mode)
    for _ in range(calls):
        f([1.0, 0.5])
    return f


# Print


def printed(*args, calls: int = 2, **options) -> list[str]:
    file = io.StringIO()
    trained(Print(*args, file=file, **options), calls=calls)
    return file.getvalue().splitlines()


def test_a_format_speaks_of_names_values_and_statistics():
    lines = printed(cost, "{call} {name} {value:.2f} {shape} {dtype} {norm:.2f}")
    assert lines == ["0 cost 1.25 () float64 1.25", "1 cost 0.87 () float64 0.87"]


def test_the_standard_line_is_the_expression_and_the_value():
    assert printed("cost", calls=1) == ["((w * x) ** 2).sum() is 1.25"]


def test_an_array_is_written_number_by_number_or_as_a_whole():
    (line,) = printed(w * x, "{value:.1f} {value} {place}", calls=1)
    assert line.startswith("[1.0, 0.5] [1, 0.5] test_watching.py:")


def test_only_values_that_meet_a_condition_are_written():
    assert printed(cost, "{value:.2f}", lambda c: c < 1) == ["0.87"]


def test_it_falls_silent_after_the_most_lines():
    assert len(printed(cost, calls=5, most=2)) == 2


def test_a_value_in_a_loop_is_written_with_its_turn():
    file, e = io.StringIO(), T.dvector("e")
    rows, _ = tg.scan(T.exp, sequences=e)
    mode = Mode() + Print("exp", "{turn}: {value}", file=file)
    f = tg.function([e], rows, mode=mode)
    f([0.0, 0.0])
    lines = file.getvalue().splitlines()
    assert lines in (["0: 1.0", "1: 1.0"], [": [1, 1]"])  # the loop may be opened


def test_an_unknown_field_is_refused():
    with pytest.raises(KeyError, match="colour"):
        printed(cost, "{colour}")


# Watch


def test_a_number_is_kept_in_every_call():
    watch = Watch(cost)
    trained(watch)
    np.testing.assert_allclose(watch.history, [1.25, 0.865625, 0.6132265625], rtol=1e-5)
    assert str(watch).startswith("cost  █▄▁  now 0.6132, between 0.6132 and 1.25 in 3")
    assert watch._repr_html_().startswith("<svg")


def test_of_an_array_a_statistic_is_kept():
    norm, most = Watch(gradient), Watch(gradient, "max")
    mean = Watch(gradient, lambda g: g.mean())
    trained(norm, most, mean, calls=1)
    assert norm.history == [math.hypot(2.0, 0.5)]
    assert (most.history, mean.history) == ([2.0], [1.25])


def test_a_value_that_rewriting_left_nothing_of_is_computed_as_it_was_written():
    watch = Watch(gradient, "max")
    f = trained(watch, calls=2)
    assert "0.2" in tg.pp(f.optimized.outputs[1])  # 0.1 * (2 * ...) is one product
    np.testing.assert_allclose(watch.history, [2.0, 1.6])


def test_inputs_and_shared_variables_are_watched_in_the_compiled_program():
    watch = Watch([x, w], "max")
    f = trained(watch, calls=2)
    assert f.backend == tg.function([x], cost).backend
    assert list(watch.series[0].numbers) == [1.0, 1.0]
    assert list(watch.series[1].numbers) == [0.95, 0.9025]


def test_a_statistic_has_a_name_that_is_known():
    with pytest.raises(ValueError, match="statistic is one of min, max"):
        Watch(cost, "median")


def test_a_sparkline_shows_what_is_not_finite_and_pools_what_is_long():
    series = Series("s")
    for n in (0.0, math.nan, 7.0):
        series.add(n)
    assert series.sparkline() == "▁×█"
    for n in range(200):
        series.add(n)
    assert len(series.sparkline(10)) == 10
    assert "×" in series.svg()


def test_an_empty_series_says_so():
    assert str(Series("s")) == "s: nothing seen yet"


# Layers


def test_layers_tell_values_and_steps_of_each_parameter():
    layers = Layers()
    f = trained(layers)
    (layer,) = layers.layers
    assert f.backend == tg.function([x], cost).backend
    assert (layer.name, layer.shape, layer.gradient) == ("w", (2,), None)
    assert layer.norm == pytest.approx(np.linalg.norm(w.get_value()))
    assert layers[w].relative == pytest.approx(layer.step / layer.norm)
    assert len(layers.steps[w].numbers) == 3


def test_layers_watch_gradients_if_they_are_given():
    layers = Layers({w: gradient})
    trained(layers, calls=1)
    assert layers[w].gradient is None or layers[w].gradient > 0
    assert layers.gradients[w].numbers[0] == math.hypot(2.0, 0.5)
    assert "gradient" in str(layers).splitlines()[0]
    assert layers._repr_html_().startswith("<table>")


def test_layers_without_updates_say_so():
    assert str(Layers()) == "no shared variable was updated yet"


# Shapes


def test_shapes_are_told_by_expression():
    shapes, a = Shapes(), T.dmatrix("a")
    f = tg.function([a], T.dot(a, a.T).sum(axis=0), mode=Mode() + shapes)
    f(np.ones((2, 3)))
    assert shapes["T.dot(a, a.T)"] == (2, 2)
    assert "Dot(a (2, 3), a.T (3, 2)) -> float64 (2, 2)" in str(shapes)
    assert "<code>T.dot(a, a.T)</code>" in shapes._repr_html_()


def test_a_length_that_changes_is_a_range():
    shapes, file = Shapes(), io.StringIO()
    mode = Mode() + shapes + Shapes(show=True, file=file)
    f = tg.function([x], T.exp(x), mode=mode)
    f([1.0]), f([1.0, 2.0, 3.0])
    assert "exp(x (1..3,)) -> float64 (1..3,)" in str(shapes)
    assert file.getvalue().count("exp(x (1,)) -> float64 (1,)") == 1


def test_an_expression_that_did_not_run_is_named_with_those_that_did():
    shapes = Shapes()
    tg.function([x], T.exp(x), mode=Mode() + shapes)([1.0])
    with pytest.raises(KeyError, match=r"log: there are T\.exp\(x\)"):
        shapes["log"]
