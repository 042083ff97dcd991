"""Functions that rearrange, count, sort and search arrays; re-exports only.

>>> x = T.dmatrix("x")
>>> rows, columns = T.nonzero(x)
>>> T.sort(x).ndim, rows.dtype
(2, 'int64')
"""

from teachgraph.ops import accumulate as _accumulate
from teachgraph.ops import alloc as _alloc
from teachgraph.ops import casting as _casting
from teachgraph.ops import contract as _contract
from teachgraph.ops import count as _count
from teachgraph.ops import diagonal as _diagonal
from teachgraph.ops import elementwise as _elementwise
from teachgraph.ops import exponential as _exponential
from teachgraph.ops import grids as _grids
from teachgraph.ops import incomplete as _incomplete
from teachgraph.ops import known as _known
from teachgraph.ops import lengths as _lengths
from teachgraph.ops import moves as _moves
from teachgraph.ops import repeat as _repeat
from teachgraph.ops import scalars as _scalars
from teachgraph.ops import several as _several
from teachgraph.ops import sort as _sort
from teachgraph.ops import spread as _spread
from teachgraph.ops import subscript as _subscript
from teachgraph.ops import take as _take

Elemwise = _elementwise.Elementwise

cumsum = _accumulate.cumsum
cumprod = _accumulate.cumprod
diff = _moves.diff

sort = _sort.sort
argsort = _sort.argsort
topk = _sort.topk
argtopk = _sort.argtopk
topk_and_argtopk = _sort.topk_and_argtopk
inverse_permutation = _sort.inverse_permutation
permute_row_elements = _sort.permute_row_elements

bincount = _count.bincount
unique = _count.unique
searchsorted = _count.searchsorted
unravel_index = _count.unravel_index
ravel_multi_index = _count.ravel_multi_index

take = _take.take
take_along_axis = _take.take_along_axis
choose = _take.choose
nonzero = _take.nonzero
flatnonzero = _take.flatnonzero
nonzero_values = _take.nonzero_values
compress = _take.compress
to_one_hot = _take.to_one_hot

advanced_subtensor = _take.advanced_subtensor
advanced_subtensor1 = _take.advanced_subtensor1
advanced_boolean_subtensor = _take.advanced_subtensor
advanced_set_subtensor = _take.advanced_set_subtensor
advanced_set_subtensor1 = _take.advanced_set_subtensor1
advanced_boolean_set_subtensor = _take.advanced_set_subtensor
advanced_inc_subtensor = _take.advanced_inc_subtensor
advanced_inc_subtensor1 = _take.advanced_inc_subtensor1
advanced_boolean_inc_subtensor = _take.advanced_inc_subtensor

AllocDiag = _diagonal.AllocDiag
ExtractDiag = _diagonal.ExtractDiag
alloc_diag = _subscript.alloc_diag
fill_diagonal = _diagonal.fill_diagonal
fill_diagonal_offset = _diagonal.fill_diagonal_offset

roll = _moves.roll
rollaxis = _moves.rollaxis
flip = _moves.flip
fliplr = _moves.fliplr
flipud = _moves.flipud
rot90 = _moves.rot90
repeat = _repeat.repeat
tile = _repeat.tile
broadcast_arrays = _lengths.broadcast_arrays
broadcast_like = _lengths.broadcast_like
stacklists = _several.stacklists

mgrid = _grids.mgrid
ogrid = _grids.ogrid
meshgrid = _grids.meshgrid
linspace = _grids.linspace
logspace = _grids.logspace
bartlett = _grids.bartlett

einsum = _contract.einsum
kron = _contract.kron
batched_dot = _contract.batched_dot
batched_tensordot = _contract.batched_tensordot

square = _scalars.sqr
power = _exponential.pow
second = _alloc.fill
div_proxy = _scalars.true_div
smallest = _several.smallest
largest = _several.largest
ceil_intdiv = _several.ceil_intdiv
mod_check = _several.mod_check
isnan_ = _scalars.isnan
isinf_ = _scalars.isinf
chi2sf = _incomplete.chi2sf
gammainc = _incomplete.gammainc
gammaincc = _incomplete.gammaincc
gammal = _incomplete.gammal
gammau = _incomplete.gammau
jv = _incomplete.jv
iv = _incomplete.iv
median = _spread.median
percentile = _spread.percentile
cov = _spread.cov

NotScalarConstantError = _known.NotScalarConstantError
EmptyConstantError = _known.EmptyConstantError
get_scalar_constant_value = _known.get_scalar_constant_value
extract_constant = _known.extract_constant
get_vector_length = _known.get_vector_length
shape_i = _known.shape_i
is_flat = _known.is_flat
makeKeepDims = _several.makeKeepDims
transfer = _several.transfer
tensor_from_scalar = _casting.tensor_copy
scalar_from_tensor = _casting.tensor_copy

int_dtypes = ("int8", "int16", "int32", "int64")
uint_dtypes = ("uint8", "uint16", "uint32", "uint64")
integer_dtypes = int_dtypes + uint_dtypes
float_dtypes = ("float16", "float32", "float64")
complex_dtypes = ("complex64", "complex128")
continuous_dtypes = float_dtypes + complex_dtypes
discrete_dtypes = ("bool", *integer_dtypes)
all_dtypes = discrete_dtypes + continuous_dtypes
