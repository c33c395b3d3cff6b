/*
 * latprobe.h: write a target for latprobe in C, C++ or anything with a C ABI.
 *
 * A target library is a shared library that defines latprobe_targets_v1(). See docs/TARGETS.md for
 * a whole example. All strings are NUL-terminated UTF-8 that lives as long as the library is
 * loaded. Needs GCC or Clang.
 */
#ifndef LATPROBE_H
#define LATPROBE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LATPROBE_ABI_VERSION 1u
#define LATPROBE_TABLE_MAGIC 0x4252504cu /* "LPRB" */
#define LATPROBE_MAX_STAGES 32u
#define LATPROBE_MAX_KINDS 64u
#define LATPROBE_MAX_HOPS 8u
#define LATPROBE_METRIC_NAME_SIZE 48u

/* Bits of latprobe_probe.mode. */
#define LATPROBE_MODE_OBSERVED 1u
#define LATPROBE_MODE_DIGEST 2u

/* Allocation calls of one thread since it started. */
typedef struct latprobe_allocation_counts {
    uint64_t allocations;   /* blocks asked for */
    uint64_t frees;         /* blocks given back */
    uint64_t reallocations; /* blocks resized */
    uint64_t bytes;         /* bytes asked for, a reallocation counting its new size */
    uint64_t paused;        /* while not 0, the preloaded allocator does not count */
} latprobe_allocation_counts;

/* What was understood of one kind's messages: see latprobe_understood(). */
typedef struct latprobe_kind_digest {
    uint64_t count;
    uint64_t checksum;
} latprobe_kind_digest;

/* Where threads say what becomes of a message: see latprobe_enqueued() and those behind it. */
typedef struct latprobe_tracker {
    uint64_t *words; /* the columns, one behind the other, each of mask + 1 words */
    uint64_t mask;   /* a message's place in a column is its number by this mask */
    uint32_t hop_count;
    uint32_t mode;
    uint64_t timed;    /* a bit for each column that is written to */
    uint64_t observed; /* a bit for each of which `observe` is told instead */
    void (*observe)(const struct latprobe_tracker *tracker, uint32_t column, uint64_t sequence);
    void *context;
    latprobe_kind_digest *digests;
    uint32_t digest_lock;
    uint32_t reserved;
} latprobe_tracker;

/* What the driver offers for as long as an instance lives. */
typedef struct latprobe_host {
    uint32_t abi_version;
    uint32_t size; /* sizeof(latprobe_host) of the driver; later versions add fields at the end */
    /* The calling thread's counts, or NULL while nothing counts; may itself be NULL. A target whose
     * allocator does not go through malloc adds its own calls there. */
    latprobe_allocation_counts *(*allocation_counts)(void);
    /* NULL for a target without hops. Stays for as long as the process. */
    latprobe_tracker *tracker;
} latprobe_host;

/* One message's marks; the driver's own. */
typedef struct latprobe_probe {
    uint32_t mode;
    uint32_t timed; /* a bit for each stage whose mark takes a timestamp */
    void (*observe)(struct latprobe_probe *probe, uint32_t stage);
    void *context;
    latprobe_kind_digest *digests;
    uint64_t stamps[LATPROBE_MAX_STAGES];
    uint64_t sequence; /* the message's number; given to targets with hops alone */
} latprobe_probe;

/* A named figure of the target's own. */
typedef struct latprobe_metric {
    char name[LATPROBE_METRIC_NAME_SIZE];
    double value;
} latprobe_metric;

/* A queue between two threads of a target. */
typedef struct latprobe_hop {
    const char *name; /* unique among the target's hops */
    uint32_t stage;   /* index of the stage that it stands before */
    uint32_t reserved; /* 0 */
} latprobe_hop;

