"""A small convolutional network learns to read digits.

Two layers of convolution and pooling, then two dense ones, as in LeCun et al.,
Gradient-Based Learning Applied to Document Recognition (1998). The data are the 1,797
digits of 8 by 8 that scikit-learn ships.
"""

from typing import Any

import numpy as np
import pytest

import teachgraph as tg
from teachgraph import tensor as T

Array = np.ndarray[Any, Any]
BATCH = 50


def digits() -> tuple[Array, Array]:
    """Images float32[n, 1, 8, 8] between 0 and 1, and what they show."""
    datasets = pytest.importorskip("sklearn.datasets")
    images, labels = datasets.load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(images))
    pictures = (images[order] / 16).astype("float32").reshape(-1, 1, 8, 8)
    return pictures, labels[order].astype("int32")


class LeNet:
    """The network: `scores` before a softmax, and the parameters that make them."""

    def __init__(self, images: Any, rng: np.random.Generator):
        self.parameters: list[Any] = []
        self.rng = rng
        h = self.layer(images, (8, 1, 3, 3), "half")
        h = self.layer(h, (16, 8, 3, 3), "half")
        h = T.tanh(self.dense(h.flatten(2), 64, 32))
        self.scores = self.dense(h, 32, 10)

    def parameter(self, *shape: int, fan: int) -> Any:
        """A shared variable with small random numbers; zeros when `fan` is 0."""
        scale = 1 / np.sqrt(fan) if fan else 0
        value = (self.rng.normal(size=shape) * scale).astype("float32")
        self.parameters.append(tg.shared(value))
        return self.parameters[-1]

    def layer(self, x: Any, shape: tuple[int, ...], border: str) -> Any:
        """Convolution, pooling, a bias for each filter, tanh."""
        w = self.parameter(*shape, fan=int(np.prod(shape[1:])))
        b = self.parameter(shape[0], fan=0)
        y = T.nnet.conv2d(x, w, filter_shape=shape, border_mode=border)
        pooled = T.signal.pool.pool_2d(y, (2, 2), ignore_border=True)
        return T.tanh(pooled + b.dimshuffle("x", 0, "x", "x"))

    def dense(self, x: Any, inputs: int, outputs: int) -> Any:
        """A matrix and a bias."""
        w = self.parameter(inputs, outputs, fan=inputs)
        return T.dot(x, w) + self.parameter(outputs, fan=0)


@pytest.mark.slow
def test_lenet_reads_digits_that_it_has_not_seen():
    pictures, labels = digits()
    images, classes = T.ftensor4("images"), T.ivector("classes")
    net = LeNet(images, np.random.default_rng(1))
    loss = T.nnet.categorical_crossentropy(T.nnet.softmax(net.scores), classes).mean()
    slopes = tg.grad(loss, net.parameters)
    rate = np.float32(0.15)
    updates = [(p, p - rate * g) for p, g in zip(net.parameters, slopes)]
    train = tg.function([images, classes], loss, updates=updates)
    wrong = T.neq(net.scores.argmax(axis=1), classes).mean()
    error = tg.function([images, classes], wrong)
    known, held = slice(0, 1500), slice(1500, None)
    assert error(pictures[held], labels[held]) > 0.7
    first = train(pictures[:BATCH], labels[:BATCH])
    for _ in range(12):
        for start in range(0, 1500, BATCH):
            batch = slice(start, start + BATCH)
            last = train(pictures[batch], labels[batch])
    assert last < first / 5
    assert error(pictures[known], labels[known]) < 0.03
    assert error(pictures[held], labels[held]) < 0.05
