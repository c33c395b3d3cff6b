/*
 * The counting allocator with a watcher before it: each call of the watched thread is told, with
 * where it came from, to a function that the worker puts in place while a message is in hand; and
 * each of the other threads to another one, where the target has threads of its own.
 *
 * A library of its own, so that the counting pass pays nothing for it. The counting allocator is
 * compiled in under other names; what goes through it is counted by the same code as in the
 * counting pass.
 */
#include "latprobe.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define malloc counted_malloc
#define free counted_free
#define calloc counted_calloc
#define realloc counted_realloc
#define reallocarray counted_reallocarray
#define posix_memalign counted_posix_memalign
#define aligned_alloc counted_aligned_alloc
#define memalign counted_memalign
#define valloc counted_valloc
#define pvalloc counted_pvalloc
#include "allocator.c"
#undef malloc
#undef free
#undef calloc
#undef realloc
#undef reallocarray
#undef posix_memalign
#undef aligned_alloc
#undef memalign
#undef valloc
#undef pvalloc

/* What a call was; the worker knows the same numbers. */
enum { ALLOCATED = 0, FREED = 1, RESIZED = 2, LOCKED = 3 };

/* A call, as it is told. The registers are those of the caller, just after the call. */
typedef struct latprobe_call {
    uint64_t block; /* what the caller got, or gave back; 0 for none */
    uint64_t old;   /* what it was before it was resized */
    uint64_t size;  /* bytes asked for */
    uint64_t pc;
    uint64_t sp;
    uint64_t fp;
} latprobe_call;

/* Who is told, a function for each kind of call; null while nobody watches. */
typedef struct latprobe_call_watch {
    void (*const *told)(void *context, const latprobe_call *call);
    void *context;
} latprobe_call_watch;

static __thread latprobe_call_watch watch __attribute__((tls_model("initial-exec")));

/* Who is told of the calls of all threads but the watched one. */
static latprobe_call_watch others;

/* A call of one of them. */
typedef struct latprobe_call_elsewhere {
    latprobe_call call;
    uint64_t stack_end; /* the frames of the thread lie below */
    uint64_t lane;      /* the thread's number, from 1 */
} latprobe_call_elsewhere;

/* 0 for a thread that has no number yet. */
static __thread uint32_t lane __attribute__((tls_model("initial-exec")));
static uint32_t lanes;
#define WATCHED UINT32_MAX

EXPORTED latprobe_call_watch *latprobe_call_watch_of_this_thread(void);

EXPORTED latprobe_call_watch *latprobe_call_watch_of_this_thread(void) {
    lane = WATCHED;
    return &watch;
}

EXPORTED latprobe_call_watch *latprobe_call_watch_of_other_threads(void);

EXPORTED latprobe_call_watch *latprobe_call_watch_of_other_threads(void) {
    return &others;
}

EXPORTED uint32_t latprobe_lane_of_this_thread(void);

EXPORTED uint32_t latprobe_lane_of_this_thread(void) {
    if (lane == 0) {
        lane = __atomic_add_fetch(&lanes, 1, __ATOMIC_RELAXED);
    }
    return lane;
}

/* Where libc keeps what it knows of this thread: at the upper end of the memory that its stack lies
 * in, for each thread but the first. */
static inline uint64_t thread_pointer(void) {
#if defined(__x86_64__)
    uint64_t pointer;
    __asm__("movq %%fs:0, %0" : "=r"(pointer));
    return pointer;
#else
    return (uint64_t)(uintptr_t)__builtin_thread_pointer();
#endif
}

/* Not inlined: the watched thread never comes here while a message is in hand. */
static __attribute__((noinline)) void tell_elsewhere(int what, const latprobe_call *call) {
    void (*const *told)(void *, const latprobe_call *) =
        __atomic_load_n(&others.told, __ATOMIC_ACQUIRE);
    latprobe_call_elsewhere it;
    if (told == NULL || lane == WATCHED) {
        return;
    }
    if (what != LOCKED && own != NULL && own->counts.paused != 0) {
        return; /* a target's own allocator counts for itself */
    }
    it.call = *call;
    it.stack_end = thread_pointer();
    it.lane = latprobe_lane_of_this_thread();
    told[what](others.context, &it.call);
}

/* The word that a frame starts with is the caller's frame pointer, whatever the caller keeps in
 * that register: the function that asks for its frame's address has saved it there. */
