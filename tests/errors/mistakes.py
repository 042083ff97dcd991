"""Programs with one mistake each, as people make them. Each raises when it is called.

`CODES` says which code each raises and when: while the graph is built, while a function
is compiled, or in a call. The line at fault is marked `# here`.
"""

import numpy as np

import teachgraph as tg
import teachgraph.tensor as T

CODES: dict[str, tuple[str, str]] = {}


def mistake(code, stage):
    def keep(program):
        CODES[program.__name__] = (code, stage)
        return program

    return keep


@mistake("shape-mismatch", "call")
def bias_of_another_length():
    images = T.dmatrix("images")
    bias = T.dvector("bias")
    scaled = images * 2.0
    shifted = scaled + bias  # here
    f = tg.function([images, bias], T.tanh(shifted))
    f(np.ones((2, 3)), np.ones(4))


@mistake("shape-mismatch", "call")
def one_that_is_not_broadcastable():
    data = T.dmatrix("data")
    offset = tg.shared(np.ones((1, 3)), name="offset")
    shifted = data + offset  # here
    f = tg.function([data], shifted)
    f(np.ones((2, 3)))


@mistake("shape-mismatch", "build")
def lengths_known_while_building():
    x = T.dmatrix("x")
    w = tg.tensor.constant(np.ones((3, 4)), name="w")
    b = tg.tensor.constant(np.ones(5), name="b")
    y = T.dot(x, w) + b  # here
    return y


@mistake("shape-mismatch", "call")
def hidden_by_fusion():
    x = T.dmatrix("x")
    target = T.dmatrix("target")
    weight = T.dscalar("weight")
    prediction = T.tanh(x) * weight
    prediction.name = "prediction"
    error = prediction - target  # here
    cost = (T.sqr(error) * 0.5 + T.exp(-abs(error))).mean()
    f = tg.function([x, target, weight], [cost, tg.grad(cost, weight)])
    f(np.ones((4, 2)), np.ones((3, 2)), 0.5)


@mistake("shape-mismatch", "call")
def weights_the_wrong_way_round():
    x = T.dmatrix("x")
    w = tg.shared(np.ones((5, 3)), name="w")
    y = T.dot(x, w)  # here
    f = tg.function([x], y)
    f(np.ones((2, 3)))


@mistake("shape-mismatch", "call")
def tensors_multiplied():
    v = T.dvector("v")
    t3 = T.dtensor3("t3")
    mixed = v.dot(t3)  # here
    f = tg.function([v, t3], mixed)
    f(np.arange(5.0), np.ones((5, 4, 3)))


@mistake("shape-mismatch", "call")
def reshape_to_another_size():
    batch = T.dmatrix("batch")
    layer_input = batch.reshape((256, 1, 28, 28))  # here
    f = tg.function([batch], layer_input.sum(axis=(2, 3)))
    f(np.zeros((256, 40)))


@mistake("shape-mismatch", "call")
def pieces_that_do_not_divide():
    hidden = T.dtensor3("hidden")
    units = hidden.shape[2] // 2
    split = hidden.reshape((hidden.shape[0], hidden.shape[1], units, 2))  # here
    f = tg.function([hidden], split.max(axis=3))
    f(np.zeros((10, 8, 25)))


@mistake("shape-mismatch", "call")
def over_several_lines():
    x = T.dmatrix("x")
    y = T.dmatrix("y")
    z = (
        x * 2.0  # here
        + y
    )
    f = tg.function([x, y], z)
    f(np.ones((2, 3)), np.ones((2, 4)))


@mistake("index-out-of-range", "call")
def word_outside_the_table():
    embeddings = tg.shared(np.zeros((10, 3)), name="embeddings")
    word_ids = T.ivector("word_ids")
    vectors = embeddings[word_ids]  # here
    f = tg.function([word_ids], vectors.sum(axis=0))
    f(np.array([1, 5, 12], dtype="int32"))


@mistake("index-out-of-range", "call")
def labels_from_one():
    scores = T.dmatrix("scores")
    labels = T.ivector("labels")
    picked = T.log(scores)[T.arange(labels.shape[0]), labels]  # here
    f = tg.function([scores, labels], -picked.mean())
    f(np.ones((3, 3)), np.array([1, 2, 3], dtype="int32"))


@mistake("index-out-of-range", "call")
def a_row_that_is_not_there():
    sentence = T.dmatrix("sentence")
    second = sentence[1]  # here
    f = tg.function([sentence], T.tanh(second).sum())
    f(np.ones((1, 4)))


@mistake("index-out-of-range", "build")
def a_position_known_to_be_outside():
    x = tg.tensor.constant(np.ones((2, 3)), name="x")
    y = x[2, 0]  # here
    return y


@mistake("missing-input", "compile")
def input_left_out():
    x = T.dvector("x")
    w = T.dvector("w")
    f = tg.function([x], x * w)  # here
    return f


@mistake("unused-input", "compile")
def input_without_use():
    x = T.dvector("x")
    y = T.dvector("y")
    f = tg.function([x, y], x * 2)  # here
    return f


@mistake("wrong-dtype", "call")
def fractions_for_whole_numbers():
    x = T.lvector("x")
    f = tg.function([x], x * 2)
    f(np.array([0.5, 1.5]))  # here


@mistake("wrong-dtype", "build")
def order_of_complex_numbers():
    z = T.zvector("z")
    y = T.maximum(z, 1.0)  # here
    return y


@mistake("wrong-rank", "call")
def vector_for_a_matrix():
    x = T.dmatrix("x")
    theta = T.dmatrix("theta")
    hypothesis = tg.function([x, theta], T.dot(x, theta))
    hypothesis(np.ones((3, 2)), np.array([1.0, 1.0]))  # here


@mistake("wrong-argument-count", "call")
def one_argument_too_many():
    x = T.dvector("x")
    f = tg.function([x], x**2)
    f(np.ones(3), np.ones(3))  # here


@mistake("non-scalar-cost", "build")
def gradient_of_a_vector():
    x = T.dvector("x")
    y = tg.grad(x**2, x)  # here
    return y


@mistake("symbolic-truth", "build")
def decision_in_python():
    x = T.dscalar("x")
    if x > 0:  # here
        return x
    return -x


@mistake("symbolic-truth", "build")
def larger_of_two_in_python():
    a = T.dscalar("a")
    b = T.dscalar("b")
    return max(a, b)  # here


@mistake("symbolic-length", "build")
def length_of_a_variable():
    scores = T.dvector("scores")
    return scores.sum() / len(scores)  # here


@mistake("symbolic-iteration", "build")
def loop_over_a_variable():
    x = T.dmatrix("x")
    return [row.sum() for row in x]  # here


@mistake("symbolic-number", "build")
def range_of_a_variable():
    x = T.dmatrix("x")
    return [x[i] for i in range(x.shape[0])]  # here


@mistake("symbolic-assignment", "build")
def assignment_to_an_element():
    r = T.zeros((2, 2))
    r[0, 0] = 1.0  # here
