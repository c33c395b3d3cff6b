/*
 * Random numbers that repeat: found before libc's, since this program exports them.
 *
 * Hash tables with seeds by chance lay their entries out otherwise in each process. A figure that
 * has to repeat exactly needs the same seeds.
 */
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

#define EXPORTED __attribute__((visibility("default")))

/* SplitMix64 (Steele, Lea and Flood, 2014). */
static uint64_t next_random(void) {
    static uint64_t state;
    uint64_t mixed = state += 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    return mixed ^ (mixed >> 31);
}

EXPORTED ssize_t getrandom(void *buffer, size_t size, unsigned int flags) {
    uint8_t *next = buffer;
    size_t left;
    (void)flags;
    for (left = size; left > 0;) {
        uint64_t random = next_random();
        size_t part = left < sizeof random ? left : sizeof random;
        memcpy(next, &random, part);
        next += part;
        left -= part;
    }
    return (ssize_t)size;
}

EXPORTED int getentropy(void *buffer, size_t size) {
    (void)getrandom(buffer, size, 0);
    return 0;
}
