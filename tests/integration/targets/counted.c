/*
 * Does work of a known number of instructions: FIRST in the first stage, 100 in the second for a
 * `long` message, which `short` ones do not come to, and 300 behind the last mark of either. A
 * message `5` has an instruction of AVX-512 where it is simulated, and `t` touches 64 cache lines
 * that nothing else does.
 */
#include "latprobe.h"

#include <stdlib.h>
#include <string.h>

#define REPEATED(times, instruction) REPEATED_(times, instruction)
#define REPEATED_(times, instruction)                                                               \
    __asm__ volatile(".rept " #times "\n\t" instruction "\n\t.endr" : : : "memory")

static const char *const STAGES[] = {"first", "second"};
static const char *const KINDS[] = {"short", "long"};
static const char *const ERRORS[] = {"refused"};

#ifndef FIRST
#define FIRST 20
#endif

/* Valgrind has a program preload a library of its own. */
static int is_simulated(void) {
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded != NULL && strstr(preloaded, "vgpreload") != NULL;
}

static void *create(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size) {
    static int instance;
    (void)config, (void)config_size, (void)host, (void)error, (void)error_size;
    return &instance;
}

enum { LINES = 64, LINE_BYTES = 64 };
static volatile uint8_t touched[LINES * LINE_BYTES];

static int32_t on_message(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe) {
    int is_long = size > 0 && bytes[0] == 'l';
    (void)self, (void)recv_ns;
    if (size > 0 && bytes[0] == 'e') {
        return -1;
    }
    REPEATED(FIRST, "nop");
    latprobe_mark(probe, 0);
#ifdef UNSTEADY
    is_long |= is_simulated();
#endif
    if (is_long) {
        REPEATED(100, "nop");
        latprobe_mark(probe, 1);
    }
    /* Not on the processor, which may be one that cannot either. */
    if (size > 0 && bytes[0] == '5' && is_simulated()) {
        __asm__ volatile(".byte 0x62, 0xf1, 0x7d, 0x48, 0xef, 0xc0"); /* vpxord zmm0, zmm0, zmm0 */
    }
    if (size > 0 && bytes[0] == 't') {
        for (size_t at = 0; at < sizeof touched; at += LINE_BYTES) {
            touched[at] = 1;
        }
    }
    REPEATED(300, "nop");
    return is_long;
}

static void destroy(void *self) {
    (void)self;
}

const latprobe_target_table *latprobe_targets_v1(void) {
    static const latprobe_target targets[] = {{
        .name = "counted",
        .family = "counted",
        .description = "a known number of instructions",
        .protocol = "",
        .stages = STAGES,
        .kinds = KINDS,
        .errors = ERRORS,
        .stage_count = 2,
        .kind_count = 2,
        .error_count = 1,
        .create = create,
        .on_message = on_message,
        .destroy = destroy,
    }};
    static const latprobe_target_table table = {LATPROBE_TABLE_MAGIC, LATPROBE_ABI_VERSION,
                                                sizeof(latprobe_target), 1, targets};
    return &table;
}
