/*
 * A clock on the wall that is stepped: preloaded, it tells whoever asks in this process a second
 * more than it is from 5 s on, what it is from 10 s on, and so forth. To the process that is a step
 * forward and a step back in turn, every 5 s; the machine's clock stays as it is.
 *
 * All other clocks are handed on. Only readings are stepped: who waits until a moment of the clock
 * on the wall waits by the machine's.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

#define BETWEEN_STEPS_S 5

typedef int (*clock_gettime_fn)(clockid_t, struct timespec *);

static clock_gettime_fn next_clock_gettime;
static struct timespec started;

/* Asked for before that was found, by a library that is set up earlier. */
static int by_the_kernel(clockid_t clock, struct timespec *now) {
    return (int)syscall(SYS_clock_gettime, clock, now);
}

static int read_clock(clockid_t clock, struct timespec *now) {
    clock_gettime_fn next = next_clock_gettime;
    return next != NULL ? next(clock, now) : by_the_kernel(clock, now);
}

/* ISO C has no cast from an object's address to a function's; copying the bits is the way. */
__attribute__((constructor)) static void start(void) {
    void *symbol = dlsym(RTLD_NEXT, "clock_gettime");
    memcpy(&next_clock_gettime, &symbol, sizeof symbol);
    (void)read_clock(CLOCK_MONOTONIC_COARSE, &started);
}

/* The coarse clock, so that a reading takes little longer than one that is not stepped. */
static time_t ahead_s(void) {
    struct timespec now;
    if (started.tv_sec == 0 || read_clock(CLOCK_MONOTONIC_COARSE, &now) != 0) {
        return 0;
    }
    now.tv_sec -= started.tv_sec + (now.tv_nsec < started.tv_nsec);
    return now.tv_sec / BETWEEN_STEPS_S % 2;
}

EXPORTED int clock_gettime(clockid_t clock, struct timespec *now) {
    int refused = read_clock(clock, now);
    if (refused == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        now->tv_sec += ahead_s();
    }
    return refused;
}

/* The kernel's zone is of no use since 1993: glibc answers zeros, too. */
EXPORTED int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec read;
    if (zone != NULL) {
        memset(zone, 0, sizeof(struct timezone));
    }
    if (clock_gettime(CLOCK_REALTIME, &read) != 0) {
        return -1;
    }
    now->tv_sec = read.tv_sec;
    now->tv_usec = read.tv_nsec / 1000;
    return 0;
}

EXPORTED time_t time(time_t *now) {
    struct timespec read;
    if (clock_gettime(CLOCK_REALTIME_COARSE, &read) != 0) {
        return (time_t)-1;
    }
    if (now != NULL) {
        *now = read.tv_sec;
    }
    return read.tv_sec;
}

EXPORTED int timespec_get(struct timespec *now, int base) {
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}
