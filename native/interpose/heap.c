/*
 * The counting allocator with a balance: how many bytes the process has got and not given back, as
 * the next allocator in line rounds them up.
 *
 * A library of its own, so that the counting pass pays nothing for it. The counting allocator is
 * compiled in under other names, and finds the next one in line.
 */
#include "latprobe.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define malloc counted_malloc
#define free counted_free
#define calloc counted_calloc
#define realloc counted_realloc
#define posix_memalign counted_posix_memalign
#define aligned_alloc counted_aligned_alloc
#define memalign counted_memalign
#define valloc counted_valloc
#define pvalloc counted_pvalloc
#define reallocarray counted_reallocarray
#include "allocator.c"
#undef malloc
#undef free
#undef calloc
#undef realloc
#undef posix_memalign
#undef aligned_alloc
#undef memalign
#undef valloc
#undef pvalloc
#undef reallocarray

/* What a thread gives back another may have got: one balance for all of them. */
static int64_t in_use;

static size_t (*next_usable_size)(void *);

__attribute__((constructor)) static void find_usable_size(void) {
    static __thread int busy __attribute__((tls_model("initial-exec")));
    if (next_usable_size != NULL || busy) {
        return;
    }
    busy = 1;
    find(&next_usable_size, sizeof next_usable_size, "malloc_usable_size");
    busy = 0;
}

/* What a block takes from those that can be given out; nothing for one that is from nowhere, and for
 * those that are asked for meanwhile: by the search, or by an allocator that makes something of its
 * own when it is first asked for a size, as tcmalloc does. */
static int64_t taken_by(void *block) {
    static __thread int asking __attribute__((tls_model("initial-exec")));
    int64_t size;
    if (block == NULL || is_early(block) || asking) {
        return 0;
    }
    if (__builtin_expect(next_usable_size == NULL, 0)) {
        find_usable_size();
        if (next_usable_size == NULL) {
            return 0;
        }
    }
    asking = 1;
    size = (int64_t)next_usable_size(block);
    asking = 0;
    return size;
}

static void *got(void *block) {
    __atomic_fetch_add(&in_use, taken_by(block), __ATOMIC_RELAXED);
    return block;
}

EXPORTED int64_t latprobe_heap_in_use(void);

EXPORTED int64_t latprobe_heap_in_use(void) {
    return __atomic_load_n(&in_use, __ATOMIC_RELAXED);
}

EXPORTED void *malloc(size_t size) {
    return got(counted_malloc(size));
}

EXPORTED void free(void *block) {
    __atomic_fetch_sub(&in_use, taken_by(block), __ATOMIC_RELAXED);
    counted_free(block);
}

EXPORTED void *calloc(size_t count, size_t size) {
    return got(counted_calloc(count, size));
}

EXPORTED void *realloc(void *block, size_t size) {
    int64_t before = taken_by(block);
    void *moved = counted_realloc(block, size);
    /* Without an answer the block stays what it is, unless it was given back. */
    if (moved != NULL || size == 0) {
        __atomic_fetch_add(&in_use, taken_by(moved) - before, __ATOMIC_RELAXED);
    }
    return moved;
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
    int refused = counted_posix_memalign(block, alignment, size);
    if (refused == 0) {
        (void)got(*block);
    }
    return refused;
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size) {
    return got(counted_aligned_alloc(alignment, size));
}

EXPORTED void *memalign(size_t alignment, size_t size) {
    return got(counted_memalign(alignment, size));
}

EXPORTED void *valloc(size_t size) {
    return got(counted_valloc(size));
}

EXPORTED void *pvalloc(size_t size) {
    return got(counted_pvalloc(size));
}
