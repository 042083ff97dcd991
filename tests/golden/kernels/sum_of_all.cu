/* out0 = sum(x * y) */
extern "C" __global__ void k0_mul_sum(const double *__restrict__ x,
        const double *__restrict__ y, double *__restrict__ partial, long n0, long n1,
        long *fault) {
  const long chunk = (long)blockIdx.x * blockDim.x + threadIdx.x;
  if (chunk < n1) {
    const long start = chunk * 8192;
    const long count = n0 - start < 8192 ? n0 - start : 8192;
    double acc = 0.0;
    for (long r = 0; r < count; ++r) {
      const long t = start + r;
      acc += x[t] * y[t];
    }
    partial[chunk] = acc;
  }
}

/* out0 = sum(partial) */
extern "C" __global__ void k0_mul_sum_total(const double *__restrict__ partial,
        double *__restrict__ out0, long n0, long *fault) {
  if (blockIdx.x != 0 || threadIdx.x != 0) return;
  double acc = 0.0;
  for (long chunk = 0; chunk < n0; ++chunk) {
    acc += partial[chunk];
  }
  out0[0] = acc;
}
