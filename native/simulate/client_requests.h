/*
 * What a program under valgrind can ask callgrind for: a sequence of instructions that does nothing
 * on a processor and that valgrind knows (valgrind's manual, "The Client Request mechanism"; the
 * requests' numbers are those of valgrind.h and callgrind.h).
 */
#ifndef LATPROBE_CLIENT_REQUESTS_H
#define LATPROBE_CLIENT_REQUESTS_H

#include <stdint.h>

#define CALLGRIND_TOGGLE_COLLECT 0x43540002u
#define CALLGRIND_START_INSTRUMENTATION 0x43540004u

/* Valgrind's own: how deep inside of it the program runs, 0 outside; how many errors its tool has
 * seen; and a line among what the tool writes, a format and where its va_list is. */
#define VALGRIND_RUNNING_ON_VALGRIND 0x1001u
#define VALGRIND_COUNT_ERRORS 0x1201u
#define VALGRIND_PRINTF_VALIST_BY_REF 0x1403u

static inline uint64_t client_request_of(uint64_t number, uint64_t first, uint64_t second) {
    volatile uint64_t words[6] = {number, first, second, 0, 0, 0};
#if defined(__x86_64__)
    uint64_t answer = 0;
    __asm__ volatile("rolq $3, %%rdi\n\trolq $13, %%rdi\n\trolq $61, %%rdi\n\trolq $51, %%rdi\n\t"
                     "xchgq %%rbx, %%rbx"
                     : "+d"(answer)
                     : "a"(words)
                     : "cc", "memory");
    return answer;
#elif defined(__aarch64__)
    register uint64_t answer __asm__("x3") = 0;
    register volatile uint64_t *at __asm__("x4") = words;
    __asm__ volatile("ror x12, x12, #3\n\tror x12, x12, #13\n\tror x12, x12, #51\n\t"
                     "ror x12, x12, #61\n\torr x10, x10, x10"
                     : "+r"(answer)
                     : "r"(at)
                     : "cc", "memory");
    return answer;
#else
#error "the simulation knows x86_64 and aarch64"
#endif
}

static inline uint64_t client_request(uint64_t number) {
    return client_request_of(number, 0, 0);
}

#endif
