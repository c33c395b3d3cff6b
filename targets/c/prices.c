/*
 * A target in C: the price and quantity of messages such as "AAPL 170.25 300", and the sum of what
 * was traded. Build it with
 *
 *     latprobe target header > latprobe.h
 *     cc -O2 -g -shared -fPIC -I. -o libprices.so prices.c
 */
#include "latprobe.h"

#include <stdio.h>
#include <stdlib.h>

enum stage { STAGE_PARSE, STAGE_SUM };
enum kind { KIND_TRADE };
enum error { ERROR_NO_SYMBOL, ERROR_NO_NUMBER };

static const char *const stages[] = {"parse", "sum"};
static const char *const kinds[] = {"trade"};
static const char *const errors[] = {"no symbol", "no number"};

typedef struct prices {
    int64_t cents_traded;
} prices;

static void *create(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size) {
    prices *self = calloc(1, sizeof *self);
    (void)config;
    (void)config_size;
    (void)host;
    if (self == NULL) {
        snprintf(error, error_size, "no memory");
    }
    return self;
}

/* Reads digits from *next on, and moves it behind them. */
static int read_number(const uint8_t **next, const uint8_t *end, int64_t *number) {
    const uint8_t *start = *next;
    *number = 0;
    while (*next < end && **next >= '0' && **next <= '9') {
        *number = *number * 10 + (**next - '0');
        *next += 1;
    }
    return *next > start;
}

static int32_t on_message(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe) {
    const uint8_t *next = bytes, *end = bytes + size;
    int64_t whole, cents, quantity, made[2];
    size_t symbol_size;
    latprobe_kind_digest *digest;
    (void)recv_ns;

    while (next < end && *next != ' ') {
        next += 1;
    }
    symbol_size = (size_t)(next - bytes);
    if (symbol_size == 0 || next == end) {
        return -1 - ERROR_NO_SYMBOL;
    }
    next += 1;
    if (!read_number(&next, end, &whole) || next == end || *next++ != '.' ||
        !read_number(&next, end, &cents) || next == end || *next++ != ' ' ||
        !read_number(&next, end, &quantity)) {
        return -1 - ERROR_NO_NUMBER;
    }
    cents += whole * 100;
    made[0] = cents;
    made[1] = quantity;
    latprobe_made(made);
    latprobe_mark(probe, STAGE_PARSE);

    ((prices *)self)->cents_traded += cents * quantity;
    latprobe_mark(probe, STAGE_SUM);

    digest = latprobe_understood(probe, KIND_TRADE);
    if (digest != NULL) {
        latprobe_fold_bytes(digest, bytes, symbol_size);
        latprobe_fold_integer(digest, cents);
        latprobe_fold_integer(digest, quantity);
    }
    return KIND_TRADE;
}

static void reset(void *self) {
    ((prices *)self)->cents_traded = 0;
}

static uint32_t metrics(void *self, latprobe_metric *out, uint32_t capacity) {
    if (capacity == 0) {
        return 0;
    }
    snprintf(out[0].name, sizeof out[0].name, "traded");
    out[0].value = (double)((prices *)self)->cents_traded / 100;
    return 1;
}

static const latprobe_target targets[] = {{
    .name = "prices",
    .family = "prices",
    .description = "an example in C",
    .protocol = "",
    .stages = stages,
    .kinds = kinds,
    .errors = errors,
    .stage_count = 2,
    .kind_count = 1,
    .error_count = 2,
    .create = create,
    .on_message = on_message,
    .reset = reset,
    .metrics = metrics,
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
