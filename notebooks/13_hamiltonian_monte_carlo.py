# %% [markdown]
# # Hamiltonian Monte Carlo: a sampler in one compiled call
#
# How sure is a model of its weights? Bayes answers with a distribution, which has no
# formula; but one can draw from it. Hamiltonian Monte Carlo (Duane et al., 1987; Neal,
# 2011) lets a ball roll over the landscape of the posterior: the gradient is its force.
# The rolling is a loop, the trajectories are another loop around it, the force comes
# from `T.grad`, the kicks from a random stream. All of it is one function.

# %%
import numpy as np
from sklearn.datasets import load_breast_cancer

import teachgraph as tg
import teachgraph.tensor as T

# %% [markdown]
# ## 1. The model
#
# Logistic regression on 569 patients, by five measurements; a normal prior on the
# weights. `energy` is minus the logarithm of the posterior, up to a constant.

# %%
data = load_breast_cancer()
columns = [0, 1, 4, 7, 21]
x = data.data[:, columns]
x = np.column_stack([np.ones(len(x)), (x - x.mean(0)) / x.std(0)])
y = data.target * 2.0 - 1
X, Y = T.constant(x), T.constant(y)


def energy(w):
    """Minus the logarithm of the posterior of some weights."""
    return T.nnet.softplus(-Y * T.dot(X, w)).sum() + (w**2).sum() / (2 * 5**2)


# %% [markdown]
# ## 2. Rolling
#
# The leapfrog keeps the total energy almost constant: half a step of momentum, a step
# of position, half a step of momentum. Twelve of them are a trajectory.

# %%
length = 0.12


def leapfrog(w, p):
    """One step of position and momentum."""
    half = p - length / 2 * T.grad(energy(w), w)
    w = w + length * half
    return w, half - length / 2 * T.grad(energy(w), w)


random = tg.RandomStreams(3)


def trajectory(w):
    """Kick, roll, and accept or stay where one was (Metropolis)."""
    p = random.normal(size=w.shape, dtype="float64")
    (ws, ps), _ = tg.scan(leapfrog, outputs_info=[w, p], n_steps=12)
    lost = energy(ws[-1]) + (ps[-1] ** 2).sum() / 2 - energy(w) - (p**2).sum() / 2
    accepted = T.log(random.uniform(size=(), dtype="float64")) < -lost
    return T.switch(accepted, ws[-1], w), accepted


# %% [markdown]
# ## 3. A loop of loops
#
# 2,000 trajectories, each starting where the last one ended.

# %%
start = T.dvector("start")
(weights, accepted), updates = tg.scan(
    trajectory, outputs_info=[start, None], n_steps=2000
)
sample = tg.function([start], [weights, accepted], updates=updates)
drawn, taken = sample(np.zeros(6))
drawn = drawn[200:]
print(f"accepted: {taken.mean():.0%}")

# %% [markdown]
# ## 4. Is it right?
#
# A Gaussian around the best weights (Laplace) is close to this posterior. Newton's
# method finds them: two more uses of the same energy.

# %%
w = T.dvector("w")
slope, curvature = T.grad(energy(w), w), tg.hessian(energy(w), w)
newton = tg.function([w], w - T.slinalg.solve(curvature, slope))
curved = tg.function([w], curvature)
best = np.zeros(6)
for _ in range(10):
    best = newton(best)
spread = np.sqrt(np.diag(np.linalg.inv(curved(best))))
names = ["constant", *(data.feature_names[i] for i in columns)]
print(f"{'':20}  sampled      Laplace")
for name, w_i, best_i, spread_i in zip(names, drawn.T, best, spread):
    sampled = f"{w_i.mean():5.1f} ± {w_i.std():.1f}"
    print(f"{name:20} {sampled}   {best_i:5.1f} ± {spread_i:.1f}")

# %%
far = np.abs(drawn.mean(0) - best) / spread
print("means within half a deviation of Laplace:", bool((far < 0.5).all()))
ratio = drawn.std(0) / spread
print("deviations within a quarter:", bool(((ratio > 0.8) & (ratio < 1.25)).all()))

# %% [markdown]
# What is the probability that a tumour is benign, and how sure is the model of *that*?
# One patient, all samples.

# %%
p = 1 / (1 + np.exp(-drawn @ x[19]))
low, middle, high = np.quantile(p, [0.05, 0.5, 0.95])
print(f"patient 19: {middle:.2f}, nine in ten samples between {low:.2f} and {high:.2f}")
