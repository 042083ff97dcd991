/* out0 = gain * (x - sum(x, axis=1) / float64(x.shape[1])) / sqrt(sum((x - sum(x,
 * axis=1) / float64(x.shape[1])) * (x - sum(x, axis=1) / float64(x.shape[1])),
 * axis=1) / float64(gain.shape[0])) */
extern "C" __global__ void k0_true_div_sqrt_true_div(const double *__restrict__ x,
        const double *__restrict__ gain, double *__restrict__ out0, long n0, long n1,
        long *fault) {
  const double t = (double)n1;
  const double t2 = (double)n1;
  const long i = (long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n0) {
    double acc = 0.0;
    for (long r = 0; r < n1; ++r) {
      acc += x[i * n1 + r];
    }
    double acc1 = 0.0;
    const double t1 = acc / t;
    for (long r = 0; r < n1; ++r) {
      const double centred = x[i * n1 + r] - t1;
      acc1 += centred * centred;
    }
    const double t3 = acc1 / t2;
    const double t4 = sqrt(t3);
    for (long r = 0; r < n1; ++r) {
      const double centred1 = x[i * n1 + r] - t1;
      out0[i * n1 + r] = gain[r] * centred1 / t4;
    }
  }
}
