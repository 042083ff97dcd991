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
TG_SIMD extern float expf(float);
TG_INLINE long tg_at(long i, long n, long *fault, long number) {
  long at = i < 0 ? i + n : i;
  if ((unsigned long)at < (unsigned long)n) return at;
  /* Several cores may get here; the first one tells. */
  if (__sync_bool_compare_and_swap(fault, 0, number)) fault[1] = i, fault[2] = n;
  return 0;
}

/* out0 = exp(x - max(x, axis=1)) / sum(exp(x - max(x, axis=1)), axis=1) */
TG_KERNEL k0_exp_sum_true_div(const float *restrict x, float *restrict out0, long n0,
        long n1, long begin, long end, long *fault) {
  const long not_empty = tg_at(0, n1, fault, 1);
  for (long i = begin; i < end; ++i) {
    float acc = -__builtin_inff();
    int bad = 0;
#pragma omp simd reduction(max:acc) reduction(|:bad)
    for (long r = 0; r < n1; ++r) {
      const float v = x[i * n1 + r];
      acc = v > acc ? v : acc;
      bad |= (int)(v != v);
    }
    const float max = bad != 0 ? __builtin_nanf("") : acc;
    double acc1 = 0.0;
#pragma omp simd reduction(+:acc1)
    for (long r = 0; r < n1; ++r) {
      const float t = expf(x[i * n1 + r] - max);
      acc1 += (double)t;
      out0[i * n1 + r] = t;
    }
    const float sum = (float)acc1;
#pragma omp simd
    for (long r = 0; r < n1; ++r) {
      const float kept = out0[i * n1 + r];
      out0[i * n1 + r] = kept / sum;
    }
  }
}

long graph(struct tg_context *c, void *const *in, const long *dims,
        struct tg_array *out) {
  const float *x = in[0];
  c->fault[0] = 0;
  const long d0 = dims[0]; /* x.shape[0] */
  const long d1 = dims[1]; /* x.shape[1] */
  const long s0 = tg_bytes(tg_bytes(4, d0), d1);
  out[0].dims[0] = d0;
  out[0].dims[1] = d1;
  float *out0 = out[0].data = c->alloc(s0);
  if (!out0) return -1;
  const long s1 = 19 * d0 * d1;
  if (s1 < 200000) {
    k0_exp_sum_true_div(x, out0, d0, d1, 0, d0, c->fault);
  } else {
#pragma omp parallel
    k0_exp_sum_true_div(x, out0, d0, d1, TG_BEGIN(d0), TG_END(d0), c->fault);
  }
  return c->fault[0];
}
