/*
 * A target that asks for the time in every way there is, and rejects a message where by all of them the
 * clock on the wall is ahead of where it was, held against the one that nobody sets.
 */
#include "latprobe.h"

#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static const char *const stages[] = {"look"};
static const char *const kinds[] = {"in time"};
static const char *const errors[] = {"ahead"};

static double seconds_of(struct timespec time) {
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double read_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return seconds_of(now);
}

static double unix_s(int way) {
    struct timespec now;
    struct timeval short_now;
    switch (way) {
    case 0:
        return read_clock(CLOCK_REALTIME);
    case 1:
        return read_clock(CLOCK_REALTIME_COARSE);
    case 2:
        gettimeofday(&short_now, NULL);
        return (double)short_now.tv_sec + (double)short_now.tv_usec / 1e6;
    case 3:
        timespec_get(&now, TIME_UTC);
        return seconds_of(now);
    default:
        return (double)time(NULL) + 0.5; /* it says no more than the second */
    }
}

#define WAYS 5

static double ahead_s(int way) {
    return unix_s(way) - read_clock(CLOCK_MONOTONIC);
}

/* By the first way when it was made. */
static void *create(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size) {
    double *first = malloc(sizeof *first);
    (void)config, (void)config_size, (void)host, (void)error, (void)error_size;
    if (first != NULL) {
        *first = ahead_s(0);
    }
    return first;
}

static int32_t on_message(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe) {
    double first = *(const double *)self;
    int ahead = 0;
    (void)bytes, (void)size, (void)recv_ns;
    for (int way = 0; way < WAYS; way++) {
        ahead += ahead_s(way) - first > 0.25;
    }
    latprobe_mark(probe, 0);
    if (ahead == WAYS) {
        return -1;
    }
    (void)latprobe_understood(probe, 0);
    return 0;
}

static void reset(void *self) {
    (void)self;
}

static const latprobe_target targets[] = {{
    .name = "wall-clock",
    .family = "wall-clock",
    .description = "rejects messages while the clock on the wall is ahead",
    .protocol = "",
    .stages = stages,
    .kinds = kinds,
    .errors = errors,
    .stage_count = 1,
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
