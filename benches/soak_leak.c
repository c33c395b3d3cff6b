/*
 * A target whose memory is never the same: of each message it keeps a block of a size by chance in the
 * place of an older one. A build with -DLEAKS_EVERY=n loses 8 bytes of every nth message besides.
 */
#include "latprobe.h"

#include <stdlib.h>
#include <string.h>

#ifndef LEAKS_EVERY
#define LEAKS_EVERY 0
#endif

#define KEPT 4096

typedef struct engine {
    void *kept[KEPT];
    uint64_t chance;
    uint64_t messages;
    void *volatile lost;
} engine;

static const char *const stages[] = {"keep"};
static const char *const kinds[] = {"any"};
static const char *const errors[] = {"none"};

static void *create(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size) {
    (void)config, (void)config_size, (void)host, (void)error, (void)error_size;
    engine *self = calloc(1, sizeof(engine));
    if (self != NULL) {
        self->chance = 1;
    }
    return self;
}

static int32_t on_message(void *this, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe) {
    engine *self = this;
    latprobe_kind_digest *digest;
    size_t slot;
    (void)recv_ns;

    self->chance ^= self->chance << 13; /* xorshift64: G. Marsaglia, 2003 */
    self->chance ^= self->chance >> 7;
    self->chance ^= self->chance << 17;
    slot = self->chance % KEPT;
    free(self->kept[slot]);
    self->kept[slot] = malloc(16 + (self->chance >> 32) % 512);
    self->messages += 1;
    if (LEAKS_EVERY > 0 && self->messages % (LEAKS_EVERY > 0 ? LEAKS_EVERY : 1) == 0) {
        self->lost = malloc(8);
    }
    latprobe_mark(probe, 0);

    digest = latprobe_understood(probe, 0);
    if (digest != NULL) {
        latprobe_fold_integer(digest, size > 0 ? bytes[0] : 0);
    }
    return 0;
}

/* What is kept stays: as in an engine whose memory is not given back over night. */
static void reset(void *self) {
    (void)self;
}

static void destroy(void *this) {
    engine *self = this;
    for (size_t slot = 0; slot < KEPT; slot++) {
        free(self->kept[slot]);
    }
    free(self);
}

static const latprobe_target targets[] = {{
    .name = "keeping",
    .family = "keeping",
    .description = "keeps blocks for a while, and may lose some",
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
    .destroy = destroy,
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
