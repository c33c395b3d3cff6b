/* Bare loops: one Python callable called over and over, with nothing around it, or with timestamps alone. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <time.h>

/* Time of this thread on its processor: that of others on a busy machine is not in it. */
static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* The processor's clock, read as latprobe reads it around a callable: the call starts after the first
 * reading, and ends before the last. */
#if defined(__x86_64__)
static inline void fence(void) { __builtin_ia32_lfence(); }
static inline uint64_t counter(void) { return __builtin_ia32_rdtsc(); }
#elif defined(__aarch64__)
static inline void fence(void) { __asm__ volatile("isb" ::: "memory"); }
static inline uint64_t counter(void) {
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks)::"memory");
    return ticks;
}
#else
#error "latprobe times on x86_64 and aarch64"
#endif

static inline PyObject *call(PyObject *callable, PyObject *argument) {
    PyObject *arguments[2] = {NULL, argument};
    return PyObject_Vectorcall(callable, arguments + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

/* Nanoseconds of `calls` calls with `argument`; -1 where one fails. Called with the interpreter's lock. */
__attribute__((visibility("default"))) int64_t bare_loop(PyObject *callable, PyObject *argument,
                                                         int64_t calls) {
    int64_t start = now_ns();
    for (int64_t done = 0; done < calls; done++) {
        PyObject *answer = call(callable, argument);
        if (answer == NULL) {
            return -1;
        }
        Py_DECREF(answer);
    }
    return now_ns() - start;
}

/* The same, with the clock read right before and right after each call. */
__attribute__((visibility("default"))) int64_t timed_loop(PyObject *callable, PyObject *argument,
                                                          int64_t calls) {
    volatile uint64_t ticks;
    int64_t start = now_ns();
    for (int64_t done = 0; done < calls; done++) {
        uint64_t before = counter();
        fence();
        PyObject *answer = call(callable, argument);
        fence();
        ticks = counter() - before;
        if (answer == NULL) {
            return -1;
        }
        Py_DECREF(answer);
    }
    (void)ticks;
    return now_ns() - start;
}
