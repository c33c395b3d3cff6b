/* Reads the timestamp twice around a wait, through the header that targets are built with. */

#include <latprobe.h>
#include <stdio.h>
#include <time.h>

int main(void) {
    const struct timespec millisecond = {.tv_sec = 0, .tv_nsec = 1000000};
    latprobe_probe probe = {.timed = 1};
    const uint64_t before = latprobe_stamp();
    nanosleep(&millisecond, NULL);
    latprobe_mark(&probe, 0);
    latprobe_mark(&probe, 1);
    uint64_t frequency_hz = 0;
#ifdef __aarch64__
    __asm__("mrs %0, cntfrq_el0" : "=r"(frequency_hz));
#endif
    printf("%llu %llu %llu %llu\n", (unsigned long long)before, (unsigned long long)probe.stamps[0],
           (unsigned long long)probe.stamps[1], (unsigned long long)frequency_hz);
    return 0;
}
