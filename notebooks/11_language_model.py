# %% [markdown]
# # A language model: an LSTM that learns to write
#
# A language model says which letter comes next. This one is a long short-term memory
# (Hochreiter and Schmidhuber, 1997): a loop that carries two vectors from letter to
# letter, and four gates that decide what to keep. You write one turn; `tg.scan` makes
# the loop, `T.grad` goes back through it, and all of it becomes one C function.

# %%
import codecs
import contextlib
import io

import numpy as np

import teachgraph as tg
import teachgraph.tensor as T

with contextlib.redirect_stdout(io.StringIO()):
    import this  # prints a poem when it is imported

# %% [markdown]
# ## 1. The text
#
# Every Python has a poem, in a mild cipher. It is short, so that the network can learn
# it while you watch. Letters become numbers.

# %%
poem = codecs.decode(this.s, "rot13")
letters = sorted(set(poem))
number = {letter: i for i, letter in enumerate(letters)}
text = np.array([number[letter] for letter in poem])
print(poem[:101])
print(len(text), "letters, of", len(letters), "kinds")

# %% [markdown]
# ## 2. One turn
#
# A turn takes a letter, the memory `c` and the output `h` of the turn before. All four
# gates are one product of matrices, cut in four.

# %%
rng = np.random.default_rng(1)
kinds, size = len(letters), 64


def weights(name, *shape):
    """A matrix of small random numbers, that stays between calls."""
    return tg.shared(rng.normal(0, shape[0] ** -0.5, shape), name)


E = weights("E", kinds, 4 * size)
R = weights("R", size, 4 * size)
b = tg.shared(np.zeros(4 * size), "b")
V = weights("V", size, kinds)
d = tg.shared(np.zeros(kinds), "d")
parameters = [E, R, b, V, d]


def turn(letter, h, c, E, R, b):
    """Memory and output after one more letter, for a batch."""
    gates = E[letter] + T.dot(h, R) + b
    forget, new, out, seen = (gates[:, i * size : (i + 1) * size] for i in range(4))
    c = T.nnet.sigmoid(forget + 1) * c + T.nnet.sigmoid(new) * T.tanh(seen)
    return T.nnet.sigmoid(out) * T.tanh(c), c


# %% [markdown]
# ## 3. The loop
#
# `tg.scan` walks along the first axis of `x`: time. The states start at zero. What it
# gives has all turns, one below the other.

# %%
x = T.lmatrix("x")  # time, batch
y = T.lmatrix("y")  # the letters that come next
start = T.zeros((x.shape[1], size))
(hs, cs), _ = tg.scan(
    turn, sequences=x, outputs_info=[start, start], non_sequences=[E, R, b]
)
scores = (T.dot(hs, V) + d).reshape((-1, kinds))
guess = T.nnet.softmax(scores)
bits = T.nnet.categorical_crossentropy(guess, y.flatten()).mean() / np.log(2)

# %% [markdown]
# Before it has learnt anything, the model needs about as many bits for a letter as a
# fair choice among all kinds would: $\log_2 45 \approx 5.5$.

# %% [markdown]
# ## 4. Learning
#
# Adam (Kingma and Ba, 2015) keeps two averages of each gradient. They are shared
# variables too, so a step is one call.

# %%
step = tg.shared(0.0, "step")
updates = [(step, step + 1)]
for p, g in zip(parameters, T.grad(bits, parameters)):
    mean = tg.shared(np.zeros_like(p.get_value()))
    square = tg.shared(np.zeros_like(p.get_value()))
    m = 0.9 * mean + 0.1 * g
    s = 0.99 * square + 0.01 * g**2
    size_of_step = 0.01 * T.sqrt(1 - 0.99 ** (step + 1)) / (1 - 0.9 ** (step + 1))
    moved = p - size_of_step * m / (T.sqrt(s) + 1e-8)
    updates += [(mean, m), (square, s), (p, moved)]

learn = tg.function([x, y], bits, updates=updates)


def batch():
    """32 pieces of the poem, and the same one letter on."""
    at = rng.integers(0, len(text) - 31, 32) + np.arange(30)[:, None]
    return text[at], text[at + 1]


curve = [float(learn(*batch())) for _ in range(800)]
for i in (0, 100, 200, 400, 799):
    print(f"step {i:3}   {curve[i]:4.1f} bits a letter")

# %% [markdown]
# ## 5. Writing
#
# To write, the model eats its own letters: the last one goes in, the likeliest comes
# out. This too is a loop; now the letter is a state.


# %%
def likeliest(letter, h, c):
    """The letter that comes next, with memory and output."""
    h, c = turn(letter, h, c, E, R, b)
    return T.argmax(T.dot(h, V) + d, axis=1), h, c


first = T.lvector("first")
nothing = T.zeros((1, size))
(rest, *_), _ = tg.scan(likeliest, outputs_info=[first, nothing, nothing], n_steps=150)
write = tg.function([first], rest)
written = "B" + "".join(letters[i] for i in write([number["B"]])[:, 0])
print(written.splitlines()[0])  # print(written) for all of it

# %% [markdown]
# Is it the poem? Most of what it wrote is, word for word.

# %%
words = written.split()[1:-1]
known = sum(word in poem for word in words)
print("at least nine in ten of the words are the poem's:", known >= 0.9 * len(words))
