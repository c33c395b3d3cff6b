/*
 * A target of some 0.7 µs, of which a build with -DLATER=n does n more multiplications for one
 * message in 500: a chain in which each has to wait for the one before.
 */
#include "latprobe.h"

#include <stdlib.h>

#ifndef LATER
#define LATER 0
#endif

static const char *const stages[] = {"parse", "book"};
static const char *const kinds[] = {"order"};
static const char *const errors[] = {"none"};

static void *create(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size) {
    (void)config, (void)config_size, (void)host, (void)error, (void)error_size;
    return malloc(sizeof(uint64_t));
}

static uint64_t chain(uint64_t value, int length) {
    for (int done = 0; done < length; done++) {
        value *= 0x9E3779B97F4A7C15ull;
        __asm__ volatile("" : "+r"(value)); /* or the compiler multiplies by one product of all */
    }
    return value;
}

static int32_t on_message(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe) {
    uint64_t hash = 1469598103934665603ull; /* FNV-1a */
    uint64_t value;
    latprobe_kind_digest *digest;
    (void)recv_ns;

    for (size_t at = 0; at < size; at++) {
        hash = (hash ^ bytes[at]) * 1099511628211ull;
    }
    value = chain(hash, 300);
    latprobe_mark(probe, 0);
    value = chain(value, hash % 500 == 0 ? 600 + LATER : 600);
    *(volatile uint64_t *)self = value;
    latprobe_mark(probe, 1);

    digest = latprobe_understood(probe, 0);
    if (digest != NULL) {
        latprobe_fold_integer(digest, (int64_t)(hash >> 1));
    }
    return 0;
}

static void reset(void *self) {
    (void)self;
}

static const latprobe_target targets[] = {{
    .name = "tail-pair",
    .family = "tail-pair",
    .description = "one message in 500 may be later",
    .protocol = "",
    .stages = stages,
    .kinds = kinds,
    .errors = errors,
    .stage_count = 2,
    .kind_count = 1,
    .error_count = 1,
    .create = create,
    .on_message = on_message,
    .reset = reset,
    .destroy = free,
}};

static const latprobe_target_table table = {
    .magic = LATPROBE_TABLE_MAGIC,
    .abi_version = LATPROBE_ABI_VERSION,
    .target_size = sizeof(latprobe_target),
    .target_count = sizeof targets / sizeof targets[0],
    .targets = targets,
};

const latprobe_target_table *latprobe_targets_v1(void) {
    return &table;
}
