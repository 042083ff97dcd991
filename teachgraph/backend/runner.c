/* The generic runner: turns a compiled graph function into a Python callable.
 *
 * Built once per machine, not once per graph.  A call takes a pointer out of each
 * ndarray, runs the graph without the GIL, and hands the outputs back as ndarrays
 * whose memory returns to the pool when they die.  The contract of seam.py and pool.c
 * stand in front of this text.  It declares for itself the few names of CPython's
 * stable ABI and of numpy's C API that it uses, so it needs no python3-dev.
 */

/* ---- CPython: stable ABI; an object starts with two words in ordinary builds. ---- */

typedef struct object {
  long references;
  void *type;
} Object;
typedef Object *(*Fast)(Object *, Object *const *, long);
typedef int (*Visit)(Object *, void *);
struct method { const char *name; void *function; int flags; const char *doc; };
struct slot { int id; void *function; };
struct spec {
  const char *name;
  int size, itemsize;
  unsigned flags;
  struct slot *slots;
};
struct module {
  Object head;
  void *init;
  long index;
  Object *copy;
  const char *name, *doc;
  long size;
  struct method *methods;
  void *slots, *traverse, *clear, *free;
};

#define METH_VARARGS 1
#define METH_FASTCALL 128
#define HAVE_GC (1u << 14)
#define DISALLOW_INSTANTIATION (1u << 7)
#define TP_DEALLOC 52
#define TP_TRAVERSE 71
#define API_VERSION 1013

extern void Py_IncRef(Object *), Py_DecRef(Object *);
extern void *PyEval_SaveThread(void);
extern void PyEval_RestoreThread(void *);
extern void *PyThread_allocate_lock(void);
extern int PyThread_acquire_lock(void *, int);
extern void PyThread_release_lock(void *), PyThread_free_lock(void *);
extern Object *PyList_New(long), *PyList_GetItem(Object *, long);
extern int PyList_SetItem(Object *, long, Object *);
extern long PyList_Size(Object *), PyBytes_Size(Object *);
extern char *PyBytes_AsString(Object *);
extern long PyLong_AsLongLongAndOverflow(Object *, int *);
extern double PyFloat_AsDouble(Object *);
extern Object *PyErr_NoMemory(void);
extern void PyErr_SetString(Object *, const char *);
extern Object *PyObject_CallFunction(Object *, const char *, ...);
extern int PyArg_ParseTuple(Object *, const char *, ...);
extern Object *PyCFunction_NewEx(struct method *, Object *, Object *);
extern Object *PyType_FromSpec(struct spec *), *PyType_GenericAlloc(Object *, long);
extern void PyObject_GC_UnTrack(void *), PyObject_GC_Del(void *);
extern Object *PyCapsule_New(void *, const char *, void *);
extern void *PyCapsule_GetPointer(Object *, const char *);
extern Object *PyImport_ImportModule(const char *);
extern Object *PyObject_GetAttrString(Object *, const char *);
extern Object *PyModule_Create2(struct module *, int);
extern Object PyFloat_Type, PyLong_Type, PyBool_Type, _Py_NotImplementedStruct;
extern Object *PyExc_ImportError, *PyExc_SystemError;

/* ---- numpy: two structs and a table of functions, all frozen by its ABI. ---- */

struct descr {
  Object head;
  void *scalar;                  /* the type object of its scalars */
  char kind, letter, order, unused;
  int number;
};
struct array {
  Object head;
  char *data;
  int nd;
  long *dims, *strides;
  Object *base;
  struct descr *descr;
  int flags;
  Object *weak;
  void *buffer;
  Object *handler;               /* who frees the data */
};

#define ARRAY_TYPE 2             /* indices into the table */
#define DESCR_FROM_TYPE 45
#define SCALAR_AS_CTYPE 62
#define NEW_FROM_DESCR 94
#define GET_HANDLER 305
#define CONTIGUOUS_ALIGNED 0x101
#define WRITEABLE 0x400
#define OWNDATA 0x4
#define BOOL 0                   /* type numbers */
#define INT64 7
#define FLOAT64 12
#define FOREIGN_ORDER (*(const char *)&(const short){1} ? '>' : '<')

static void *array_type;
static Object *(*array_new)(void *, struct descr *, int, const long *, const long *,
                            void *, int, Object *);
static void (*scalar_value)(Object *, void *);
static Object *handler_capsule;
static Object *runner_type;

/* numpy's memory handler: `free` gives a block back, from any thread. */
static void *handler_malloc(void *none, size_t bytes) { return block_new(bytes); }

static void *handler_calloc(void *none, size_t count, size_t size) {
  void *data = block_new(count * size);
  return data ? memset(data, 0, count * size) : 0;
}

