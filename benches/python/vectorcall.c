/* The bare loop: one Python callable called over and over, with nothing around it. */
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

/* Nanoseconds of `calls` calls with `argument`; -1 where one fails. Called with the interpreter's lock. */
__attribute__((visibility("default"))) int64_t bare_loop(PyObject *callable, PyObject *argument,
                                                         int64_t calls) {
    PyObject *arguments[2] = {NULL, argument};
    int64_t start = now_ns();
    for (int64_t call = 0; call < calls; call++) {
        PyObject *answer = PyObject_Vectorcall(callable, arguments + 1,
                                               1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
        if (answer == NULL) {
            return -1;
        }
        Py_DECREF(answer);
    }
    return now_ns() - start;
}
