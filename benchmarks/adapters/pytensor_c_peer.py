"""PyTensor with the C backend that it inherited from Theano."""

from . import pytensor_peer

FLAGS = ",linker=cvm,openmp=True,openmp_elemwise_minsize=200000"


class Adapter(pytensor_peer.Adapter):
    name = "pytensor_c"


def environ(cache):
    settings = pytensor_peer.environ(cache)
    return {**settings, "PYTENSOR_FLAGS": settings["PYTENSOR_FLAGS"] + FLAGS}