static void *handler_realloc(void *none, void *old, size_t bytes) {
  void *data = block_new(bytes);
  if (!data || !old) return data;
  size_t have = header(old)->capacity;
  memcpy(data, old, have < bytes ? have : bytes);
  tg_release(old);
  return data;
}

static void handler_free(void *none, void *data, size_t bytes) { tg_release(data); }

static struct {
  char name[127];
  unsigned char version;
  void *context;
  void *(*malloc)(void *, size_t);
  void *(*calloc)(void *, size_t, size_t);
  void *(*realloc)(void *, void *, size_t);
  void (*free)(void *, void *, size_t);
} handler = {"teachgraph", 1, 0, handler_malloc, handler_calloc, handler_realloc,
             handler_free};

/* ---- The runner. ---- */

/* runner.py packs these two; objects in them are borrowed from `owned`. */
struct input {
  struct descr *descr;
  Object *cell;                  /* the list of a shared variable, or NULL */
  int number, ndim;              /* numpy's type number */
  long shape[8];                 /* -1: any length */
  double room[2];                /* for the value of a Python or numpy scalar */
};
struct output {
  struct descr *descr;
  Object *cell;                  /* the list that an update goes to, or NULL */
  long ndim;
};
struct runner {
  Object head;
  long (*graph)(struct tg_context *, void *const *, const long *, struct tg_array *);
  struct context *context;
  void *lock;                    /* guards the context and all arrays below */
  long inputs, outputs, positional, returned, cells;
  struct input *input;           /* one allocation holds this and the next five */
  struct output *output;
  void **in;
  long *dims;
  struct tg_array *out;
  Object **made;                 /* the outputs as ndarrays, until delivered */
  Object *fault_type, *owned;
};

static int take_array(const struct input *want, const struct array *a, void **data,
                      long *dims) {
  const struct descr *d = a->descr;
  if (d != want->descr && (d->number != want->number || d->order == FOREIGN_ORDER))
    return 0;
  if ((a->flags & CONTIGUOUS_ALIGNED) != CONTIGUOUS_ALIGNED || a->nd != want->ndim)
    return 0;
  for (int i = 0; i < want->ndim; i++) {
    if (want->shape[i] >= 0 && want->shape[i] != a->dims[i]) return 0;
    dims[i] = a->dims[i];
  }
  *data = a->data;
  return 1;
}

static int take_scalar(struct input *want, Object *value, void **data) {
  if (want->ndim) return 0;
  *data = want->room;
  if (value->type == want->descr->scalar) {
    scalar_value(value, want->room);
    return 1;
  }
  if (want->number == FLOAT64 && value->type == &PyFloat_Type) {
    want->room[0] = PyFloat_AsDouble(value);
    return 1;
  }
  int is_bool = value->type == &PyBool_Type;
  if (!is_bool && (want->number != INT64 || value->type != &PyLong_Type)) return 0;
  int overflow = 0;
  long number = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (want->number == INT64) *(long *)want->room = number;
  else if (want->number == BOOL) *(char *)want->room = number;
  else return 0;
  return !overflow;
}

/* Pointers and lengths of all inputs; 0 when one is not exactly what is wanted.
 * Arrays from cells are held: another thread may replace them while we run. */
static int gather(struct runner *r, Object *const *args, Object **held, long *holding) {
  long *dims = r->dims;
  for (long i = 0; i < r->inputs; dims += r->input[i++].ndim) {
    struct input *want = &r->input[i];
    Object *value;
    if (want->cell) {
      if (PyList_Size(want->cell) < 1) return 0;
      value = PyList_GetItem(want->cell, 0);
      Py_IncRef(value);
      held[(*holding)++] = value;
    } else {
      value = *args++;
    }
    if (value->type == array_type) {
      if (!take_array(want, (struct array *)value, &r->in[i], dims)) return 0;
    } else if (!take_scalar(want, value, &r->in[i])) {
      return 0;
    }
  }
  return 1;
}

/* An ndarray that owns the block and frees it through our handler. */
static Object *wrap(const struct output *o, struct tg_array *a) {
  if (!a->data) {
    PyErr_SetString(PyExc_SystemError, "compiled graph left an output without data");
    return 0;
  }
  Py_IncRef((Object *)o->descr);
  Object *made = array_new(array_type, o->descr, o->ndim, a->dims, 0, a->data,
                           CONTIGUOUS_ALIGNED | WRITEABLE, 0);
  if (!made) return 0;
  struct array *y = (struct array *)made;
  Py_IncRef(handler_capsule);
  y->handler = handler_capsule;
  y->flags |= OWNDATA;
  a->data = 0;
  return made;
}

