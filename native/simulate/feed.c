/* The feed, mapped into memory. Every position is checked, since a feed is untrusted. */
#include "replay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int lies_in(size_t start, size_t count, size_t width, size_t size) {
    size_t length;
    return !__builtin_mul_overflow(count, width, &length) && start % width == 0 && start <= size &&
           length <= size - start;
}

void open_feed(struct feed *feed, const char *path, const char *layout) {
    struct stat status;
    size_t messages, recv_ns, offsets, payload, payload_size, size;
    const uint8_t *map;
    FILE *lines = fopen(layout, "r");
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (lines == NULL || descriptor < 0 || fstat(descriptor, &status) != 0) {
        refuse("%s cannot be read: %s", path, strerror(errno));
    }
    size = (size_t)status.st_size;
    map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (map == MAP_FAILED) {
        refuse("%s cannot be read: %s", path, strerror(errno));
    }
    feed->path = path;
    while (fscanf(lines, "%zu %zu %zu %zu %zu", &messages, &recv_ns, &offsets, &payload,
                  &payload_size) == 5) {
        struct batch *batch;
        if (!lies_in(recv_ns, messages, 8, size) || !lies_in(offsets, messages + 1, 8, size) ||
            !lies_in(payload, payload_size, 1, size)) {
            refuse("%s: batch %zu does not lie inside of the file", path, feed->count);
        }
        if (messages == 0) {
            continue;
        }
        feed->batches = realloc(feed->batches, (feed->count + 1) * sizeof *feed->batches);
        if (feed->batches == NULL) {
            refuse("no memory for %zu batches", feed->count + 1);
        }
        batch = &feed->batches[feed->count++];
        batch->messages = messages;
        batch->recv_ns = (const int64_t *)(const void *)(map + recv_ns);
        batch->offsets = (const int64_t *)(const void *)(map + offsets);
        batch->payload = map + payload;
        batch->payload_size = payload_size;
    }
    fclose(lines);
    if (feed->count == 0) {
        refuse("%s holds no message", path);
    }
}

const uint8_t *message_at(const struct feed *feed, const struct batch *batch, size_t index,
                          size_t *size) {
    int64_t start = batch->offsets[index], end = batch->offsets[index + 1];
    if (start < 0 || end < start || (uint64_t)end > batch->payload_size) {
        refuse("%s: a payload offset, %lld, is out of order or outside of its batch", feed->path,
               (long long)start);
    }
    *size = (size_t)(end - start);
    return batch->payload + start;
}
