/* The pool: memory for outputs and scratch slots, kept from call to call.
 *
 * Fresh memory costs a page fault per page, several times what a simple loop over it
 * costs.  So large blocks stay with us when an array dies, and the largest lie on huge
 * pages.  A block is known by the address of its data; its header sits before it.
 * Everything here may be called from any thread, with or without the GIL.
 *
 * The contract of seam.py stands in front of this text.  No header is included: not
 * needing any is what lets it compile in a few tens of milliseconds.
 */

typedef unsigned long size_t;

extern void *malloc(size_t);
extern void *calloc(size_t, size_t);
extern void free(void *);
extern void *memcpy(void *, const void *, size_t);
extern void *memset(void *, int, size_t);
extern void *mmap(void *, size_t, int, int, int, long);
extern int munmap(void *, size_t);
extern int madvise(void *, size_t, int);
extern int sched_yield(void);

#define PUBLIC __attribute__((visibility("default")))
#define LINE 64L                 /* a cache line, and the alignment of every block */
#define PAGE (64L << 10)         /* the largest page that Linux is built for */
#define HUGE (2L << 20)          /* a huge page */
#define STEP 4096L               /* sizes of pooled blocks below BIG */
#define POOLED (64L << 10)       /* smaller blocks go straight to malloc */
#define BIG (1L << 20)           /* from here on whole huge pages */
#define KEPT 64                  /* free blocks in the pool, at most */
#define LARGEST (1L << 46)
#define PROT_READ_WRITE 3
#define MAP_PRIVATE_ANONYMOUS 0x22
#define MADV_HUGEPAGE 14

/* Sits one cache line before the data. */
struct block {
  void *base;                    /* what malloc or mmap gave */
  long mapped;                   /* bytes mapped, 0 when it came from malloc */
  long capacity;                 /* bytes of data */
};

static struct {
  int busy;                      /* spin lock: held for tens of nanoseconds */
  long limit;                    /* bytes that may lie idle */
  long count, bytes;             /* idle blocks, oldest first */
  struct block *idle[KEPT];
  long reused, made;             /* pooled allocations served so far */
} pool = {.limit = 256L << 20};

static void pool_lock(void) {
  while (__atomic_exchange_n(&pool.busy, 1, __ATOMIC_ACQUIRE)) sched_yield();
}

static void pool_unlock(void) { __atomic_store_n(&pool.busy, 0, __ATOMIC_RELEASE); }

static long round_up(long n, long step) { return (n + step - 1) / step * step; }

static struct block *header(void *data) {
  return (struct block *)((char *)data - LINE);
}

static void *data_of(struct block *b) { return (char *)b + LINE; }

static void block_destroy(struct block *b) {
  if (b->mapped) munmap(b->base, b->mapped);
  else free(b->base);
}

/* From malloc: room for the header and for the alignment. */
static void *block_small(long capacity) {
  char *base = malloc(capacity + 2 * LINE);
  if (!base) return 0;
  char *data = (char *)round_up((long)base + LINE, LINE);
  *header(data) = (struct block){base, 0, capacity};
  return data;
}

/* From mmap: data at a huge page, the header at the end of the page before it. */
static void *block_big(long capacity) {
  char *raw = mmap(0, capacity + HUGE + PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS,
                   -1, 0);
  if (raw == (char *)-1L) return 0;
  char *data = (char *)round_up((long)raw + PAGE, HUGE);
  char *base = data - PAGE, *end = raw + capacity + HUGE + PAGE;
  if (base > raw) munmap(raw, base - raw);
  if (end > data + capacity) munmap(data + capacity, end - (data + capacity));
  madvise(data, capacity, MADV_HUGEPAGE);
  *header(data) = (struct block){base, capacity + PAGE, capacity};
  return data;
}

static struct block *pool_remove(long i) {
  struct block *b = pool.idle[i];
  pool.count--;
  pool.bytes -= b->capacity;
  for (; i < pool.count; i++) pool.idle[i] = pool.idle[i + 1];
  return b;
}

/* The idle block that fits best, the youngest of equals; at most a quarter too big. */
static struct block *pool_take(long capacity) {
  long best = -1, found = capacity + capacity / 4 + 1;
  pool_lock();
  for (long i = pool.count - 1; i >= 0; i--) {
    long have = pool.idle[i]->capacity;
    if (have < capacity || have >= found) continue;
    best = i;
    found = have;
  }
  if (best < 0) pool.made++;
  else pool.reused++;
  struct block *b = best < 0 ? 0 : pool_remove(best);
  pool_unlock();
  return b;
}

