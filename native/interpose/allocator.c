/*
 * The counting allocator: preloaded before libc, it counts each thread's calls and hands them on.
 *
 * Counting is a few additions to a line of memory that the thread owns: no lock, no call, no stack.
 * It hands on to the next allocator in line, be it libc's or one that was preloaded behind it.
 */
#include "latprobe.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

/* Each thread counts in a slot of its own, so that the counts of all can be added up while they
 * run. Slots are not used again: what an ended thread did stays counted. Threads past the last
 * slot share it, and may lose counts to each other there, but not to the others. */
#define SLOTS 4096

typedef struct slot {
    latprobe_allocation_counts counts;
    /* Where a call goes when it has been counted here. */
    void *(*malloc)(size_t);
    void (*free)(void *);
    uint64_t padding; /* to a whole cache line */
} slot;

static slot slots[SLOTS] __attribute__((aligned(64)));
static uint32_t slots_used;

/* Null until the thread asks for its first block after the next allocator was found. Preloaded
 * libraries get their thread-local memory at start, so that reaching it takes no call. */
static __thread slot *own __attribute__((tls_model("initial-exec")));

static void *malloc_slowly(size_t size);
static void free_slowly(void *block);

/* Where the usual way counts for nothing, and goes on by the slow one, which looks first and then
 * counts itself. Nobody reads these counts, so it matters to nobody that threads write over each
 * other's. */
static slot aside = {.malloc = malloc_slowly, .free = free_slowly};

/* Where this thread's calls are counted without a question: its own slot from when it has one, while
 * nobody can pause its counts, and there are no early blocks, each of which would have to be known
 * when it is given back. The question alone took 0.3 ns of a block's 1.1. */
static __thread slot *quick __attribute__((tls_model("initial-exec"))) = &aside;

/* Whether this thread's counts were handed out to somebody who may pause them. */
static __thread int can_be_paused __attribute__((tls_model("initial-exec")));

static void *(*next_malloc)(size_t);
static void (*next_free)(void *);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static int (*next_posix_memalign)(void **, size_t, size_t);
static void *(*next_aligned_alloc)(size_t, size_t);
static void *(*next_memalign)(size_t, size_t);
static void *(*next_valloc)(size_t);
static void *(*next_pvalloc)(size_t);

/* dlsym() may itself ask for memory, before the allocator that it looks for is found. It gets it
 * from here, for good. */
static char early[16384] __attribute__((aligned(16)));
static size_t early_used;

/* Threads that are in dlsym(): others may still get early blocks. */
static uint32_t searching;

static void *early_malloc(size_t size) {
    size_t from = __atomic_fetch_add(&early_used, (size + 31) & ~(size_t)15, __ATOMIC_RELAXED);
    char *block = early + from + 16;
    if (from + size + 16 > sizeof early) {
        return NULL;
    }
    memcpy(block - 16, &size, sizeof size); /* for realloc */
    return block;
}

static int is_early(const void *block) {
    return (uintptr_t)block - (uintptr_t)early < sizeof early;
}

/* ISO C has no cast from an object's address to a function's; copying the bits is the way. */
static void find(void *function, size_t size, const char *name) {
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(function, &symbol, size);
}

#define FIND(name) find(&next_##name, sizeof next_##name, #name)

__attribute__((constructor)) static void find_next(void) {
    static __thread int busy __attribute__((tls_model("initial-exec")));
    if (next_malloc != NULL || busy) {
        return;
    }
    busy = 1;
    __atomic_fetch_add(&searching, 1, __ATOMIC_SEQ_CST);
    FIND(free);
    FIND(calloc);
    FIND(realloc);
    FIND(posix_memalign);
    FIND(aligned_alloc);
    FIND(memalign);
    FIND(valloc);
    FIND(pvalloc);
    FIND(malloc); /* last: its being there says that the others are */
    __atomic_fetch_sub(&searching, 1, __ATOMIC_SEQ_CST);
    busy = 0;
}

static __attribute__((noinline)) slot *claim(void) {
    uint32_t index = __atomic_fetch_add(&slots_used, 1, __ATOMIC_RELAXED);
    own = &slots[index < SLOTS ? index : SLOTS - 1];
    own->malloc = next_malloc;
    own->free = next_free;
    if (!can_be_paused && __atomic_load_n(&searching, __ATOMIC_SEQ_CST) == 0 &&
        __atomic_load_n(&early_used, __ATOMIC_SEQ_CST) == 0) {
        quick = own;
    }
    return own;
}

static inline latprobe_allocation_counts *counts_of_this_thread(void) {
    slot *mine = own;
    if (__builtin_expect(mine == NULL, 0)) {
        mine = claim();
    }
    return &mine->counts;
}