static void release_outputs(struct runner *r) {
  for (long i = 0; i < r->outputs; i++) {
    tg_release(r->out[i].data);
    r->out[i].data = 0;
    if (r->made[i]) Py_DecRef(r->made[i]);
    r->made[i] = 0;
  }
}

/* Wrap every output, and only when all of them exist touch the cells.  Old values
 * go to `held`: their end may run Python code, which must find the lock free. */
static int deliver(struct runner *r, Object **held, long *holding) {
  for (long i = 0; i < r->outputs; i++) {
    r->made[i] = wrap(&r->output[i], &r->out[i]);
    if (!r->made[i]) return 0;
    if (r->output[i].cell && PyList_Size(r->output[i].cell) < 1) {
      PyErr_SetString(PyExc_SystemError, "the cell of a shared variable is empty");
      return 0;
    }
  }
  for (long i = 0; i < r->outputs; i++) {
    Object *cell = r->output[i].cell;
    if (!cell) continue;
    Object *old = PyList_GetItem(cell, 0);
    Py_IncRef(old);
    held[(*holding)++] = old;
    PyList_SetItem(cell, 0, r->made[i]);
    r->made[i] = 0;
  }
  return 1;
}

/* What the call returns: the one array, or `list` filled in order. */
static Object *returned(struct runner *r, Object *list) {
  long filled = 0;
  for (long i = 0; i < r->outputs; i++) {
    Object *made = r->made[i];
    r->made[i] = 0;
    if (!made) continue;
    if (!list) return made;
    PyList_SetItem(list, filled++, made);
  }
  return list;
}

/* Never wait for the lock while holding the GIL: its holder may be waiting for it. */
static void enter(struct runner *r) {
  if (PyThread_acquire_lock(r->lock, 0)) return;
  void *state = PyEval_SaveThread();
  PyThread_acquire_lock(r->lock, 1);
  PyEval_RestoreThread(state);
}

static Object *not_implemented(void) {
  Py_IncRef(&_Py_NotImplementedStruct);
  return &_Py_NotImplementedStruct;
}

/* One call.  Between enter and release no Python code can run in this thread (no
 * allocation the collector watches, no last reference dropped), so a finalizer that
 * calls the same function again cannot meet its own lock. */
static Object *run(Object *self, Object *const *args, long count) {
  struct runner *r = (struct runner *)self;
  if (count != r->positional) return not_implemented();
  Object *list = r->returned < 0 ? 0 : PyList_New(r->returned);
  if (r->returned >= 0 && !list) return 0;
  Object *result = 0, *held[r->cells + 1];
  long holding = 0, status = 0, fault[4] = {0};
  enter(r);
  int fits = gather(r, args, held, &holding);
  if (fits) {
    void *state = PyEval_SaveThread();
    status = r->graph(&r->context->open, r->in, r->dims, r->out);
    PyEval_RestoreThread(state);
    if (status == 0 && deliver(r, held, &holding)) result = returned(r, list);
    else release_outputs(r);
    if (status > 0) memcpy(fault, r->context->open.fault, sizeof fault);
  }
  PyThread_release_lock(r->lock);
  while (holding) Py_DecRef(held[--holding]);
  if (result) return result;
  if (list) Py_DecRef(list);
  if (!fits) return not_implemented();
  if (status == 0) return 0;
  return PyObject_CallFunction(r->fault_type, "l(llll)", status, fault[0], fault[1],
                               fault[2], fault[3]);
}

static struct method run_method = {"graph", run, METH_FASTCALL,
                                   "One compiled graph; positional arguments only."};

/* ---- Making and freeing one. ---- */

static void runner_free(Object *self) {
  struct runner *r = (struct runner *)self;
  Object *type = self->type;
  PyObject_GC_UnTrack(self);
  tg_context_free(r->context);
  if (r->lock) PyThread_free_lock(r->lock);
  free(r->input);
  Py_DecRef(r->owned);           /* last: it may close the graph's library */
  PyObject_GC_Del(self);
  Py_DecRef(type);
}

/* The cells are lists, so the collector can break every cycle through us there. */
static int runner_traverse(Object *self, Visit visit, void *arg) {
  struct runner *r = (struct runner *)self;
  int stop = visit(self->type, arg);
  return stop || !r->owned ? stop : visit(r->owned, arg);
}

