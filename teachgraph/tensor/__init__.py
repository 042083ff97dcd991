"""The T namespace: every op and every constructor by its name; re-exports only.

>>> x, y = T.dmatrices("x", "y")
>>> (T.exp(x) + y).type
TensorType(dtype='float64', shape=(None, None))
"""

from typing import Any as _Any

from teachgraph.core import graph as _graph
from teachgraph.core import op as _op
from teachgraph.core import surface as _surface
from teachgraph.core import types as _types
from teachgraph.core.entrance import leave as _leave
from teachgraph.core.entrance import open_doors as _open_doors
from teachgraph.ops import alloc as _alloc
from teachgraph.ops import casting as _casting
from teachgraph.ops import complexes as _complexes
from teachgraph.ops import creation as _creation
from teachgraph.ops import dot as _dot
from teachgraph.ops import exponential as _exponential
from teachgraph.ops import gradient as _gradient
from teachgraph.ops import join as _join
from teachgraph.ops import lengths as _lengths
from teachgraph.ops import reshape as _reshape
from teachgraph.ops import rounding as _rounding
from teachgraph.ops import scalars as _scalars
from teachgraph.ops import shape as _shape
from teachgraph.ops import special as _special
from teachgraph.ops import statistics as _statistics
from teachgraph.ops import subscript as _subscript
from teachgraph.ops import trigonometry as _trigonometry
from teachgraph.ops import variables as _variables
from teachgraph.ops.syntax import missing_from_module as _missing_from_module
from teachgraph.tensor import fft as fft
from teachgraph.tensor import nlinalg as nlinalg
from teachgraph.tensor import nnet as nnet
from teachgraph.tensor import signal as signal
from teachgraph.tensor import slinalg as slinalg
from teachgraph.tensor.arrays import *

Variable = _graph.Variable
TensorVariable = _graph.Variable
TensorType = _types.TensorType
constant = _op.constant
as_tensor_variable = _join.as_tensor_variable
as_tensor = _join.as_tensor_variable
tensor = _variables.tensor

add = _scalars.add
sub = _scalars.sub
mul = _scalars.mul
true_div = _scalars.true_div
int_div = _scalars.int_div
mod = _scalars.mod
divmod = _scalars.divmod
neg = _scalars.neg
abs_ = _scalars.abs_
sgn = _scalars.sgn
sqr = _scalars.sqr
sqrt = _scalars.sqrt
inv = _scalars.inv
floor_div = _scalars.int_div
pow = _exponential.pow

eq = _scalars.eq
neq = _scalars.neq
lt = _scalars.lt
le = _scalars.le
gt = _scalars.gt
ge = _scalars.ge
isnan = _scalars.isnan
isinf = _scalars.isinf
isclose = _scalars.isclose
maximum = _scalars.maximum
minimum = _scalars.minimum
switch = _scalars.switch
where = _scalars.where
clip = _scalars.clip

and_ = _rounding.and_
or_ = _rounding.or_
xor = _rounding.xor
invert = _rounding.invert
bitwise_and = _rounding.and_
bitwise_or = _rounding.or_
bitwise_xor = _rounding.xor
bitwise_not = _rounding.invert
logical_and = _rounding.logical_and
logical_or = _rounding.logical_or
logical_xor = _rounding.logical_xor
logical_not = _rounding.logical_not

exp = _exponential.exp
exp2 = _exponential.exp2
expm1 = _exponential.expm1
log = _exponential.log
log2 = _exponential.log2
log10 = _exponential.log10
log1p = _exponential.log1p
sigmoid = _exponential.sigmoid
softplus = _exponential.softplus

sin = _trigonometry.sin
cos = _trigonometry.cos
tan = _trigonometry.tan
arcsin = _trigonometry.arcsin
arccos = _trigonometry.arccos
arctan = _trigonometry.arctan
arctan2 = _trigonometry.arctan2
sinh = _trigonometry.sinh
cosh = _trigonometry.cosh
tanh = _trigonometry.tanh
arcsinh = _trigonometry.arcsinh
arccosh = _trigonometry.arccosh
arctanh = _trigonometry.arctanh
deg2rad = _trigonometry.deg2rad
rad2deg = _trigonometry.rad2deg

