static __device__ __forceinline__ long tg_floordiv_int64(long a, long b) {
  if (b == 0) return 0;
  long q = a / b;
  return q - (a % b != 0 && (a < 0) != (b < 0));
}

static __device__ __forceinline__ long tg_mod_int64(long a, long b) {
  if (b == 0) return 0;
  long r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* out0 = a // b */
extern "C" __global__ void k0_int_div(const long *__restrict__ a,
        const int *__restrict__ b, long *__restrict__ out0, long n0, long *fault) {
  const long i = (long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n0) {
    const long t = (long)b[i];
    out0[i] = t == 0 ? 0 : t == -1 ? -a[i] : tg_floordiv_int64(a[i], t == 0 | t == -1 ? 1 : t);
  }
}

/* out1 = a % 7 */
extern "C" __global__ void k1_mod(const long *__restrict__ a, long *__restrict__ out1,
        long n0, long *fault) {
  const long i = (long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n0) {
    out1[i] = tg_mod_int64(a[i], 7);
  }
}
