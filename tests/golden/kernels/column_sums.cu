/* out0 = sum(exp(x), axis=0) */
extern "C" __global__ void k0_exp_sum(const double *__restrict__ x,
        double *__restrict__ out0, long n0, long n1, long n2, long *fault) {
  const long block = (long)blockIdx.x * blockDim.x + threadIdx.x;
  if (block < n2) {
    const long first = block * 512;
    const long count = n1 - first < 512 ? n1 - first : 512;
    double acc[512];
    for (long lane = 0; lane < count; ++lane) {
      acc[lane] = 0.0;
    }
    for (long r = 0; r < n0; ++r) {
      for (long lane = 0; lane < count; ++lane) {
        acc[lane] += exp(x[r * n1 + first + lane]);
      }
    }
    for (long lane = 0; lane < count; ++lane) {
      out0[first + lane] = acc[lane];
    }
  }
}
