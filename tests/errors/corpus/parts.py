"""Parts of tensors, and tensors put together: positions, masks, joins, reshapes."""

from errors.corpus.case import case

CASES = (
    case(
        "positions_of_two_lengths",
        "shape-mismatch",
        "call",
        [r"i` \(2,\)", r"j` \(3,\)", r"x` \(5, 5\)"],
        r"give `j` 2|every pair",
        """
x = T.dmatrix("x")
i, j = T.lvectors("i", "j")
y = x[i, j]  # here
f = tg.function([x, i, j], y)
f(np.ones((5, 5)), [0, 1], [0, 1, 2])  # call
""",
        """
x = T.dmatrix("x")
i, j = T.lvectors("i", "j")
y = x[i[:, None], j]
f = tg.function([x, i, j], y)
f(np.ones((5, 5)), [0, 1], [0, 1, 2])
""",
    ),
    case(
        "a_mask_of_another_length",
        "shape-mismatch",
        "call",
        [r"`y > 0` \(4,\)", r"x` \(2, 3\)", "2"],
        "make the mask from `x` itself",
        """
x = T.dmatrix("x")
y = T.dvector("y")
z = x[y > 0]  # here
f = tg.function([x, y], z)
f(np.ones((2, 3)), np.ones(4))  # call
""",
        """
x = T.dmatrix("x")
y = T.dvector("y")
z = x[y > 0]
f = tg.function([x, y], z)
f(np.ones((2, 3)), np.ones(2))
""",
    ),
    case(
        "numbers_of_repeats_for_other_rows",
        "shape-mismatch",
        "call",
        [r"x` \(2, 3\)", "3 numbers", "axis of 2"],
        "one number for all|give 2",
        """
x = T.dmatrix("x")
y = T.repeat(x, [1, 2, 3], axis=0)  # here
f = tg.function([x], y)
f(np.ones((2, 3)))  # call
""",
        """
x = T.dmatrix("x")
y = T.repeat(x, [1, 2], axis=0)
f = tg.function([x], y)
f(np.ones((2, 3)))
""",
    ),
    case(
        "two_lengths_left_open",
        "shape-mismatch",
        "build",
        ["x", r"\(-1, -1\)", "twice"],
        "leave one -1",
        """
x = T.dmatrix("x")
y = x.reshape((-1, -1))  # here
""",
        """
x = T.dmatrix("x")
y = x.reshape((-1, 2))
""",
    ),
    case(
        "a_tensor_joined_without_a_list",
        "symbolic-iteration",
        "build",
        ["x", r"float64\[\?, \?\]"],
        r"goes into a list: T\.concatenate\(\[x",
        """
x, y = T.dmatrices("x", "y")
z = T.concatenate(x, y)  # here
""",
        """
x, y = T.dmatrices("x", "y")
z = T.concatenate([x, y])
""",
    ),
    case(
        "a_column_joined_below_a_matrix",
        "shape-mismatch",
        "call",
        [r"a` \(2, 1\)", r"b` \(2, 3\)", "axis 1 has 1 and 3"],
        "give `b` 1 column",
        """
a, b = T.dcol("a"), T.dmatrix("b")
y = T.concatenate([a, b], axis=0)  # here
f = tg.function([a, b], y)
f(np.ones((2, 1)), np.ones((2, 3)))  # call
""",
        """
a, b = T.dcol("a"), T.dmatrix("b")
y = T.concatenate([a, b], axis=1)
f = tg.function([a, b], y)
f(np.ones((2, 1)), np.ones((2, 3)))
""",
    ),
    case(
        "an_axis_of_a_join_that_is_not_there",
        "wrong-rank",
        "build",
        ["axis 2", "0 to 1"],
        "the last is 1, or -1",
        """
a, b = T.dmatrices("a", "b")
y = T.concatenate([a, b], axis=2)  # here
""",
        """
a, b = T.dmatrices("a", "b")
y = T.concatenate([a, b], axis=1)
""",
    ),
    case(
        "an_axis_named_by_a_word",
        "wrong-argument-kind",
        "build",
        ["'rows'", "whole number"],
        r"axes count from 0.*x\.sum\(axis=0\)",
        """
x = T.dmatrix("x")
y = x.mean(axis="rows")  # here
""",
        """
x = T.dmatrix("x")
y = x.mean(axis=0)
""",
    ),
    case(
        "an_axis_named_twice",
        "wrong-rank",
        "build",
        ["axis 0 is named twice", r"\(0, 0\)", "x"],
        r"x\.dimshuffle\(1, 0\)",
        """
x = T.dmatrix("x")
y = x.dimshuffle(0, 0)  # here
""",
        """
x = T.dmatrix("x")
y = x.dimshuffle(0, "x", 1)
""",
    ),
    case(
        "lengths_that_are_not_in_a_tuple",
        "wrong-dtype",
        "build",
        ["zeros", "'3'", "dtype"],
        r"one tuple: zeros\(\(2, 3\)\)",
        """
y = T.zeros(2, 3)  # here
""",
        """
y = T.zeros((2, 3))
""",
    ),
    case(
        "half_of_a_length_as_an_index",
        "wrong-dtype",
        "build",
        [r"x\.shape\[0\] / 2", "float64"],
        r"T\.cast\(x\.shape\[0\] / 2, 'int64'\)",
        """
x = T.dvector("x")
y = x[: x.shape[0] / 2]  # here
""",
        """
x = T.dvector("x")
y = x[: x.shape[0] // 2]
""",
    ),
    case(
        "a_fraction_put_into_whole_numbers",
        "wrong-dtype",
        "build",
        ["0.5", "int64", "without loss"],
        r"astype\('float64'\)",
        """
counts = T.lvector("counts")
more = T.inc_subtensor(counts[0], 0.5)  # here
""",
        """
counts = T.lvector("counts")
more = T.inc_subtensor(counts[0], 1)
""",
    ),
    case(
        "a_column_put_into_a_longer_one",
        "shape-mismatch",
        "call",
        [r"y` \(4,\)", r"x` \(3, 2\)", "3 long"],
        "give `y` the shape of the part of `x`",
        """
x, y = T.dmatrix("x"), T.dvector("y")
z = T.set_subtensor(x[:, 0], y)  # here
f = tg.function([x, y], z)
f(np.ones((3, 2)), np.ones(4))  # call
""",
        """
x, y = T.dmatrix("x"), T.dvector("y")
z = T.set_subtensor(x[:, 0], y)
f = tg.function([x, y], z)
f(np.ones((3, 2)), np.ones(3))
""",
    ),
    case(
        "an_element_deleted",
        "symbolic-assignment",
        "build",
        ["x", "deleted"],
        r"x\[1:\]|T\.concatenate",
        """
x = T.dvector("x")
del x[0]  # here
""",
        """
x = T.dvector("x")
x = x[1:]
""",
    ),
    case(
        "an_element_of_a_shared_variable_assigned",
        "symbolic-assignment",
        "build",
        ["w", "assigned"],
        r"updates=\[\(w, T\.set_subtensor\(w\[0\], 1\.0\)\)\]",
        """
w = tg.shared(np.zeros(3), name="w")
w[0] = 1.0  # here
""",
        """
w = tg.shared(np.zeros(3), name="w")
f = tg.function([], updates=[(w, T.set_subtensor(w[0], 1.0))])
f()
""",
    ),
    case(
        "a_word_number_in_a_table_of_ids",
        "index-out-of-range",
        "call",
        ["10", "ids", r"E` \(10, 4\)", "10 rows"],
        "between 0 and 9",
        """
E = tg.shared(np.zeros((10, 4)), name="E")
ids = T.imatrix("ids")
e = E[ids]  # here
f = tg.function([ids], T.tanh(e).mean(axis=1))
f(np.array([[1, 2], [3, 10]], dtype="int32"))  # call
""",
        """
E = tg.shared(np.zeros((10, 4)), name="E")
ids = T.imatrix("ids")
e = E[ids]
f = tg.function([ids], T.tanh(e).mean(axis=1))
f(np.array([[1, 2], [3, 9]], dtype="int32"))
""",
    ),
    case(
        "the_largest_of_nothing",
        "empty-reduction",
        "call",
        ["max", r"x` \(0,\)", "axis 0"],
        "at least one element",
        """
x = T.dvector("x")
y = T.max(x)  # here
f = tg.function([x], y)
f([])  # call
""",
        """
x = T.dvector("x")
y = T.max(x)
f = tg.function([x], y)
f([1.0])
""",
    ),
)
