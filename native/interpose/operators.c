/*
 * C++'s `operator new` and `delete` by way of malloc() and free(): preloaded between the counting
 * allocator and one that a scenario names.
 *
 * An allocator that stands in for libc's brings operators of its own, which go to it directly, past
 * what counts. These call the same functions as libstdc++'s do with libc's allocator, so that counts
 * are the same. No operator throws from here: where there is no memory, the next one in line is
 * called, which asks again and then does what C++ wants.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

/* ISO C has no cast from an object's address to a function's; copying the bits is the way. */
static void find(void *function, size_t size, const char *name) {
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(function, &symbol, size);
    if (symbol == NULL) {
        abort(); /* out of memory, in a process without an operator that could say so */
    }
}

static void *allocate(size_t size) {
    return malloc(size != 0 ? size : 1);
}

static void *allocate_aligned(size_t size, size_t alignment) {
    size_t least = alignment > sizeof(void *) ? alignment : sizeof(void *);
    size_t whole = ((size != 0 ? size : 1) + least - 1) & ~(least - 1);
    return whole != 0 ? aligned_alloc(least, whole) : NULL;
}

/* Their names are those of the Itanium C++ ABI on 64-bit machines, where `size_t` is `m`. */
#define THROWING(name)                                                                            \
    EXPORTED void *name(size_t size);                                                             \
    EXPORTED void *name(size_t size) {                                                            \
        void *(*next)(size_t);                                                                    \
        void *block = allocate(size);                                                             \
        if (__builtin_expect(block != NULL, 1)) {                                                 \
            return block;                                                                         \
        }                                                                                         \
        find(&next, sizeof next, #name);                                                          \
        return next(size);                                                                        \
    }

#define THROWING_ALIGNED(name)                                                                    \
    EXPORTED void *name(size_t size, size_t alignment);                                           \
    EXPORTED void *name(size_t size, size_t alignment) {                                          \
        void *(*next)(size_t, size_t);                                                            \
        void *block = allocate_aligned(size, alignment);                                          \
        if (__builtin_expect(block != NULL, 1)) {                                                 \
            return block;                                                                         \
        }                                                                                         \
        find(&next, sizeof next, #name);                                                          \
        return next(size, alignment);                                                             \
    }

#define NOTHROW(name)                                                                             \
    EXPORTED void *name(size_t size, const void *nothrow);                                        \
    EXPORTED void *name(size_t size, const void *nothrow) {                                       \
        (void)nothrow;                                                                            \
        return allocate(size);                                                                    \
    }

#define NOTHROW_ALIGNED(name)                                                                     \
    EXPORTED void *name(size_t size, size_t alignment, const void *nothrow);                      \
    EXPORTED void *name(size_t size, size_t alignment, const void *nothrow) {                     \
        (void)nothrow;                                                                            \
        return allocate_aligned(size, alignment);                                                 \
    }

/* Whatever else a `delete` is told, it does not need. */
#define DELETE(name)                                                                              \
    EXPORTED void name(void *block);                                                              \
    EXPORTED void name(void *block) {                                                             \
        free(block);                                                                              \
    }

THROWING(_Znwm)
THROWING(_Znam)
THROWING_ALIGNED(_ZnwmSt11align_val_t)
THROWING_ALIGNED(_ZnamSt11align_val_t)
NOTHROW(_ZnwmRKSt9nothrow_t)
NOTHROW(_ZnamRKSt9nothrow_t)
NOTHROW_ALIGNED(_ZnwmSt11align_val_tRKSt9nothrow_t)
NOTHROW_ALIGNED(_ZnamSt11align_val_tRKSt9nothrow_t)
DELETE(_ZdlPv)
DELETE(_ZdaPv)
DELETE(_ZdlPvm)
DELETE(_ZdaPvm)
DELETE(_ZdlPvRKSt9nothrow_t)
DELETE(_ZdaPvRKSt9nothrow_t)
DELETE(_ZdlPvSt11align_val_t)
DELETE(_ZdaPvSt11align_val_t)
DELETE(_ZdlPvmSt11align_val_t)
DELETE(_ZdaPvmSt11align_val_t)
DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t)
DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t)
