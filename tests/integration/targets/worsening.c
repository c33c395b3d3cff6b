/*
 * Allocates ALLOCATIONS blocks for each message; `work.h` says how many, and changes from commit to
 * commit in the test of bisections.
 */
#include "latprobe.h"
#include "work.h"

#include <stdlib.h>

static const char *const STAGES[] = {"parse"};
static const char *const KINDS[] = {"message"};

static void *create(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size) {
    static int instance;
    (void)config, (void)config_size, (void)host, (void)error, (void)error_size;
    return &instance;
}

static int32_t on_message(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe) {
    (void)self, (void)bytes, (void)size, (void)recv_ns;
    for (int block = 0; block < ALLOCATIONS; block++) {
        volatile char *made = malloc(16); /* volatile, or the compiler does without it */
        made[0] = 1;
        free((void *)made);
    }
    latprobe_mark(probe, 0);
    return 0;
}

static void destroy(void *self) {
    (void)self;
}

const latprobe_target_table *latprobe_targets_v1(void) {
    static const latprobe_target targets[] = {{
        .name = "worsening",
        .family = "worsening",
        .description = "allocates",
        .protocol = "",
        .stages = STAGES,
        .kinds = KINDS,
        .stage_count = 1,
        .kind_count = 1,
        .create = create,
        .on_message = on_message,
        .destroy = destroy,
    }};
    static const latprobe_target_table table = {LATPROBE_TABLE_MAGIC, LATPROBE_ABI_VERSION,
                                                sizeof(latprobe_target), 1, targets};
    return &table;
}
