#define TG_KERNEL static __attribute__((noinline)) void
#define TG_INLINE static inline __attribute__((always_inline))
#define TG_SIMD __attribute__((simd("notinbranch")))

/* One core's part of n turns. */
#ifdef _OPENMP
extern int omp_get_thread_num(void), omp_get_num_threads(void);
#define TG_BEGIN(n) ((n) * omp_get_thread_num() / omp_get_num_threads())
#define TG_END(n) ((n) * (omp_get_thread_num() + 1) / omp_get_num_threads())
#else
#define TG_BEGIN(n) 0
#define TG_END(n) (n)
#endif
/* a * b bytes; -1 when that is more than a long holds. */
TG_INLINE long tg_bytes(long a, long b) {
  long bytes;
  return a < 0 || b < 0 || __builtin_mul_overflow(a, b, &bytes) ? -1 : bytes;
}
TG_SIMD extern double exp(double);

/* out0 = 1 / (1 + exp(-x)) */
TG_KERNEL k0_exp_add_true_div(const double *restrict x, double *restrict out0, long n0,
        long begin, long end, long *fault) {
#pragma omp simd
  for (long i = begin; i < end; ++i) {
    out0[i] = 1.0 / (1.0 + exp(-x[i]));
  }
}

long graph(struct tg_context *c, void *const *in, const long *dims,
        struct tg_array *out) {
  const double *x = in[0];
  const long d0 = dims[0]; /* x.shape[0] */
  const long s0 = tg_bytes(8, d0);
  out[0].dims[0] = d0;
  double *out0 = out[0].data = c->alloc(s0);
  if (!out0) return -1;
  const long s1 = 16 * d0;
  if (s1 < 200000) {
    k0_exp_add_true_div(x, out0, d0, 0, d0, c->fault);
  } else {
#pragma omp parallel
    k0_exp_add_true_div(x, out0, d0, TG_BEGIN(d0), TG_END(d0), c->fault);
  }
  return 0;
}