ceil = _rounding.ceil
floor = _rounding.floor
trunc = _rounding.trunc
round = _rounding.round
iround = _rounding.iround
round_half_to_even = _rounding.round_half_to_even
round_half_away_from_zero = _rounding.round_half_away_from_zero

erf = _special.erf
erfc = _special.erfc
erfcx = _special.erfcx
erfinv = _special.erfinv
erfcinv = _special.erfcinv
gamma = _special.gamma
gammaln = _special.gammaln
psi = _special.psi
tri_gamma = _special.tri_gamma
polygamma = _special.polygamma
j0 = _special.j0
j1 = _special.j1
i0 = _special.i0
i1 = _special.i1
xlogx = _special.xlogx
xlogy0 = _special.xlogy0

complex = _complexes.complex
real = _complexes.real
imag = _complexes.imag
conj = _complexes.conj
angle = _complexes.angle
complex_from_polar = _complexes.complex_from_polar
cast = _casting.cast
tensor_copy = _casting.tensor_copy

sum = _statistics.sum
prod = _statistics.prod
mean = _statistics.mean
var = _statistics.var
std = _statistics.std
max = _statistics.max
min = _statistics.min
argmax = _statistics.argmax
argmin = _statistics.argmin
max_and_argmax = _statistics.max_and_argmax
all = _statistics.all
any = _statistics.any
ptp = _statistics.ptp
logsumexp = _statistics.logsumexp
allclose = _statistics.allclose

shape = _alloc.shape
size = _reshape.size
dimshuffle = _shape.dimshuffle
transpose = _shape.transpose
swapaxes = _shape.swapaxes
moveaxis = _shape.moveaxis
squeeze = _shape.squeeze
expand_dims = _shape.expand_dims
shape_padleft = _shape.shape_padleft
shape_padright = _shape.shape_padright
shape_padaxis = _shape.shape_padaxis
reshape = _reshape.reshape
flatten = _reshape.flatten
ravel = _reshape.ravel
specify_shape = _lengths.specify_shape
addbroadcast = _lengths.addbroadcast
unbroadcast = _lengths.unbroadcast
patternbroadcast = _lengths.patternbroadcast
broadcast_to = _lengths.broadcast_to

alloc = _alloc.alloc
fill = _alloc.fill
full = _alloc.full
full_like = _alloc.full_like
zeros = _alloc.zeros
zeros_like = _alloc.zeros_like
ones = _alloc.ones
ones_like = _alloc.ones_like
arange = _creation.arange
eye = _creation.eye
identity_like = _creation.identity_like
tri = _creation.tri
tril = _creation.tril
triu = _creation.triu

dot = _dot.dot
matmul = _dot.matmul
outer = _dot.outer
inner = _dot.inner
tensordot = _dot.tensordot

set_subtensor = _subscript.set_subtensor
inc_subtensor = _subscript.inc_subtensor
diag = _subscript.diag
diagonal = _subscript.diagonal
trace = _subscript.trace
join = _join.join
concatenate = _join.concatenate
stack = _join.stack
horizontal_stack = _join.horizontal_stack
vertical_stack = _join.vertical_stack
hstack = _join.hstack
vstack = _join.vstack
split = _join.split

disconnected_grad = _casting.disconnected_grad
zero_grad = _casting.zero_grad
consider_constant = _casting.consider_constant
grad_scale = _gradient.grad_scale
grad_clip = _gradient.grad_clip


scalar, vector, row, col, matrix, tensor3, tensor4, tensor5, tensor6, tensor7 = (
    _variables.family()
)
(
    scalars,
    vectors,
    rows,
    cols,
    matrices,
    tensor3s,
    tensor4s,
    tensor5s,
    tensor6s,
    tensor7s,
) = _variables.plurals()

