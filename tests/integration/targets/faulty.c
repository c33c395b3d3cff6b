/*
 * Does with memory what the first byte of a message tells it to: lines that tests name by the word
 * behind them.
 *
 *   r  reads a byte past the end of the message      w  writes past the end of a block
 *   u  decides by what was never written             f  reads what has been given back
 *   d  gives a block back twice                      l  loses a block of 24 bytes
 *   t  reads past the end of a block in another thread
 *   s  stops the process                             .  nothing
 */
#include "latprobe.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const stages[] = {"work"};
static const char *const kinds[] = {"quiet", "told"};

static volatile int sink;
/* The compiler would warn of each of these, were it to see them. */
static char *volatile block;
static void *volatile lost;

static void *create(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size) {
    (void)config, (void)config_size, (void)host, (void)error, (void)error_size;
    return calloc(1, 8);
}

static void *read_elsewhere(void *nothing) {
    sink = block[10]; /* elsewhere */
    return nothing;
}

static void misuse(char what) {
    pthread_t thread;
    block = malloc(10); /* block */
    switch (what) {
    case 'w':
        block[12] = 1; /* write */
        break;
    case 'u':
        if (block[3] == 'x') { /* unwritten */
            sink = 1;
        }
        break;
    case 'f':
        free(block); /* back */
        sink = block[2]; /* after */
        return;
    case 'd':
        free(block);
        break;
    case 't':
        pthread_create(&thread, NULL, read_elsewhere, NULL);
        pthread_join(thread, NULL);
        break;
    }
    free(block); /* twice */
}

static int32_t on_message(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe) {
    (void)self, (void)recv_ns;
    char what = size > 0 ? (char)bytes[0] : '.';
    switch (what) {
    case '.':
        latprobe_mark(probe, 0);
        return 0;
    case 'r':
        sink = bytes[size]; /* read */
        break;
    case 'l':
        lost = malloc(24); /* lost */
        memset(lost, 1, 24);
        lost = NULL;
        break;
    case 's':
        _exit(7);
    default:
        misuse(what);
    }
    latprobe_mark(probe, 0);
    return 1;
}

static void destroy(void *self) {
    free(self);
}

const latprobe_target_table *latprobe_targets_v1(void) {
    static const latprobe_target targets[] = {{
        .name = "faulty",
        .family = "faulty",
        .description = "uses memory as it is told to",
        .protocol = "",
        .stages = stages,
        .kinds = kinds,
        .stage_count = 1,
        .kind_count = 2,
        .create = create,
        .on_message = on_message,
        .destroy = destroy,
    }};
    static const latprobe_target_table table = {LATPROBE_TABLE_MAGIC, LATPROBE_ABI_VERSION,
                                                sizeof(latprobe_target), 1, targets};
    return &table;
}
