/*
 * A replay under a checker of memory: valgrind's memcheck, or AddressSanitizer in the target.
 *
 * Neither knows of messages. Memcheck is asked after each message whether it has seen an error, and
 * gets a line among its own that says of which message they were. AddressSanitizer calls back with
 * each report, which goes into a file with the message in hand. A message is settled before the
 * next, so that an error of another thread is of it as well.
 *
 * The file has records: `report SEQUENCE BYTES` and behind it so many bytes, `again NUMBER SEQUENCE`
 * for one whose stacks have been written before as the report of that number, counted from 0,
 * `answered SEQUENCE KIND` for a message with reports, and `done` behind the last message.
 */
#include "client_requests.h"
#include "replay.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is in hand where that is no message. */
enum { CREATING = -1, DESTROYING = -2 };

/* Errors whose stacks are told apart; the others are reported whole each time. */
enum { MOST_KNOWN = 4096 };

static int64_t in_hand = CREATING;
static int report_file = -1;
static uint64_t reports;
static uint64_t known[MOST_KNOWN];
static uint32_t known_count;

/* AddressSanitizer has locks of its own when it reports: nothing here asks for memory. */
static void write_all(const char *text, size_t size) {
    while (size > 0) {
        ssize_t written = write(report_file, text, size);
        if (written <= 0) {
            return;
        }
        text += written;
        size -= (size_t)written;
    }
}

__attribute__((format(printf, 1, 2))) static void record(const char *format, ...) {
    char line[96];
    va_list values;
    int size;
    va_start(values, format);
    size = vsnprintf(line, sizeof line, format, values);
    va_end(values);
    write_all(line, (size_t)size);
}

/* The addresses of a report's stacks, as one number (64-bit FNV-1a): lines that begin with `#`. */
static uint64_t stacks_of(const char *text) {
    uint64_t hash = 0xcbf29ce484222325u;
    int in_frame = 0;
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            in_frame = 0;
        } else if (*text == '#') {
            in_frame = 1;
        } else if (in_frame) {
            hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
        }
    }
    return hash;
}

static void on_report(const char *text) {
    uint64_t stacks = stacks_of(text);
    uint32_t number;
    reports++;
    for (number = 0; number < known_count; number++) {
        if (known[number] == stacks) {
            record("again %u %lld\n", number, (long long)in_hand);
            return;
        }
    }
    if (known_count < MOST_KNOWN) {
        known[known_count++] = stacks;
    }
    record("report %lld %zu\n", (long long)in_hand, strlen(text));
    write_all(text, strlen(text));
    record("\n");
}

/* A function of AddressSanitizer's; null where it is not there. */
static void *sanitizer(const char *name) {
    return dlsym(RTLD_DEFAULT, name);
}

static void listen_to_reports(const char *path) {
    void (*listen)(void (*)(const char *));
    void *symbol = sanitizer("__asan_set_error_report_callback");
    if (symbol == NULL) {
        return;
    }
    report_file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (report_file < 0) {
        refuse("%s cannot be written: %s", path, strerror(errno));
    }
    memcpy(&listen, &symbol, sizeof listen); /* ISO C has no such cast */
    listen(on_report);
}

static void report_leaks(void) {
    int (*check)(void);
    void *symbol = sanitizer("__lsan_do_recoverable_leak_check");
    if (report_file >= 0 && symbol != NULL) {
        memcpy(&check, &symbol, sizeof check);
        (void)check();
    }
}

/* A line among valgrind's own. */
__attribute__((format(printf, 1, 2))) static void tell_valgrind(const char *format, ...) {
    va_list values;
    va_start(values, format);
    (void)client_request_of(VALGRIND_PRINTF_VALIST_BY_REF, (uint64_t)(uintptr_t)format,
                            (uint64_t)(uintptr_t)&values);
    va_end(values);
}

/* Says of what the errors were that have come since the last call. */
static void tell_errors(int answer) {
    static uint64_t told_reports, told_errors;
    uint64_t errors = client_request(VALGRIND_COUNT_ERRORS);
    if (errors != told_errors) {
        tell_valgrind("latprobe %lld %d %llu\n", (long long)in_hand, answer,
                      (unsigned long long)(errors - told_errors));
        told_errors = errors;
    }
    if (reports != told_reports) {
        record("answered %lld %d\n", (long long)in_hand, answer);
        told_reports = reports;
    }
}

/* Each message lies in a block of its own size, which goes when it has been handled: whatever reads
 * past its end or keeps it is seen. In the feed the next one lies behind it. */
static int32_t hand_over(const struct replay *replay, struct walk *walk, latprobe_probe *probe) {
    size_t size;
    int64_t recv_ns;
    const uint8_t *bytes = next_message(walk, &size, &recv_ns);
    uint8_t *copy = malloc(size);
    int32_t answer;
    if (copy == NULL && size > 0) {
        refuse("no memory for a message of %zu bytes", size);
    }
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    answer = replay->target->on_message(walk->instance, copy, size, recv_ns, probe);
    free(copy);
    if (replay->hop_count > 0) {
        replay->target->drain(walk->instance);
    }
    return answer;
}

void replay_checked(struct replay *replay, const char *report) {
    latprobe_probe probe = {0};
    struct walk walk = {replay, NULL, 0, 0};
    uint64_t sequence;
    listen_to_reports(report);
    walk.instance = make_instance(replay);
    tell_errors(0);
    for (sequence = 0; sequence < replay->measured; sequence++) {
        *replay->progress = sequence;
        in_hand = (int64_t)sequence;
        probe.sequence = sequence;
        tell_errors(hand_over(replay, &walk, &probe));
    }
    in_hand = DESTROYING;
    replay->target->destroy(walk.instance);
    walk.instance = NULL; /* or what it did not give back would be in reach */
    tell_errors(0);
    tell_valgrind("latprobe done\n");
    if (report_file >= 0) {
        record("done\n");
    }
    report_leaks();
}
