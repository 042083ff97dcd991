static __device__ __forceinline__ long tg_at(long i, long n, long *fault, long number) {
  long at = i < 0 ? i + n : i;
  if ((unsigned long)at < (unsigned long)n) return at;
  /* Several cores may get here; the first one tells. */
  if (!atomicCAS((unsigned long long *)fault, 0ULL, number)) fault[1] = i, fault[2] = n;
  return 0;
}

/* out0 = argmax(x, axis=1) */
extern "C" __global__ void k0_argmax(const double *__restrict__ x,
        long *__restrict__ out0, long n0, long n1, long *fault) {
  const long not_empty = tg_at(0, n1, fault, 1);
  const long i = (long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n0) {
    double acc = __longlong_as_double(0xfff0000000000000LL);
    long where = -1;
    for (long r = 0; r < n1; ++r) {
      const double v = x[i * n1 + r];
      if (where < 0 | v > acc | (v != v & acc == acc)) {
        acc = v;
        where = r;
      }
    }
    out0[i] = where;
  }
}