typedef struct latprobe_target {
    const char *name;        /* unique in its library */
    const char *family;      /* targets of one family are compared: their digests must agree */
    const char *description; /* one line */
    const char *protocol;    /* of the feeds that it reads: "json", "itch50", "fix"; "": any */
    const char *const *stages;
    const char *const *kinds;
    const char *const *errors;
    uint32_t stage_count; /* 1 to 32 */
    uint32_t kind_count;  /* 1 to 64 */
    uint32_t error_count; /* 0 to 64 */
    uint32_t reserved;    /* 0 */
    /* Makes an instance from the scenario's [target.config], a JSON object that does not end in
     * NUL; or writes a reason to `error` and answers NULL. `host` outlives the instance. */
    void *(*create)(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size);
    /* Handles a message; `bytes` is valid until the call returns. Answers the kind's index, or
     * -1 - (the error's index). */
    int32_t (*on_message)(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe);
    /* Back to the state after create, keeping memory; NULL: a new instance is made instead. */
    void (*reset)(void *self);
    /* Writes at most `capacity` figures and answers how many; may be NULL. */
    uint32_t (*metrics)(void *self, latprobe_metric *out, uint32_t capacity);
    void (*destroy)(void *self);
    /* The queues that a message may pass from one thread to another, in the order in which it comes
     * to them; NULL and 0 where on_message does all work itself. */
    const latprobe_hop *hops;
    uint32_t hop_count;     /* 0 to 8 */
    uint32_t reserved_hops; /* 0 */
    /* Returns when every message handed over so far has been finished, superseded or dropped;
     * needed where there are hops. Called by the thread that calls on_message, between two. */
    void (*drain)(void *self);
} latprobe_target;

typedef struct latprobe_target_table {
    uint32_t magic;       /* LATPROBE_TABLE_MAGIC */
    uint32_t abi_version; /* LATPROBE_ABI_VERSION */
    uint32_t target_size; /* sizeof(latprobe_target) */
    uint32_t target_count;
    const latprobe_target *targets;
} latprobe_target_table;

/* The one symbol that a target library exports. */
__attribute__((visibility("default"))) const latprobe_target_table *latprobe_targets_v1(void);

/* Reads the clock after all earlier instructions have finished and before any later one starts. */
static inline uint64_t latprobe_stamp(void) {
    uint64_t ticks;
#if defined(__x86_64__)
    uint32_t low, high;
    __asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high) : : "memory");
    ticks = ((uint64_t)high << 32) | low;
#elif defined(__aarch64__)
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks) : : "memory");
#else
#error "latprobe has no timestamp for this processor yet: x86_64 and aarch64 are known"
#endif
    return ticks;
}

/* Says that a stage is done. Costs one predicted branch when nothing is timed. */
static inline void latprobe_mark(latprobe_probe *probe, uint32_t stage) {
    uint32_t index = stage & (LATPROBE_MAX_STAGES - 1);
    if (probe->timed & (1u << index)) {
        probe->stamps[index] = latprobe_stamp();
    } else if (__builtin_expect(probe->mode & LATPROBE_MODE_OBSERVED, 0)) {
        probe->observe(probe, stage);
    }
}

/* Has what a stage made whole in memory before its mark: the compiler may otherwise put off work
 * until its result is needed, past the mark of the stage that it belongs to. */
static inline void latprobe_made(const void *made) {
    __asm__ volatile("" : : "r"(made) : "memory");
}

/* Says that a message of this kind was understood, and answers where to fold its fields in, or
 * NULL in every pass but the verifying one. */
static inline latprobe_kind_digest *latprobe_understood(latprobe_probe *probe, uint32_t kind) {
    latprobe_kind_digest *digest;
    if (!(probe->mode & LATPROBE_MODE_DIGEST) || kind >= LATPROBE_MAX_KINDS) {
        return NULL;
    }
    digest = &probe->digests[kind];
    digest->count += 1;
    return digest;
}

/* Folds raw bytes in: 64-bit FNV-1a. */
static inline void latprobe_fold_raw(latprobe_kind_digest *digest, const void *bytes, size_t size) {
    const uint8_t *next = (const uint8_t *)bytes;
    size_t index;
    for (index = 0; index < size; index++) {
        digest->checksum = (digest->checksum ^ next[index]) * 0x100000001b3u;
    }
}

/* Folds a number in, as 8 bytes, least first. A price goes in as an integer in the family's unit. */
static inline void latprobe_fold_integer(latprobe_kind_digest *digest, int64_t value) {
    uint8_t bytes[8];
    size_t index;
    for (index = 0; index < 8; index++) {
        bytes[index] = (uint8_t)((uint64_t)value >> (8 * index));
    }
    latprobe_fold_raw(digest, bytes, sizeof bytes);
}

/* Folds text or bytes in, after its length. */
static inline void latprobe_fold_bytes(latprobe_kind_digest *digest, const void *bytes,
                                       size_t size) {
    latprobe_fold_integer(digest, (int64_t)size);
    latprobe_fold_raw(digest, bytes, size);
}

