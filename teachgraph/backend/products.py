"""Products of matrices in C: calls of BLAS, at addresses that the caller has.

BLAS works in one thread, and large products are shared out among the threads that run
our loops. Two pools of threads would take the cores from each other, and threads of
OpenBLAS spin while they wait: on a busy machine a small product takes fifty times as
long with them. Only where there are very many cores is BLAS left to itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from teachgraph.core.sizes import Size
from teachgraph.program.program import Block, CallLibrary

SHARED, SHARED_TURN = 1 << 20, 1 << 22
"""Products of more multiplications than this are shared out; those in a loop."""

SHARED_VECTOR = 1 << 20
"""The same for products with a vector."""

ROW_MAJOR, PLAIN, TRANSPOSED = 101, 111, 112
"""What CBLAS calls the layout and the operands."""

CORES = """\
#ifdef _OPENMP
extern int omp_get_max_threads(void);
/* Among so many cores products are shared out here; BLAS does better with more. */
#define TG_FEW_CORES (omp_get_max_threads() <= 8)
#else
#define TG_FEW_CORES 0
#endif"""

NO_CORES = "#define TG_FEW_CORES 0"

GEMM = """\
typedef void tg_blas_{r}(int, int, int, {I}, {I}, {I}, {T}, const {T} *, {I},
        const {T} *, {I}, {T}, {T} *, {I});

/* out = a b, where 112 says that a factor lies transposed; m by k times k by n. */
static void tg_{r}(struct tg_context *c, tg_blas_{r} *gemm, int at, int bt, long m,
        long n, long k, const {T} *a, const {T} *b, {T} *out, double shared) {{
  const long as = at == 112 ? m : k, bs = bt == 112 ? k : n;
  const double work = (double)m * n * k;
  if (m <= 0 || n <= 0) return;
  if (k <= 0) {{
    __builtin_memset(out, 0, m * n * sizeof *out);
    return;
  }}
  if (work > shared && !TG_FEW_CORES) {{
    gemm(101, at, bt, m, n, k, 1.0, a, as, b, bs, 0.0, out, n);
    return;
  }}
  c->alone(1);
  if (work <= shared) {{
    gemm(101, at, bt, m, n, k, 1.0, a, as, b, bs, 0.0, out, n);
  }} else if (m >= n) {{
#pragma omp parallel
    {{
      const long i = TG_BEGIN(m), rows = TG_END(m) - i;
      const {T} *own = a + (at == 112 ? i : i * k);
      if (rows)
        gemm(101, at, bt, rows, n, k, 1.0, own, as, b, bs, 0.0, out + i * n, n);
    }}
  }} else {{
#pragma omp parallel
    {{
      const long j = TG_BEGIN(n), columns = TG_END(n) - j;
      const {T} *own = b + (bt == 112 ? j * k : j);
      if (columns)
        gemm(101, at, bt, m, columns, k, 1.0, a, as, own, bs, 0.0, out + j, n);
    }}
  }}
  c->alone(-1);
}}"""

BATCH = """\
/* A product for each of many pairs, side by side where there are enough of them. */
static void tg_{r}_batch(struct tg_context *c, tg_blas_{r} *gemm, long pairs, int at,
        int bt, long m, long n, long k, const {T} *a, const {T} *b, {T} *out) {{
  const long as = at == 112 ? m : k, bs = bt == 112 ? k : n;
  const double work = (double)m * n * k;
  if (m <= 0 || n <= 0 || k <= 0 || work > {shared} || work * pairs <= {shared}) {{
    for (long p = 0; p < pairs; ++p)
      tg_{r}(c, gemm, at, bt, m, n, k, a + p * m * k, b + p * k * n, out + p * m * n,
          {shared});
    return;
  }}
  c->alone(1);
#pragma omp parallel
  for (long p = TG_BEGIN(pairs); p < TG_END(pairs); ++p)
    gemm(101, at, bt, m, n, k, 1.0, a + p * m * k, as, b + p * k * n, bs, 0.0,
        out + p * m * n, n);
  c->alone(-1);
}}"""

