/* out0 = 1 / (1 + exp(-x)) */
extern "C" __global__ void k0_exp_add_true_div(const double *__restrict__ x,
        double *__restrict__ out0, long n0, long *fault) {
  const long i = (long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n0) {
    out0[i] = 1.0 / (1.0 + exp(-x[i]));
  }
}