/* Keep a block for the next call; the oldest ones leave when it gets too much. */
static void pool_give(struct block *b) {
  struct block *evicted[KEPT];
  long leaving = 0;
  if (b->capacity > pool.limit) {
    block_destroy(b);
    return;
  }
  pool_lock();
  while (pool.count == KEPT || pool.bytes + b->capacity > pool.limit)
    evicted[leaving++] = pool_remove(0);
  pool.idle[pool.count++] = b;
  pool.bytes += b->capacity;
  pool_unlock();
  while (leaving) block_destroy(evicted[--leaving]);
}

static void *block_new(long bytes) {
  if (bytes < 0 || bytes > LARGEST) return 0;
  if (bytes < POOLED) return block_small(bytes ? round_up(bytes, LINE) : LINE);
  long capacity = round_up(bytes, bytes < BIG ? STEP : HUGE);
  struct block *b = pool_take(capacity);
  if (b) return data_of(b);
  return capacity < BIG ? block_small(capacity) : block_big(capacity);
}

PUBLIC void tg_release(void *data) {
  if (!data) return;
  struct block *b = header(data);
  if (b->capacity < POOLED) block_destroy(b);
  else pool_give(b);
}

PUBLIC void tg_pool_clear(void) {
  for (;;) {
    pool_lock();
    struct block *b = pool.count ? pool_remove(0) : 0;
    pool_unlock();
    if (!b) return;
    block_destroy(b);
  }
}

PUBLIC void tg_pool_limit(long bytes) {
  pool_lock();
  pool.limit = bytes;
  pool_unlock();
  tg_pool_clear();
}

PUBLIC void tg_pool_stats(long *four) {
  pool_lock();
  four[0] = pool.count;
  four[1] = pool.bytes;
  four[2] = pool.reused;
  four[3] = pool.made;
  pool_unlock();
}

/* BLAS uses one thread as long as any call wants it to: for small products it costs more
 * to wake the others than they do, and on a busy machine to wait for them.  What it used
 * before is known to the first that comes, and put back by the last that goes. */
static struct {
  int busy;
  long calls;
  int before;
  int (*get)(void);
  void (*set)(int);
} blas;

PUBLIC void tg_blas(int (*get)(void), void (*set)(int)) {
  blas.get = get;
  blas.set = set;
}

static void blas_alone(long more) {
  if (!blas.set) return;
  while (__atomic_exchange_n(&blas.busy, 1, __ATOMIC_ACQUIRE)) sched_yield();
  if (more > 0 && blas.calls == 0) {
    blas.before = blas.get();
    if (blas.before > 1) blas.set(1);
  }
  blas.calls += more;
  if (blas.calls == 0 && blas.before > 1) blas.set(blas.before);
  __atomic_store_n(&blas.busy, 0, __ATOMIC_RELEASE);
}

/* The context of one runner, with the scratch slots that the contract hides. */
struct context {
  struct tg_context open;
  long slots;
  void **slot;
};

static void *scratch(struct tg_context *c, long k, long bytes) {
  struct context *own = (struct context *)c;
  if (k < 0 || k >= own->slots) return 0;
  void *data = own->slot[k];
  if (data && header(data)->capacity >= bytes) return data;
  tg_release(data);
  return own->slot[k] = block_new(bytes);
}

PUBLIC void tg_context_free(struct context *c) {
  if (!c) return;
  for (long k = 0; k < c->slots; k++) tg_release(c->slot[k]);
  free(c);
}

/* One allocation holds the context, its slots and a copy of the symbols. */
PUBLIC struct context *tg_context_new(long slots, void *const *symbols, long count) {
  struct context *c = calloc(1, sizeof *c + (slots + count) * sizeof(void *));
  if (!c) return 0;
  c->slots = slots;
  c->slot = (void **)(c + 1);
  if (count) memcpy(c->slot + slots, symbols, count * sizeof(void *));
  c->open.alloc = block_new;
  c->open.slot = scratch;
  c->open.symbols = c->slot + slots;
  c->open.alone = blas_alone;
  return c;
}
