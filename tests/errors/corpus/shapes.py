"""Lengths, ranks and indices that do not fit."""

from errors.corpus.case import case

CASES = (
    case(
        "weights_of_another_layer",
        "shape-mismatch",
        "build",
        [r"\(\?, 5\)|\(5, 3\)", "w", "rows"],
        "rows",
        """
x = T.tensor("float64", shape=(None, 5), name="x")
w = tg.shared(np.zeros((4, 3)), name="w", shape=(4, 3))
y = T.dot(x, w)  # here
""",
        """
x = T.tensor("float64", shape=(None, 5), name="x")
w = tg.shared(np.zeros((5, 3)), name="w", shape=(5, 3))
y = T.dot(x, w)
""",
    ),
    case(
        "batches_of_two_lengths",
        "shape-mismatch",
        "call",
        [r"\(4,\)", r"\(3,\)", "prediction", "target"],
        "give `target`|4 elements",
        """
prediction, target = T.dvectors("prediction", "target")
cost = T.sqr(prediction - target).mean()  # here
f = tg.function([prediction, target], cost)
f(np.ones(4), np.ones(3))  # call
""",
        """
prediction, target = T.dvectors("prediction", "target")
cost = T.sqr(prediction - target).mean()
f = tg.function([prediction, target], cost)
f(np.ones(4), np.ones(4))
""",
    ),
    case(
        "joined_along_the_wrong_axis",
        "shape-mismatch",
        "call",
        ["a", "b", r"\(2, 3\)", r"\(2, 4\)"],
        "axis|give",
        """
a, b = T.dmatrices("a", "b")
both = T.concatenate([a, b], axis=0)  # here
f = tg.function([a, b], both)
f(np.ones((2, 3)), np.ones((2, 4)))  # call
""",
        """
a, b = T.dmatrices("a", "b")
both = T.concatenate([a, b], axis=1)
f = tg.function([a, b], both)
f(np.ones((2, 3)), np.ones((2, 4)))
""",
    ),
    case(
        "an_axis_that_is_not_there",
        "wrong-rank",
        "build",
        ["axis 2", "x", "2 axes"],
        "last is 1, or -1",
        """
x = T.dmatrix("x")
y = x.sum(axis=2)  # here
""",
        """
x = T.dmatrix("x")
y = x.sum(axis=1)
""",
    ),
    case(
        "too_many_indices",
        "wrong-rank",
        "build",
        ["x", "3", "2 axes|matrix"],
        "axis|axes|index",
        """
x = T.dmatrix("x")
y = x[0, 1, 2]  # here
""",
        """
x = T.dmatrix("x")
y = x[0, 1]
""",
    ),
    case(
        "a_fraction_as_an_index",
        "wrong-dtype",
        "build",
        ["0.5|float", "x"],
        "whole|int",
        """
x = T.dvector("x")
y = x[0.5]  # here
""",
        """
x = T.dvector("x")
y = x[0]
""",
    ),
    case(
        "a_float_variable_as_an_index",
        "wrong-dtype",
        "build",
        ["i", "float64"],
        "cast|int64|whole",
        """
x = T.dvector("x")
i = T.dscalar("i")
y = x[i]  # here
""",
        """
x = T.dvector("x")
i = T.lscalar("i")
y = x[i]
""",
    ),
    case(
        "dimshuffle_drops_a_long_axis",
        "shape-mismatch",
        "build",
        ["x", "axis 1", "1 long|broadcastable"],
        "sum|addbroadcast|index|reshape",
        """
x = T.dmatrix("x")
y = x.dimshuffle(0)  # here
""",
        """
x = T.dmatrix("x")
y = x[:, 0]
""",
    ),
    case(
        "dimshuffle_of_an_axis_that_is_not_there",
        "wrong-rank",
        "build",
        ["axis 2", "x"],
        "new axis|last is",
        """
x = T.dmatrix("x")
y = x.dimshuffle(0, 2)  # here
""",
        """
x = T.dmatrix("x")
y = x.dimshuffle(0, "x", 1)
""",
    ),
    case(
        "reshape_in_one_number_too_few",
        "shape-mismatch",
        "call",
        ["x", r"\(2, 3\)", "6 elements", "5"],
        "product",
        """
x = T.dmatrix("x")
y = x.reshape((5,))  # here
f = tg.function([x], y)
f(np.ones((2, 3)))  # call
""",
        """
x = T.dmatrix("x")
y = x.reshape((6,))
f = tg.function([x], y)
f(np.ones((2, 3)))
""",
    ),
    case(
        "rows_of_a_table_counted_from_one",
        "index-out-of-range",
        "call",
        ["rows", "3", "table"],
        "subtract 1|between 0 and 2",
        """
table = tg.shared(np.eye(3), name="table")
rows = T.lvector("rows")
picked = table[rows]  # here
f = tg.function([rows], picked.sum())
f([1, 2, 3])  # call
""",
        """
table = tg.shared(np.eye(3), name="table")
rows = T.lvector("rows")
picked = table[rows - 1]
f = tg.function([rows], picked.sum())
f([1, 2, 3])
""",
    ),
    case(
        "an_element_written_past_the_end",
        "index-out-of-range",
        "call",
        ["x", "3"],
        "at least 4|length",
        """
x = T.dvector("x")
y = T.set_subtensor(x[3], 1.0)  # here
f = tg.function([x], y)
f(np.ones(3))  # call
""",
        """
x = T.dvector("x")
y = T.set_subtensor(x[2], 1.0)
f = tg.function([x], y)
f(np.ones(3))
""",
    ),
    case(
        "a_part_set_to_more_than_it_holds",
        "shape-mismatch",
        "call",
        ["x", "y", "2", "3"],
        "give|elements",
        """
x, y = T.dvectors("x", "y")
z = T.set_subtensor(x[:2], y)  # here
f = tg.function([x, y], z)
f(np.ones(4), np.ones(3))  # call
""",
        """
x, y = T.dvectors("x", "y")
z = T.set_subtensor(x[:2], y)
f = tg.function([x, y], z)
f(np.ones(4), np.ones(2))
""",
    ),
    case(
        "stacked_with_another_rank",
        "wrong-rank",
        "build",
        ["x", "m"],
        "axes|dimshuffle|column",
        """
x, m = T.dvector("x"), T.dmatrix("m")
y = T.stack([x, m])  # here
""",
        """
x, m = T.dvector("x"), T.dvector("m")
y = T.stack([x, m])
""",
    ),
    case(
        "dot_of_a_scalar_matrix_mix",
        "shape-mismatch",
        "call",
        ["w", "h", r"\(3, 2\)", r"\(4,\)"],
        "give|transpose",
        """
w, h = T.dmatrix("w"), T.dvector("h")
y = T.tanh(T.dot(w, h))  # here
f = tg.function([w, h], y)
f(np.ones((3, 2)), np.ones(4))  # call
""",
        """
w, h = T.dmatrix("w"), T.dvector("h")
y = T.tanh(T.dot(w, h))
f = tg.function([w, h], y)
f(np.ones((3, 2)), np.ones(2))
""",
    ),
    case(
        "convolution_of_a_matrix",
        "wrong-rank",
        "build",
        ["images", "4 axes|4"],
        "batch|axes",
        """
images = T.dmatrix("images")
filters = T.dtensor4("filters")
maps = T.nnet.conv2d(images, filters)  # here
""",
        """
images = T.dtensor4("images")
filters = T.dtensor4("filters")
maps = T.nnet.conv2d(images, filters)
""",
    ),
    case(
        "rows_and_columns_swapped",
        "shape-mismatch",
        "call",
        ["x", "w", r"\(2, 3\)"],
        "transpose|w.T",
        """
x = T.dmatrix("x")
w = tg.shared(np.ones((5, 3)), name="w")
y = T.dot(x, w)  # here
f = tg.function([x], y)
f(np.ones((2, 3)))  # call
""",
        """
x = T.dmatrix("x")
w = tg.shared(np.ones((5, 3)), name="w")
y = T.dot(x, w.T)
f = tg.function([x], y)
f(np.ones((2, 3)))
""",
    ),
    case(
        "two_images_of_two_sizes_added",
        "shape-mismatch",
        "call",
        ["a", "b", r"\(1, 1, 4, 4\)", r"\(1, 1, 3, 3\)"],
        "give",
        """
a, b = T.dtensor4("a"), T.dtensor4("b")
both = a + b  # here
f = tg.function([a, b], both.mean())
f(np.ones((1, 1, 4, 4)), np.ones((1, 1, 3, 3)))  # call
""",
        """
a, b = T.dtensor4("a"), T.dtensor4("b")
both = a + b
f = tg.function([a, b], both.mean())
f(np.ones((1, 1, 4, 4)), np.ones((1, 1, 4, 4)))
""",
    ),
    case(
        "lengths_that_never_fit",
        "shape-mismatch",
        "compile",
        [r"x.shape\[0\]", "never"],
        "equally long",
        """
x = T.dvector("x")
padded = T.concatenate([x, T.zeros((1,))])
y = padded + x  # here
f = tg.function([x], y)
""",
        """
x = T.dvector("x")
padded = T.concatenate([x, T.zeros((1,))])
y = padded[:-1] + x
f = tg.function([x], y)
""",
    ),
)