GEMV = """\
typedef void tg_blas_{r}(int, int, {I}, {I}, {T}, const {T} *, {I}, const {T} *, {I},
        {T}, {T} *, {I});

/* out = a x, or a' x where `at` is 112; a is m by n. */
static void tg_{r}(struct tg_context *c, tg_blas_{r} *gemv, int at, long m, long n,
        const {T} *a, const {T} *x, {T} *out, double shared) {{
  const double work = (double)m * n;
  const long length = at == 112 ? n : m;
  if (m <= 0 || n <= 0) {{
    if (length > 0) __builtin_memset(out, 0, length * sizeof *out);
    return;
  }}
  if (work > shared && !TG_FEW_CORES) {{
    gemv(101, at, m, n, 1.0, a, n, x, 1, 0.0, out, 1);
    return;
  }}
  c->alone(1);
  if (work <= shared) {{
    gemv(101, at, m, n, 1.0, a, n, x, 1, 0.0, out, 1);
  }} else {{
#pragma omp parallel
    {{
      const long i = TG_BEGIN(length), own = TG_END(length) - i;
      const {T} *part = a + (at == 112 ? i : i * n);
      const long rows = at == 112 ? m : own, columns = at == 112 ? own : n;
      if (own) gemv(101, at, rows, columns, 1.0, part, n, x, 1, 0.0, out + i, 1);
    }}
  }}
  c->alone(-1);
}}"""

DOT = "typedef {T} tg_blas_{r}({I}, const {T} *, {I}, const {T} *, {I});"


@dataclass
class Products:
    """Writes the calls, and remembers which routines they want, in order.

    Fields:
        integer: C's name of BLAS's integers.
        size: a length as C.
        need: takes what has to stand in front of the kernels, and its name.
        obeys: whether BLAS can be told to use one thread.
    """

    integer: str
    size: Callable[[Size], str]
    need: Callable[[str, str], None]
    obeys: bool = True
    routines: list[str] = field(default_factory=list[str])

    def line(self, step: CallLibrary, *, in_loop: bool = False) -> str:
        """The call in C for a product."""
        a, b = step.reads
        (out,) = step.writes
        turned_a, turned_b = step.options["transpose_a"], step.options["transpose_b"]
        match len(a.shape), len(b.shape):
            case 3, 3:
                return self._batch(a, turned_a, b, turned_b, out)
            case 2, 2:
                how = self._how(a, turned_a, turned_b, out)
                shared = SHARED_TURN if in_loop else SHARED
                call = self._routine(out, "gemm", GEMM)
                return f"{call}, {how}, {a.name}, {b.name}, {out.name}, {shared});"
            case 2, 1:
                return self._gemv(a, turned_a, b, out)
            case 1, 2:
                return self._gemv(b, not turned_b, a, out)
            case _:
                n, call = self.size(a.shape[0]), self._routine(out, "dot", DOT)
                return f"*{out.name} = {call}({n}, {a.name}, 1, {b.name}, 1);"

    def _how(self, a: Block, turned_a: bool, turned_b: bool, out: Block) -> str:
        *_, m, n = map(self.size, out.shape)
        inner = self.size(a.shape[-2 if turned_a else -1])
        return f"{_layout(turned_a)}, {_layout(turned_b)}, {m}, {n}, {inner}"

    def _batch(
        self, a: Block, turned_a: bool, b: Block, turned_b: bool, out: Block
    ) -> str:
        how, pairs = self._how(a, turned_a, turned_b, out), self.size(out.shape[0])
        call = self._routine(out, "gemm", GEMM)
        name = call.split("(")[0]
        self._part(out, f"{name}_batch", BATCH, name.removeprefix("tg_"))
        call = call.replace(name, f"{name}_batch", 1)
        return f"{call}, {pairs}, {how}, {a.name}, {b.name}, {out.name});"

    def _gemv(self, a: Block, turned: bool, x: Block, out: Block) -> str:
        m, n = map(self.size, a.shape)
        call = self._routine(out, "gemv", GEMV)
        operands = f"{m}, {n}, {a.name}, {x.name}, {out.name}, {SHARED_VECTOR}"
        return f"{call}, {_layout(turned)}, {operands});"

    def _routine(self, out: Block, kind: str, text: str) -> str:
        """The beginning of a call, with the address of the routine."""
        name = ("s" if out.dtype == "float32" else "d") + kind
        if name not in self.routines:
            self.routines.append(name)
        self._part(out, name, text, name)
        symbol = f"c->symbols[{self.routines.index(name)}]"
        if kind == "dot":
            return f"((tg_blas_{name} *){symbol})"
        return f"tg_{name}(c, {symbol}"

    def _part(self, out: Block, name: str, text: str, routine: str) -> None:
        real = "float" if out.dtype == "float32" else "double"
        self.need("cores", CORES if self.obeys else NO_CORES)
        self.need(name, text.format(r=routine, T=real, I=self.integer, shared=SHARED))


def _layout(turned: bool) -> int:
    return TRANSPOSED if turned else PLAIN