(
    bscalar,
    bvector,
    brow,
    bcol,
    bmatrix,
    btensor3,
    btensor4,
    btensor5,
    btensor6,
    btensor7,
) = _variables.family("b")
(
    bscalars,
    bvectors,
    brows,
    bcols,
    bmatrices,
    btensor3s,
    btensor4s,
    btensor5s,
    btensor6s,
    btensor7s,
) = _variables.plurals("b")

(
    wscalar,
    wvector,
    wrow,
    wcol,
    wmatrix,
    wtensor3,
    wtensor4,
    wtensor5,
    wtensor6,
    wtensor7,
) = _variables.family("w")
(
    wscalars,
    wvectors,
    wrows,
    wcols,
    wmatrices,
    wtensor3s,
    wtensor4s,
    wtensor5s,
    wtensor6s,
    wtensor7s,
) = _variables.plurals("w")

(
    iscalar,
    ivector,
    irow,
    icol,
    imatrix,
    itensor3,
    itensor4,
    itensor5,
    itensor6,
    itensor7,
) = _variables.family("i")
(
    iscalars,
    ivectors,
    irows,
    icols,
    imatrices,
    itensor3s,
    itensor4s,
    itensor5s,
    itensor6s,
    itensor7s,
) = _variables.plurals("i")

(
    lscalar,
    lvector,
    lrow,
    lcol,
    lmatrix,
    ltensor3,
    ltensor4,
    ltensor5,
    ltensor6,
    ltensor7,
) = _variables.family("l")
(
    lscalars,
    lvectors,
    lrows,
    lcols,
    lmatrices,
    ltensor3s,
    ltensor4s,
    ltensor5s,
    ltensor6s,
    ltensor7s,
) = _variables.plurals("l")

(
    fscalar,
    fvector,
    frow,
    fcol,
    fmatrix,
    ftensor3,
    ftensor4,
    ftensor5,
    ftensor6,
    ftensor7,
) = _variables.family("f")
(
    fscalars,
    fvectors,
    frows,
    fcols,
    fmatrices,
    ftensor3s,
    ftensor4s,
    ftensor5s,
    ftensor6s,
    ftensor7s,
) = _variables.plurals("f")

(
    dscalar,
    dvector,
    drow,
    dcol,
    dmatrix,
    dtensor3,
    dtensor4,
    dtensor5,
    dtensor6,
    dtensor7,
) = _variables.family("d")
(
    dscalars,
    dvectors,
    drows,
    dcols,
    dmatrices,
    dtensor3s,
    dtensor4s,
    dtensor5s,
    dtensor6s,
    dtensor7s,
) = _variables.plurals("d")

(
    cscalar,
    cvector,
    crow,
    ccol,
    cmatrix,
    ctensor3,
    ctensor4,
    ctensor5,
    ctensor6,
    ctensor7,
) = _variables.family("c")
(
    cscalars,
    cvectors,
    crows,
    ccols,
    cmatrices,
    ctensor3s,
    ctensor4s,
    ctensor5s,
    ctensor6s,
    ctensor7s,
) = _variables.plurals("c")

(
    zscalar,
    zvector,
    zrow,
    zcol,
    zmatrix,
    ztensor3,
    ztensor4,
    ztensor5,
    ztensor6,
    ztensor7,
) = _variables.family("z")
(
    zscalars,
    zvectors,
    zrows,
    zcols,
    zmatrices,
    ztensor3s,
    ztensor4s,
    ztensor5s,
    ztensor6s,
    ztensor7s,
) = _variables.plurals("z")

_open_doors(globals())


def __getattr__(name: str) -> _Any:
    """Names that T has from layers above it, such as `grad`."""
    if name in _surface.ABOVE:
        return _surface.ABOVE[name]
    others = {f"T.{m}": dir(globals()[m]) for m in _AREAS}
    try:
        return _missing_from_module(__name__, name, globals(), others)
    except AttributeError as error:
        _leave(error)
        raise


_AREAS = ("nnet", "nlinalg", "slinalg", "signal", "fft")
