/*
 * A target that hands each message on to a worker thread, and does with it what its first byte says:
 *
 *   .  the worker finishes it          i  finished here, and not handed on
 *   a  the worker allocates in a known way, see below
 *   d  given up here, after it was enqueued
 *   l  lost: the worker forgets it     S  the worker waits for 50 ms, once in each pass
 *   h  the worker hangs                s  the worker crashes
 *   e  the worker ends, and says so
 *   c  here a thread allocates 10 bytes and ends, before the message is handed on
 */
#include "latprobe.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CAPACITY 4096

typedef struct item {
    uint64_t sequence;
    uint8_t what;
} item;

typedef struct queued {
    latprobe_tracker *tracker;
    pthread_t worker;
    item items[CAPACITY];
    uint64_t handed; /* by the one thread */
    uint64_t done;   /* by the other */
    uint64_t stalled;
    int is_over;
} queued;

static const char *const stages[] = {"read", "work"};
static const char *const kinds[] = {"plain"};
static const latprobe_hop hops[] = {{.name = "line", .stage = 1}};

/* 2 allocations of 100 and 28 bytes, 1 reallocation to 300, 2 frees. */
static void allocate(void) {
    volatile char *first = malloc(100); /* volatile, or the compiler does without it */
    volatile char *second = malloc(28);
    first[0] = second[0] = 1;
    second = realloc((void *)second, 300);
    free((void *)first);
    free((void *)second);
}

static void *allocate_elsewhere(void *nothing) {
    volatile char *block = malloc(10);
    block[0] = 1;
    free((void *)block);
    return nothing;
}

static void *work(void *argument) {
    queued *self = argument;
    uint64_t done = 0;
    for (;;) {
        item it;
        while (__atomic_load_n(&self->handed, __ATOMIC_ACQUIRE) == done) {
            if (__atomic_load_n(&self->is_over, __ATOMIC_ACQUIRE)) {
                return NULL;
            }
            usleep(10);
        }
        it = self->items[done % CAPACITY];
        latprobe_dequeued(self->tracker, 0, it.sequence);
        switch (it.what) {
        case 'h':
            for (;;) {
                usleep(1000);
            }
        case 's':
            raise(SIGSEGV);
            break;
        case 'e':
            fprintf(stderr, "the worker ends\n");
            return NULL;
        case 'a':
            allocate();
            break;
        case 'S':
            if (!self->stalled) {
                self->stalled = 1;
                usleep(50000);
            }
            break;
        }
        latprobe_marked(self->tracker, 1, it.sequence);
        if (it.what != 'l') {
            latprobe_kind_digest *digest = latprobe_understood_by(self->tracker, 0);
            if (digest != NULL) {
                latprobe_fold_integer(digest, it.what);
                latprobe_folded(self->tracker);
            }
            latprobe_finished(self->tracker, it.sequence);
        }
        done += 1;
        __atomic_store_n(&self->done, done, __ATOMIC_RELEASE);
    }
}

static void *create(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size) {
    queued *self = calloc(1, sizeof *self);
    (void)config;
    (void)config_size;
    if (host->size < sizeof *host || host->tracker == NULL) {
        snprintf(error, error_size, "this driver has no tracker");
        return NULL;
    }
    self->tracker = host->tracker;
    pthread_create(&self->worker, NULL, work, self);
    return self;
}

static void destroy(void *argument) {
    queued *self = argument;
    __atomic_store_n(&self->is_over, 1, __ATOMIC_RELEASE);
    pthread_join(self->worker, NULL);
    free(self);
}

static void drain(void *argument) {
    queued *self = argument;
    while (__atomic_load_n(&self->done, __ATOMIC_ACQUIRE) < self->handed) {
        usleep(10);
    }
}

static int32_t on_message(void *argument, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe) {
    queued *self = argument;
    item it = {.sequence = probe->sequence, .what = size ? bytes[0] : '.'};
    (void)recv_ns;
    latprobe_mark(probe, 0);
    if (it.what == 'i') {
        return 0;
    }
    if (it.what == 'c') {
        pthread_t thread;
        pthread_create(&thread, NULL, allocate_elsewhere, NULL);
        pthread_join(thread, NULL);
    }
    latprobe_enqueued(self->tracker, 0, it.sequence);
    if (it.what == 'd') {
        latprobe_dropped(self->tracker, it.sequence);
        return 0;
    }
    while (self->handed - __atomic_load_n(&self->done, __ATOMIC_ACQUIRE) == CAPACITY) {
        usleep(10);
    }
    self->items[self->handed % CAPACITY] = it;
    __atomic_store_n(&self->handed, self->handed + 1, __ATOMIC_RELEASE);
    return 0;
}

#ifdef NO_DRAIN
#define DRAIN NULL
#else
#define DRAIN drain
#endif
#ifndef HOPS
#define HOPS hops
#endif
#ifndef HOP_COUNT
#define HOP_COUNT 1
#endif

static const latprobe_hop wrong_stage[] = {{.name = "line", .stage = 2}};
static const latprobe_hop twice[] = {{.name = "line", .stage = 1}, {.name = "line", .stage = 1}};

/* As a library of a later version is built: with fields that today's latprobe does not know. */
typedef struct later_target {
    latprobe_target known;
    void (*unknown)(void);
    uint64_t more[3];
} later_target;

#define KNOWN                                                                                    \
    {                                                                                            \
        .name = "queued", .family = "queued", .description = "", .protocol = "",                 \
        .stages = stages, .kinds = kinds, .stage_count = 2, .kind_count = 1, .create = create,   \
        .on_message = on_message, .destroy = destroy, .hops = HOPS, .hop_count = HOP_COUNT,      \
        .drain = DRAIN                                                                           \
    }

#ifdef LATER
static const later_target targets[] = {{.known = KNOWN}, {.known = KNOWN}};
#else
static const latprobe_target targets[] = {KNOWN};
#endif

static latprobe_target_table table = {
    .magic = LATPROBE_TABLE_MAGIC,
    .abi_version = LATPROBE_ABI_VERSION,
    .target_size = sizeof targets[0],
    .target_count = 1,
    .targets = (const latprobe_target *)targets,
};

const latprobe_target_table *latprobe_targets_v1(void) {
    return &table;
}