/* Copy the packed inputs and outputs, with room for a call's pointers behind them. */
static int runner_fill(struct runner *r, Object *inputs, Object *outputs) {
  long input_bytes = PyBytes_Size(inputs), output_bytes = PyBytes_Size(outputs);
  long m = r->inputs = input_bytes / (long)sizeof *r->input;
  long n = r->outputs = output_bytes / (long)sizeof *r->output;
  r->lock = PyThread_allocate_lock();
  r->input = calloc(1, input_bytes + output_bytes + 9 * m * sizeof(void *) +
                           n * (sizeof *r->out + sizeof *r->made) + 1);
  if (!r->lock || !r->input) return 0;
  r->output = (void *)(r->input + m);
  r->in = (void *)(r->output + n);
  r->dims = (void *)(r->in + m);
  r->out = (void *)(r->dims + 8 * m);
  r->made = (void *)(r->out + n);
  memcpy(r->input, PyBytes_AsString(inputs), input_bytes);
  memcpy(r->output, PyBytes_AsString(outputs), output_bytes);
  for (long i = 0; i < m; i++) r->input[i].cell ? r->cells++ : r->positional++;
  for (long i = 0; i < n; i++) r->cells += r->output[i].cell != 0;
  return 1;
}

/* create(graph, context, inputs, outputs, returned, fault type, owned), where the
 * first two are addresses, the next two packed bytes, `returned` is the length of the
 * list to return or -1 for a bare array, and `owned` keeps alive what they point to. */
static Object *create(Object *module, Object *args) {
  struct runner *r = (struct runner *)PyType_GenericAlloc(runner_type, 0);
  Object *inputs, *outputs, *owned, *function = 0;
  if (!r) return 0;
  if (PyArg_ParseTuple(args, "KKOOlOO", &r->graph, &r->context, &inputs, &outputs,
                       &r->returned, &r->fault_type, &owned)) {
    Py_IncRef(r->owned = owned);
    if (runner_fill(r, inputs, outputs))
      function = PyCFunction_NewEx(&run_method, &r->head, 0);
    else
      PyErr_NoMemory();
  }
  Py_DecRef(&r->head);
  return function;
}

static struct method methods[] = {
  {"create", create, METH_VARARGS, "A callable over a compiled graph."},
  {0, 0, 0, 0},
};

static struct slot type_slots[] = {
  {TP_DEALLOC, runner_free},
  {TP_TRAVERSE, runner_traverse},
  {0, 0},
};
static struct spec type_spec = {"teachgraph.Runner", sizeof(struct runner), 0,
                                HAVE_GC | DISALLOW_INSTANTIATION, type_slots};
static struct module definition = {
  .head = {1, 0}, .name = "_runner", .doc = "Runs compiled graphs.", .size = -1,
  .methods = methods,
};

static void **numpy_table(void) {
  Object *module = PyImport_ImportModule("numpy._core._multiarray_umath");
  if (!module) return 0;
  Object *capsule = PyObject_GetAttrString(module, "_ARRAY_API");
  Py_DecRef(module);
  if (!capsule) return 0;
  void **table = PyCapsule_GetPointer(capsule, 0);
  Py_DecRef(capsule);            /* the module keeps it */
  return table;
}

/* Make one array and look whether numpy's structs are what we declared. */
static int layout_is_known(void **table) {
  struct descr *(*descr_from)(int) = table[DESCR_FROM_TYPE];
  Object *(*get_handler)(void) = table[GET_HANDLER];
  struct descr *d = descr_from(FLOAT64);
  long length = 3;
  if (!d || d->number != FLOAT64 || d->kind != 'f' || d->order != '=') return 0;
  struct array *a = (void *)array_new(array_type, d, 1, &length, 0, 0, 0, 0);
  Object *current = get_handler();
  int known = a && current && a->nd == 1 && a->dims[0] == 3 && a->strides[0] == 8 &&
              a->descr == d && a->data && a->handler == current &&
              (a->flags & (CONTIGUOUS_ALIGNED | WRITEABLE | OWNDATA)) ==
                  (CONTIGUOUS_ALIGNED | WRITEABLE | OWNDATA);
  Py_DecRef(current);
  Py_DecRef((Object *)a);
  return known;
}

PUBLIC Object *PyInit__runner(void) {
  void **table = numpy_table();
  if (!table) return 0;
  array_type = table[ARRAY_TYPE];
  array_new = table[NEW_FROM_DESCR];
  scalar_value = table[SCALAR_AS_CTYPE];
  if (!layout_is_known(table)) {
    PyErr_SetString(PyExc_ImportError, "numpy lays its arrays out in an unknown way");
    return 0;
  }
  handler_capsule = PyCapsule_New(&handler, "mem_handler", 0);
  runner_type = PyType_FromSpec(&type_spec);
  if (!handler_capsule || !runner_type) return 0;
  return PyModule_Create2(&definition, API_VERSION);
}
