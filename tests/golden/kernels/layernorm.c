#define TG_KERNEL static __attribute__((noinline)) void
#define TG_INLINE static inline __attribute__((always_inline))

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
extern double sqrt(double);

/* out0 = gain * (x - sum(x, axis=1) / float64(x.shape[1])) / sqrt(sum((x - sum(x,
 * axis=1) / float64(x.shape[1])) * (x - sum(x, axis=1) / float64(x.shape[1])),
 * axis=1) / float64(gain.shape[0])) */
TG_KERNEL k0_true_div_sqrt_true_div(const double *restrict x,
        const double *restrict gain, double *restrict out0, long n0, long n1,
        long begin, long end, long *fault) {
  const double t = (double)n1;
  const double t2 = (double)n1;
  for (long i = begin; i < end; ++i) {
    double acc = 0.0;
#pragma omp simd reduction(+:acc)
    for (long r = 0; r < n1; ++r) {
      acc += x[i * n1 + r];
    }
    double acc1 = 0.0;
    const double t1 = acc / t;
#pragma omp simd reduction(+:acc1)
    for (long r = 0; r < n1; ++r) {
      const double centred = x[i * n1 + r] - t1;
      acc1 += centred * centred;
    }
    const double t3 = acc1 / t2;
    const double t4 = sqrt(t3);
#pragma omp simd
    for (long r = 0; r < n1; ++r) {
      const double centred1 = x[i * n1 + r] - t1;
      out0[i * n1 + r] = gain[r] * centred1 / t4;
    }
  }
}

long graph(struct tg_context *c, void *const *in, const long *dims,
        struct tg_array *out) {
  const double *x = in[0];
  const double *gain = in[1];
  const long d0 = dims[2]; /* gain.shape[0] */
  const long d1 = dims[1]; /* x.shape[1] */
  if (d0 != d1) { c->fault[0] = d0, c->fault[1] = d1; return 1; }
  const long d2 = dims[0]; /* x.shape[0] */
  const long s0 = tg_bytes(tg_bytes(8, d2), d0);
  out[0].dims[0] = d2;
  out[0].dims[1] = d0;
  double *out0 = out[0].data = c->alloc(s0);
  if (!out0) return -1;
  const long s1 = 23 * d0 * d2;
  if (s1 < 200000) {
    k0_true_div_sqrt_true_div(x, gain, out0, d2, d0, 0, d2, c->fault);
  } else {
#pragma omp parallel
    k0_true_div_sqrt_true_div(x, gain, out0, d2, d0, TG_BEGIN(d2), TG_END(d2), c->fault);
  }
  return 0;
}
