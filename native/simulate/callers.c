/* The functions that on_message is called from, one for each kind. */
#include "replay.h"

/* What stands behind the call differs from one to the next, so that the compiler cannot make them
 * one, and is there at all, so that it cannot jump in the place of calling. */
#define CALLER(number)                                                                             \
    __attribute__((noinline, noclone)) int32_t latprobe_kind_##number(                             \
        const latprobe_target *target, void *instance, const uint8_t *bytes, size_t size,          \
        int64_t recv_ns, latprobe_probe *probe);                                                   \
    int32_t latprobe_kind_##number(const latprobe_target *target, void *instance,                  \
                                   const uint8_t *bytes, size_t size, int64_t recv_ns,             \
                                   latprobe_probe *probe) {                                        \
        int32_t answer = target->on_message(instance, bytes, size, recv_ns, probe);                \
        __asm__ volatile("" : "+r"(answer) : "i"(number));                                         \
        return answer;                                                                             \
    }

#define EIGHT(use, tens)                                                                           \
    use(tens##0) use(tens##1) use(tens##2) use(tens##3) use(tens##4) use(tens##5) use(tens##6)     \
        use(tens##7)

/* Octal digits: 64 kinds are 0 to 077. */
#define ALL(use)                                                                                   \
    EIGHT(use, 0) EIGHT(use, 01) EIGHT(use, 02) EIGHT(use, 03) EIGHT(use, 04) EIGHT(use, 05)       \
    EIGHT(use, 06) EIGHT(use, 07) use(0100)

#define NAME(number) latprobe_kind_##number,

ALL(CALLER)

const caller callers[REJECTED + 1] = {ALL(NAME)};
