/*
 * What a mark calls in a replay: counts marks down, and switches collection at zero.
 *
 * It is in assembly so that what it executes while collection is on is known to the instruction.
 * `latprobe/driver/simulation/marks.py` has the numbers, and takes them off.
 */
#include "replay.h"

uint32_t latprobe_countdown = NEVER;
uint32_t latprobe_then = NEVER;

/* A client request's words: CALLGRIND_TOGGLE_COLLECT, and no arguments. */
__attribute__((used)) const uint64_t latprobe_toggle[6] = {0x43540002u, 0, 0, 0, 0, 0};

#if defined(__x86_64__)
__asm__(".text\n"
        ".globl latprobe_observe\n"
        ".type latprobe_observe, @function\n"
        "latprobe_observe:\n"
        "\tdecl latprobe_countdown(%rip)\n"
        "\tje 1f\n"
        "\tret\n"
        "1:\n"
        "\tmovl latprobe_then(%rip), %eax\n"
        "\tmovl %eax, latprobe_countdown(%rip)\n"
        "\tmovl $0x3fffffff, latprobe_then(%rip)\n"
        "\tleaq latprobe_toggle(%rip), %rax\n"
        "\txorl %edx, %edx\n"
        "\trolq $3, %rdi\n"
        "\trolq $13, %rdi\n"
        "\trolq $61, %rdi\n"
        "\trolq $51, %rdi\n"
        "\txchgq %rbx, %rbx\n"
        "\tret\n"
        ".size latprobe_observe, .-latprobe_observe\n");
#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl latprobe_observe\n"
        ".type latprobe_observe, %function\n"
        "latprobe_observe:\n"
        "\tadrp x9, latprobe_countdown\n"
        "\tldr w10, [x9, :lo12:latprobe_countdown]\n"
        "\tsubs w10, w10, #1\n"
        "\tstr w10, [x9, :lo12:latprobe_countdown]\n"
        "\tb.eq 1f\n"
        "\tret\n"
        "1:\n"
        "\tadrp x11, latprobe_then\n"
        "\tldr w10, [x11, :lo12:latprobe_then]\n"
        "\tstr w10, [x9, :lo12:latprobe_countdown]\n"
        "\tmov w10, #0x3fffffff\n"
        "\tstr w10, [x11, :lo12:latprobe_then]\n"
        "\tadrp x4, latprobe_toggle\n"
        "\tadd x4, x4, :lo12:latprobe_toggle\n"
        "\tmov x3, #0\n"
        "\tror x12, x12, #3\n"
        "\tror x12, x12, #13\n"
        "\tror x12, x12, #51\n"
        "\tror x12, x12, #61\n"
        "\torr x10, x10, x10\n"
        "\tret\n"
        ".size latprobe_observe, .-latprobe_observe\n");
#endif
