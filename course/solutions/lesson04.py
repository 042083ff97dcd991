# %% [markdown]
# # Solutions for lesson 4
#
# One solution for each exercise; yours may differ and be as good. Below each is what
# the check says about it.

# %%
import teachgraph.tensor as T
from teachgraph.course import check
from teachgraph.rewrite.rule import Decline, forget, rewrites, rule

# %% [markdown]
# ## L04.E1 Rescued
#
# The logarithm of a sum of exponentials overflows if it is computed as it is written.
# There are many others: `T.exp(x) / T.exp(x)` is infinity over infinity, and after
# compiling it is 1.

# %%
x = T.dvector("x")
rescued = T.log(T.exp(x).sum())
check("L04.E1", rescued)

# %% [markdown]
# ## L04.E2 An equation of your own


# %%
@rule("canonicalize")
def sign_times_magnitude(x):
    """A number is made of its sign and its magnitude; nothing has to be computed."""
    return T.sgn(x) * abs(x), x


check("L04.E2", sign_times_magnitude)

# %% [markdown]
# ## L04.E3 The border
#
# Both numbers negative: there is no root of either, and one of their product.

# %%
counterexample = (-1.0, -4.0)
check("L04.E3", counterexample)

# %% [markdown]
# ## L04.E4 Ask first


# %%
def is_exponential(x):
    return x.owner is not None and x.owner.op.title == "exp"


@rewrites(
    lambda x, y: T.sqrt(x) * T.sqrt(y),
    phase="canonicalize",
    gives="sqrt(x * y), where both are exp",
)
def product_of_roots(x, y):
    """One root in the place of two."""
    if not (is_exponential(x) and is_exponential(y)):
        return Decline("x and y are not both exponentials")
    return T.sqrt(x * y)


check("L04.E4", product_of_roots)

# %% [markdown]
# Rules stay until they are forgotten.

# %%
forget("sign_times_magnitude", "product_of_roots")