static inline void count_allocation(size_t size) {
    latprobe_allocation_counts *counts = counts_of_this_thread();
    if (__builtin_expect(counts->paused == 0, 1)) {
        counts->allocations += 1;
        counts->bytes += size;
    }
}

static inline int is_found(void) {
    if (__builtin_expect(next_malloc == NULL, 0)) {
        find_next();
    }
    return __builtin_expect(next_malloc != NULL, 1);
}

/* This thread's counts, for whoever only reads them. */
EXPORTED const latprobe_allocation_counts *latprobe_allocation_reading(void);

EXPORTED const latprobe_allocation_counts *latprobe_allocation_reading(void) {
    (void)is_found();
    return counts_of_this_thread();
}

/* The same for whoever may write them: from then on each call asks whether they are paused. */
EXPORTED latprobe_allocation_counts *latprobe_allocation_counts_of_this_thread(void)
    __asm__("latprobe_allocation_counts");

EXPORTED latprobe_allocation_counts *latprobe_allocation_counts_of_this_thread(void) {
    can_be_paused = 1;
    quick = &aside;
    (void)is_found();
    return counts_of_this_thread();
}

/* Adds up what all threads have counted so far. */
EXPORTED void latprobe_allocation_sum(latprobe_allocation_counts *sum);

EXPORTED void latprobe_allocation_sum(latprobe_allocation_counts *sum) {
    uint32_t used = __atomic_load_n(&slots_used, __ATOMIC_RELAXED);
    uint32_t index;
    memset(sum, 0, sizeof *sum);
    for (index = 0; index < used && index < SLOTS; index++) {
        const latprobe_allocation_counts *counts = &slots[index].counts;
        sum->allocations += __atomic_load_n(&counts->allocations, __ATOMIC_RELAXED);
        sum->frees += __atomic_load_n(&counts->frees, __ATOMIC_RELAXED);
        sum->reallocations += __atomic_load_n(&counts->reallocations, __ATOMIC_RELAXED);
        sum->bytes += __atomic_load_n(&counts->bytes, __ATOMIC_RELAXED);
    }
}

/* malloc() and free() stand at the start of a cache line each, and have neither a branch nor a frame
 * to set up. */
#define HOT __attribute__((aligned(64)))

EXPORTED HOT void *malloc(size_t size) {
    slot *here = quick;
    here->counts.allocations += 1;
    here->counts.bytes += size;
    return here->malloc(size);
}

EXPORTED HOT void free(void *block) {
    slot *here = quick;
    here->counts.frees += block != NULL;
    here->free(block);
}

static void *malloc_slowly(size_t size) {
    if (!is_found()) {
        return early_malloc(size);
    }
    count_allocation(size);
    return next_malloc(size);
}

static void free_slowly(void *block) {
    latprobe_allocation_counts *counts;
    if (block == NULL || is_early(block) || !is_found()) {
        return;
    }
    counts = counts_of_this_thread();
    if (counts->paused == 0) {
        counts->frees += 1;
    }
    next_free(block);
}

EXPORTED void *calloc(size_t count, size_t size) {
    if (!is_found()) {
        return early_malloc(count * size); /* static memory is zero */
    }
    count_allocation(count * size);
    return next_calloc(count, size);
}

EXPORTED void *realloc(void *block, size_t size) {
    latprobe_allocation_counts *counts;
    if (!is_found()) {
        return NULL;
    }
    if (block == NULL) {
        return malloc(size);
    }
    if (is_early(block)) {
        void *moved = malloc(size);
        if (moved != NULL) {
            size_t old;
            memcpy(&old, (char *)block - 16, sizeof old);
            memcpy(moved, block, old < size ? old : size);
        }
        return moved;
    }
    counts = counts_of_this_thread();
    if (__builtin_expect(counts->paused == 0, 1)) {
        if (size == 0) {
            counts->frees += 1; /* glibc frees the block */
        } else {
            counts->reallocations += 1;
            counts->bytes += size;
        }
    }
    return next_realloc(block, size);
}

EXPORTED void *reallocarray(void *block, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(block, bytes);
}

EXPORTED int posix_memalign(void **block, size_t alignment, size_t size) {
    if (!is_found()) {
        return ENOMEM;
    }
    count_allocation(size);
    return next_posix_memalign(block, alignment, size);
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size) {
    if (!is_found()) {
        return NULL;
    }
    count_allocation(size);
    return next_aligned_alloc(alignment, size);
}

EXPORTED void *memalign(size_t alignment, size_t size) {
    if (!is_found()) {
        return NULL;
    }
    count_allocation(size);
    return next_memalign(alignment, size);
}

EXPORTED void *valloc(size_t size) {
    if (!is_found()) {
        return NULL;
    }
    count_allocation(size);
    return next_valloc(size);
}

EXPORTED void *pvalloc(size_t size) {
    if (!is_found()) {
        return NULL;
    }
    count_allocation(size);
    return next_pvalloc(size);
}