/*
 * Threads. A target whose messages pass from one thread to another declares each queue as a hop. It
 * keeps host->tracker and, with each message, the number in probe->sequence; the thread that does
 * something says so by that number. Each costs a timestamp and a store where it is wanted, and else
 * two predicted branches.
 */

enum { LATPROBE_COLUMN_FINISHED, LATPROBE_COLUMN_SUPERSEDED, LATPROBE_COLUMN_DROPPED };

static inline void latprobe_write(latprobe_tracker *tracker, uint32_t column, uint64_t sequence,
                                  uint64_t value) {
    uint64_t *word = &tracker->words[column * (tracker->mask + 1) + (sequence & tracker->mask)];
    /* Whoever sees that a message is finished sees all that the thread said before. */
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline void latprobe_note(latprobe_tracker *tracker, uint32_t column, uint64_t sequence) {
    uint64_t bit = (uint64_t)1 << column;
    if (__atomic_load_n(&tracker->timed, __ATOMIC_RELAXED) & bit) {
        latprobe_write(tracker, column, sequence, latprobe_stamp());
    } else if (__builtin_expect(
                   (__atomic_load_n(&tracker->observed, __ATOMIC_RELAXED) & bit) != 0, 0)) {
        tracker->observe(tracker, column, sequence);
    }
}

static inline void latprobe_say(latprobe_tracker *tracker, uint32_t column, uint64_t sequence,
                                uint64_t value) {
    if (__atomic_load_n(&tracker->timed, __ATOMIC_RELAXED) & ((uint64_t)1 << column)) {
        latprobe_write(tracker, column, sequence, value);
    }
}

/* Right before a message is put into the queue of a hop. */
static inline void latprobe_enqueued(latprobe_tracker *tracker, uint32_t hop, uint64_t sequence) {
    latprobe_note(tracker, 3 + 2 * (hop & (LATPROBE_MAX_HOPS - 1)), sequence);
}

/* Right after it was taken out. */
static inline void latprobe_dequeued(latprobe_tracker *tracker, uint32_t hop, uint64_t sequence) {
    latprobe_note(tracker, 4 + 2 * (hop & (LATPROBE_MAX_HOPS - 1)), sequence);
}

/* Says that a stage is done, as latprobe_mark() does on the thread that calls on_message. */
static inline void latprobe_marked(latprobe_tracker *tracker, uint32_t stage, uint64_t sequence) {
    uint32_t index = stage & (LATPROBE_MAX_STAGES - 1);
    latprobe_note(tracker, 3 + 2 * tracker->hop_count + index, sequence);
}

/* All work on a message is done. Each message that was enqueued ends in this or in one of the next
 * two. */
static inline void latprobe_finished(latprobe_tracker *tracker, uint64_t sequence) {
    latprobe_note(tracker, LATPROBE_COLUMN_FINISHED, sequence);
}

/* Message `newer`, which has been said to be enqueued, took the place of `sequence` in a queue. */
static inline void latprobe_superseded(latprobe_tracker *tracker, uint64_t sequence,
                                       uint64_t newer) {
    latprobe_say(tracker, LATPROBE_COLUMN_SUPERSEDED, sequence, newer + 1);
}

/* A message was given up. */
static inline void latprobe_dropped(latprobe_tracker *tracker, uint64_t sequence) {
    latprobe_say(tracker, LATPROBE_COLUMN_DROPPED, sequence, 1);
}

/* As latprobe_understood() for another thread. Where it does not answer NULL, fold the fields in and
 * then call latprobe_folded(). */
static inline latprobe_kind_digest *latprobe_understood_by(latprobe_tracker *tracker,
                                                           uint32_t kind) {
    uint32_t mode = __atomic_load_n(&tracker->mode, __ATOMIC_RELAXED);
    if (!(mode & LATPROBE_MODE_DIGEST) || kind >= LATPROBE_MAX_KINDS) {
        return NULL;
    }
    while (__atomic_exchange_n(&tracker->digest_lock, 1, __ATOMIC_ACQUIRE)) {
    }
    tracker->digests[kind].count += 1;
    return &tracker->digests[kind];
}

static inline void latprobe_folded(latprobe_tracker *tracker) {
    __atomic_store_n(&tracker->digest_lock, 0, __ATOMIC_RELEASE);
}

#ifdef __cplusplus
}
#endif

#endif
