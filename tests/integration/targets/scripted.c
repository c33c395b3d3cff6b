/*
 * Targets that do what the message tells them to, so that tests can ask for anything. The first byte
 * of a message says what:
 *
 *   .  nothing                     a  allocate in a known way, see below
 *   s  segmentation fault            e  exit
 *   h  hang                        x  abort
 *   m  allocate without end        k  answer a kind that is not declared
 *   r  reject                      p  print to standard output
 *   c  leave a child process behind, sleeping
 *   t  allocate in another thread
 *   f  handled, but not folded into the digest
 *   b  burn 20 ms in the second stage
 *   o  burn as much, but only once in this folder, and only where marks are timed
 *   w  wait for 50 ms
 *   K  keep a block of 100 bytes for good
 *   P  keep a page of memory for good, which is no part of the heap
 *   H  hang where marks are timed, and not where the target is only looked at
 */
#include "latprobe.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const char *const stages[] = {"first", "second"};
static const char *const kinds[] = {"plain", "allocating"};
static const char *const errors[] = {"told to"};

static int config_has(const uint8_t *config, size_t size, const char *word) {
    char text[256] = {0};
    memcpy(text, config, size < 255 ? size : 255);
    return strstr(text, word) != NULL;
}

static void *create(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size) {
    (void)host;
    if (config_has(config, config_size, "refuse")) {
        snprintf(error, error_size, "told to refuse");
        return NULL;
    }
    if (config_has(config, config_size, "crash")) {
        raise(SIGSEGV);
    }
    return malloc(1);
}

/* In the first stage: 2 allocations of 100 and 28 bytes, 1 free. In the second: 1 reallocation to
 * 300 bytes, 2 frees, and 1 allocation of 64 bytes aligned to 64. */
static void allocate_first(char **kept) {
    volatile char *gone = malloc(100); /* volatile, or the compiler does without it */
    gone[0] = 1;
    *kept = calloc(4, 7);
    free((void *)gone);
}

static void allocate_second(char **kept) {
    void *aligned = NULL;
    *kept = realloc(*kept, 300);
    if (posix_memalign(&aligned, 64, 64) == 0) {
        *(volatile char *)aligned = 1;
    }
    free(aligned);
    free(*kept);
}

static void *allocate_elsewhere(void *nothing) {
    volatile char *block = malloc(10);
    block[0] = 1;
    free((void *)block);
    return nothing;
}

/* By the wall clock: being preempted does not make it longer. */
static void burn(void) {
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - start.tv_sec) * 1000000000L + now.tv_nsec - start.tv_nsec < 20000000L);
}

static int first_in_this_folder(void) {
    int marker = open("burnt", O_CREAT | O_EXCL | O_WRONLY, 0600);
    if (marker < 0) {
        return 0;
    }
    close(marker);
    return 1;
}

static int32_t on_message(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe) {
    latprobe_kind_digest *digest;
    uint32_t kind = 0;
    char *kept = NULL;
    pthread_t thread;
    (void)self;
    (void)recv_ns;
    switch (size ? bytes[0] : 'r') {
    case 's':
        raise(SIGSEGV);
        break;
    case 'h':
        for (;;) {
            usleep(1000);
        }
    case 'H':
        while (probe->timed != 0) {
            usleep(1000);
        }
        break;
    case 'm':
        for (;;) {
            memset(malloc(1 << 20), 1, 1 << 20);
        }
    case 'e':
        fprintf(stderr, "goodbye\n");
        exit(7);
    case 'x':
        abort();
    case 'k':
        return 99;
    case 'r':
        return -1;
    case 'p':
        printf("{\"result\": \"forged\"}\n");
        fflush(stdout);
        break;
    case 'c':
        if (fork() == 0) {
            sleep(600);
            _exit(0);
        }
        break;
    case 't':
        pthread_create(&thread, NULL, allocate_elsewhere, NULL);
        pthread_join(thread, NULL);
        break;
    case 'w':
        usleep(50000);
        break;
    case 'K':
        *(volatile char *)malloc(100) = 1;
        break;
    case 'P':
        *(volatile char *)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                               0) = 1;
        break;
    case 'a':
        kind = 1;
        allocate_first(&kept);
        break;
    }
    latprobe_mark(probe, 0);
    if (kind == 1) {
        allocate_second(&kept);
    }
    if (size && bytes[0] == 'b') {
        burn();
    }
    if (size && bytes[0] == 'o' && probe->timed != 0 && first_in_this_folder()) {
        burn();
    }
    latprobe_mark(probe, 1);
    digest = size && bytes[0] == 'f' ? NULL : latprobe_understood(probe, kind);
    if (digest != NULL) {
        latprobe_fold_bytes(digest, bytes, size);
    }
    return (int32_t)kind;
}

static int32_t misread(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                       latprobe_probe *probe) {
    return on_message(self, bytes, size ? size - 1 : 0, recv_ns, probe);
}

static int32_t never_marks(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                           latprobe_probe *probe) {
    (void)self;
    (void)bytes;
    (void)size;
    (void)recv_ns;
    (void)probe;
    return 0;
}

#define TARGET(its_name, function)                                                             \
    {                                                                                          \
        .name = its_name, .family = "scripted", .description = "", .protocol = "",             \
        .stages = stages, .kinds = kinds, .errors = errors, .stage_count = 2, .kind_count = 2, \
        .error_count = 1, .create = create, .on_message = function, .destroy = free            \
    }

static const latprobe_target targets[] = {
    TARGET("scripted", on_message),
    TARGET("misreading", misread),
    TARGET("never-marks", never_marks),
};

/* What the loader has to refuse is compiled with one of these set. */
#ifndef MAGIC
#define MAGIC LATPROBE_TABLE_MAGIC
#endif
#ifndef VERSION
#define VERSION LATPROBE_ABI_VERSION
#endif
#ifndef TARGET_SIZE
#define TARGET_SIZE sizeof(latprobe_target)
#endif
#ifndef TARGET_COUNT
#define TARGET_COUNT (sizeof targets / sizeof targets[0])
#endif

static const latprobe_target_table table = {
    .magic = MAGIC,
    .abi_version = VERSION,
    .target_size = TARGET_SIZE,
    .target_count = TARGET_COUNT,
    .targets = targets,
};

#ifndef NO_ENTRY
const latprobe_target_table *latprobe_targets_v1(void) {
#ifdef NULL_TABLE
    return NULL;
#endif
#ifdef CRASH_AT_LOAD
    raise(SIGSEGV);
#endif
    return &table;
}
#endif
