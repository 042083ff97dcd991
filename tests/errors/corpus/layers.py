"""Layers of networks: products, convolutions, pooling, losses, updates."""

from errors.corpus.case import case

CASES = (
    case(
        "layers_that_do_not_follow_each_other",
        "shape-mismatch",
        "call",
        [r"h` \(3, 100\)", r"W2` \(50, 10\)", "100", "50"],
        "give `W2` 100 rows",
        """
X = T.dmatrix("X")
W1 = tg.shared(np.zeros((784, 100)), name="W1")
W2 = tg.shared(np.zeros((50, 10)), name="W2")
h = T.nnet.sigmoid(X.dot(W1))
out = T.nnet.softmax(h.dot(W2))  # here
f = tg.function([X], out)
f(np.zeros((3, 784)))  # call
""",
        """
X = T.dmatrix("X")
W1 = tg.shared(np.zeros((784, 100)), name="W1")
W2 = tg.shared(np.zeros((100, 10)), name="W2")
h = T.nnet.sigmoid(X.dot(W1))
out = T.nnet.softmax(h.dot(W2))
f = tg.function([X], out)
f(np.zeros((3, 784)))
""",
    ),
    case(
        "weights_in_a_class",
        "shape-mismatch",
        "call",
        [r"x` \(2, 5\)", r"self\.W` \(6, 2\)", "W2"],
        r"give `self\.W` 5 rows",
        """
class Layer:
    def __init__(self, n_in, n_out, name):
        self.W = tg.shared(np.zeros((n_in, n_out)), name=name)
    def output(self, x):
        return T.tanh(T.dot(x, self.W))  # here

X = x = T.dmatrix("X")
for layer in [Layer(4, 5, "W1"), Layer(6, 2, "W2")]:
    x = layer.output(x)
f = tg.function([X], x)
f(np.zeros((2, 4)))  # call
""",
        """
class Layer:
    def __init__(self, n_in, n_out, name):
        self.W = tg.shared(np.zeros((n_in, n_out)), name=name)
    def output(self, x):
        return T.tanh(T.dot(x, self.W))

X = x = T.dmatrix("X")
for layer in [Layer(4, 5, "W1"), Layer(5, 2, "W2")]:
    x = layer.output(x)
f = tg.function([X], x)
f(np.zeros((2, 4)))
""",
    ),
    case(
        "a_flattened_picture_of_another_size",
        "shape-mismatch",
        "call",
        [r"flat` \(2, 144\)", r"w_out` \(100, 10\)"],
        "give `w_out` 144 rows",
        """
x = T.dtensor4("x")
w_conv = tg.shared(np.zeros((4, 1, 3, 3)), name="w_conv")
w_out = tg.shared(np.zeros((100, 10)), name="w_out")
flat = T.nnet.relu(T.nnet.conv2d(x, w_conv)).flatten(2)
y = T.dot(flat, w_out)  # here
f = tg.function([x], y)
f(np.zeros((2, 1, 8, 8)))  # call
""",
        """
x = T.dtensor4("x")
w_conv = tg.shared(np.zeros((4, 1, 3, 3)), name="w_conv")
w_out = tg.shared(np.zeros((144, 10)), name="w_out")
flat = T.nnet.relu(T.nnet.conv2d(x, w_conv)).flatten(2)
y = T.dot(flat, w_out)
f = tg.function([x], y)
f(np.zeros((2, 1, 8, 8)))
""",
    ),
    case(
        "a_filter_larger_than_the_picture",
        "window-too-large",
        "call",
        ["5", "3", "x", "rows"],
        "border_mode",
        """
x = T.dtensor4("x")
w = tg.shared(np.zeros((8, 1, 5, 5)), name="w")
y = T.nnet.conv2d(x, w)  # here
f = tg.function([x], y)
f(np.zeros((1, 1, 3, 3)))  # call
""",
        """
x = T.dtensor4("x")
w = tg.shared(np.zeros((8, 1, 5, 5)), name="w")
y = T.nnet.conv2d(x, w, border_mode="half")
f = tg.function([x], y)
f(np.zeros((1, 1, 3, 3)))
""",
    ),
    case(
        "a_border_that_does_not_exist",
        "wrong-value",
        "build",
        ["'ful'", "'full'", "border_mode"],
        "border_mode='half'",
        """
x = T.dtensor4("x")
w = tg.shared(np.zeros((8, 1, 5, 5)), name="w")
y = T.nnet.conv2d(x, w, border_mode="ful")  # here
""",
        """
x = T.dtensor4("x")
w = tg.shared(np.zeros((8, 1, 5, 5)), name="w")
y = T.nnet.conv2d(x, w, border_mode="full")
""",
    ),
    case(
        "pooling_of_a_vector",
        "wrong-rank",
        "build",
        ["last 2 axes", r"float64\[\?\]"],
        "dimshuffle",
        """
x = T.dvector("x")
y = T.signal.pool.pool_2d(x, (2, 2), ignore_border=True)  # here
""",
        """
x = T.dvector("x")
y = T.signal.pool.pool_2d(x.dimshuffle("x", 0), (1, 2), ignore_border=True)
""",
    ),
    case(
        "fewer_labels_than_rows",
        "shape-mismatch",
        "call",
        [r"p` \(3, 4\)", r"t` \(2,\)", "categorical_crossentropy"],
        "give `t` 3 elements",
        """
p, t = T.dmatrix("p"), T.lvector("t")
c = T.nnet.categorical_crossentropy(p, t).mean()  # here
f = tg.function([p, t], c)
f(np.full((3, 4), 0.25), [0, 1])  # call
""",
        """
p, t = T.dmatrix("p"), T.lvector("t")
c = T.nnet.categorical_crossentropy(p, t).mean()
f = tg.function([p, t], c)
f(np.full((3, 4), 0.25), [0, 1, 3])
""",
    ),
    case(
        "labels_with_too_many_axes",
        "wrong-rank",
        "build",
        ["predictions", r"int64\[\?, \?, \?\]"],
        "class numbers, one for each row",
        """
p, t = T.dmatrix("p"), T.ltensor3("t")
c = T.nnet.categorical_crossentropy(p, t)  # here
""",
        """
p, t = T.dmatrix("p"), T.lvector("t")
c = T.nnet.categorical_crossentropy(p, t)
""",
    ),
    case(
        "a_loss_of_two_lengths",
        "shape-mismatch",
        "call",
        ["binary_crossentropy", r"p` \(3,\)", r"t` \(2,\)"],
        "give `t` 3 elements",
        """
p, t = T.dvectors("p", "t")
c = T.nnet.binary_crossentropy(p, t).mean()  # here
f = tg.function([p, t], c)
f(np.full(3, 0.5), np.ones(2))  # call
""",
        """
p, t = T.dvectors("p", "t")
c = T.nnet.binary_crossentropy(p, t).mean()
f = tg.function([p, t], c)
f(np.full(3, 0.5), np.ones(3))
""",
    ),
    case(
        "an_error_met_in_a_gradient",
        "shape-mismatch",
        "call",
        [r"T\.dot\(x, w\)` \(4,\)", r"y` \(5,\)"],
        "give `y` 4 elements",
        """
x, y = T.dmatrix("x"), T.dvector("y")
w = tg.shared(np.zeros(3), name="w")
error = T.dot(x, w) - y  # here
g = T.grad(T.sqr(error).sum(), w)
f = tg.function([x, y], g, updates=[(w, w - 0.1 * g)])
f(np.ones((4, 3)), np.ones(5))  # call
""",
        """
x, y = T.dmatrix("x"), T.dvector("y")
w = tg.shared(np.zeros(3), name="w")
error = T.dot(x, w) - y
g = T.grad(T.sqr(error).sum(), w)
f = tg.function([x, y], g, updates=[(w, w - 0.1 * g)])
f(np.ones((4, 3)), np.ones(4))
""",
    ),
    case(
        "a_bias_updated_by_another_gradient",
        "wrong-rank",
        "compile",
        ["b", "vector", "matrix"],
        "same number of axes",
        """
b = tg.shared(np.zeros(3), name="b")
x = T.dmatrix("x")
cost = T.sqr(x + b).sum()
f = tg.function([x], cost, updates=[(b, b - 0.1 * tg.grad(cost, x))])  # here
""",
        """
b = tg.shared(np.zeros(3), name="b")
x = T.dmatrix("x")
cost = T.sqr(x + b).sum()
f = tg.function([x], cost, updates=[(b, b - 0.1 * tg.grad(cost, b))])
""",
    ),
    case(
        "a_bias_added_in_place",
        "shape-mismatch",
        "call",
        [r"h` \(4, 4\)", r"bias` \(5,\)"],
        "give `bias` 4 elements",
        """
x = T.dmatrix("x")
h = T.dot(x, x.T)
h += tg.shared(np.zeros(5), name="bias")  # here
f = tg.function([x], h)
f(np.ones((4, 3)))  # call
""",
        """
x = T.dmatrix("x")
h = T.dot(x, x.T)
h += tg.shared(np.zeros(4), name="bias")
f = tg.function([x], h)
f(np.ones((4, 3)))
""",
    ),
    case(
        "a_branch_that_does_not_fit",
        "shape-mismatch",
        "call",
        [r"x` \(3,\)", r"y` \(2,\)"],
        "give `y` 3 elements",
        """
c = T.iscalar("c")
x, y = T.dvectors("x", "y")
z = tg.ifelse(c > 0, x + y, x)  # here
f = tg.function([c, x, y], z)
f(1, np.ones(3), np.ones(2))  # call
""",
        """
c = T.iscalar("c")
x, y = T.dvectors("x", "y")
z = tg.ifelse(c > 0, x + y, x)
f = tg.function([c, x, y], z)
f(1, np.ones(3), np.ones(3))
""",
    ),
    case(
        "branches_of_two_dtypes",
        "wrong-dtype",
        "build",
        [r"float64\[\?\]", r"int32\[\?\]", "branches"],
        "astype",
        """
c = T.iscalar("c")
a, b = T.dvector("a"), T.ivector("b")
y = tg.ifelse(c > 0, a, b)  # here
""",
        """
c = T.iscalar("c")
a, b = T.dvector("a"), T.ivector("b")
y = tg.ifelse(c > 0, a, b.astype("float64"))
""",
    ),
    case(
        "a_part_of_a_model_called_with_too_little",
        "wrong-argument-count",
        "build",
        ["OpFromGraph", "2 inputs", "not 1"],
        "one variable for each input",
        """
x, y = T.dvectors("x", "y")
plus = tg.OpFromGraph([x, y], [x + y])
z = plus(x)  # here
""",
        """
x, y = T.dvectors("x", "y")
plus = tg.OpFromGraph([x, y], [x + y])
z = plus(x, x)
""",
    ),
    case(
        "a_sparse_matrix_times_too_few_rows",
        "shape-mismatch",
        "call",
        [r"x` \(3, 3\)", r"w` \(4, 2\)"],
        "give `w` 3 rows",
        """
import scipy.sparse
x = tg.sparse.csr_matrix("x", dtype="float64")
w = tg.shared(np.zeros((4, 2)), name="w")
y = tg.sparse.dot(x, w)  # here
f = tg.function([x], y)
f(scipy.sparse.csr_matrix(np.eye(3)))  # call
""",
        """
import scipy.sparse
x = tg.sparse.csr_matrix("x", dtype="float64")
w = tg.shared(np.zeros((3, 2)), name="w")
y = tg.sparse.dot(x, w)
f = tg.function([x], y)
f(scipy.sparse.csr_matrix(np.eye(3)))
""",
    ),
    case(
        "the_exponential_of_a_sparse_matrix",
        "wrong-dtype",
        "build",
        ["csr", "arrays only"],
        "dense_from_sparse",
        """
x = tg.sparse.csr_matrix("x", dtype="float64")
y = T.exp(x)  # here
""",
        """
x = tg.sparse.csr_matrix("x", dtype="float64")
y = T.exp(tg.sparse.dense_from_sparse(x))
""",
    ),
)