#define CALL(block, old, size)                                                                    \
    {(uint64_t)(uintptr_t)(block),                                                                \
     (uint64_t)(uintptr_t)(old),                                                                  \
     (size),                                                                                      \
     (uint64_t)(uintptr_t)__builtin_return_address(0),                                            \
     (uint64_t)(uintptr_t)__builtin_dwarf_cfa(),                                                  \
     *(const uint64_t *)__builtin_frame_address(0)}

/* The watched thread comes to no question that is about others. */
#define TELL(what, block, old, size)                                                              \
    do {                                                                                          \
        if (__builtin_expect(watch.told != NULL, 0)) {                                            \
            latprobe_call call = CALL(block, old, size);                                          \
            watch.told[what](watch.context, &call);                                               \
        } else if (__builtin_expect(others.told != NULL, 0)) {                                    \
            latprobe_call call = CALL(block, old, size);                                          \
            tell_elsewhere(what, &call);                                                          \
        }                                                                                         \
    } while (0)

EXPORTED void *malloc(size_t size) {
    void *block = counted_malloc(size);
    TELL(ALLOCATED, block, 0, size);
    return block;
}

EXPORTED void free(void *block) {
    if (block != NULL && !is_early(block)) {
        TELL(FREED, block, 0, 0);
    }
    counted_free(block);
}

EXPORTED void *calloc(size_t count, size_t size) {
    void *block = counted_calloc(count, size);
    TELL(ALLOCATED, block, 0, count * size);
    return block;
}

EXPORTED void *realloc(void *block, size_t size) {
    void *moved = counted_realloc(block, size);
    if (block == NULL || is_early(block)) {
        TELL(ALLOCATED, moved, 0, size);
    } else if (size == 0) {
        TELL(FREED, block, 0, 0);
    } else {
        TELL(RESIZED, moved, block, size);
    }
    return moved;
}

EXPORTED void *reallocarray(void *block, size_t count, size_t size) {
    size_t bytes;
    void *moved;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    moved = counted_realloc(block, bytes);
    if (block == NULL || is_early(block)) {
        TELL(ALLOCATED, moved, 0, bytes);
    } else if (bytes == 0) {
        TELL(FREED, block, 0, 0);
    } else {
        TELL(RESIZED, moved, block, bytes);
    }
    return moved;
}

EXPORTED int posix_memalign(void **block, size_t alignment, size_t size) {
    int failed = counted_posix_memalign(block, alignment, size);
    TELL(ALLOCATED, failed ? NULL : *block, 0, size);
    return failed;
}

#define ALIGNED(name)                                                                             \
    EXPORTED void *name(size_t alignment, size_t size) {                                          \
        void *block = counted_##name(alignment, size);                                            \
        TELL(ALLOCATED, block, 0, size);                                                          \
        return block;                                                                             \
    }

#define PAGES(name)                                                                               \
    EXPORTED void *name(size_t size) {                                                            \
        void *block = counted_##name(size);                                                       \
        TELL(ALLOCATED, block, 0, size);                                                          \
        return block;                                                                             \
    }

ALIGNED(aligned_alloc)
ALIGNED(memalign)
PAGES(valloc)
PAGES(pvalloc)

/* Locks: each that was taken is told, whether or not it had to be waited for. */
#define LOCK(name, parameters, arguments)                                                         \
    EXPORTED int name parameters {                                                                \
        static int(*next) parameters;                                                             \
        int failed;                                                                               \
        if (__builtin_expect(next == NULL, 0)) {                                                  \
            find(&next, sizeof next, #name);                                                      \
        }                                                                                         \
        failed = next arguments;                                                                  \
        if (!failed) {                                                                            \
            TELL(LOCKED, 0, 0, 0);                                                                \
        }                                                                                         \
        return failed;                                                                            \
    }

LOCK(pthread_mutex_lock, (pthread_mutex_t * mutex), (mutex))
LOCK(pthread_mutex_trylock, (pthread_mutex_t * mutex), (mutex))
LOCK(pthread_mutex_timedlock, (pthread_mutex_t * mutex, const struct timespec *until),
     (mutex, until))
LOCK(pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
LOCK(pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock), (lock))
LOCK(pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
LOCK(pthread_rwlock_trywrlock, (pthread_rwlock_t * lock), (lock))
LOCK(pthread_spin_lock, (pthread_spinlock_t * lock), (lock))
LOCK(pthread_spin_trylock, (pthread_spinlock_t * lock), (lock))
