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

/* What the driver offers for as long as an instance lives. */
typedef struct latprobe_host {
    uint32_t abi_version;
    uint32_t size; /* sizeof(latprobe_host) of the driver; later versions add fields at the end */
    /* The calling thread's counts, or NULL while nothing counts; may itself be NULL. A target whose
     * allocator does not go through malloc adds its own calls there. */
    latprobe_allocation_counts *(*allocation_counts)(void);
} latprobe_host;

/* What was understood of one kind's messages: see latprobe_understood(). */
typedef struct latprobe_kind_digest {
    uint64_t count;
    uint64_t checksum;
} latprobe_kind_digest;

/* One message's marks; the driver's own. */
typedef struct latprobe_probe {
    uint32_t mode;
    uint32_t timed; /* a bit for each stage whose mark takes a timestamp */
    void (*observe)(struct latprobe_probe *probe, uint32_t stage);
    void *context;
    latprobe_kind_digest *digests;
    uint64_t stamps[LATPROBE_MAX_STAGES];
} latprobe_probe;

/* A named figure of the target's own. */
typedef struct latprobe_metric {
    char name[LATPROBE_METRIC_NAME_SIZE];
    double value;
} latprobe_metric;

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

#ifdef __cplusplus
}
#endif

#endif
