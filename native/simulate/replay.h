/* One replay of a feed into a target, and what it is made of. */
#ifndef LATPROBE_REPLAY_H
#define LATPROBE_REPLAY_H

#include "latprobe.h"

/* A countdown that no message comes to the end of. */
#define NEVER 0x3fffffffu

struct batch {
    size_t messages;
    const int64_t *recv_ns;
    const int64_t *offsets;
    const uint8_t *payload;
    size_t payload_size;
};

struct feed {
    const char *path;
    struct batch *batches;
    size_t count;
};

struct replay {
    const latprobe_target *target;
    uint32_t hop_count; /* 0 where the target does all work itself */
    const char *config;
    struct feed feed;
    uint64_t warmup;
    uint64_t simulated_from; /* the message from which callgrind simulates, not after the warm-up */
    uint64_t measured;
    volatile uint64_t *progress;
};

/* What collection does during one message, for one stage: its kind (the target's, or REJECTED), and
 * after and at which mark, counted from 1, it is switched on and off. On 0: from the beginning of
 * the message. Off 0: the message does not come to the end of the stage. */
struct step {
    uint8_t kind;
    uint8_t on;
    uint8_t off;
};

/* The kind of messages that were not understood. */
#define REJECTED 64u

/* Where refuse() writes to. */
void refuse_into(const char *path);

/* Ends this process with 3 and a reason. */
__attribute__((noreturn, format(printf, 1, 2))) void refuse(const char *format, ...);

/* Maps the feed and checks that its batches lie in it. */
void open_feed(struct feed *feed, const char *path, const char *layout);

/* The message at a place, its offsets checked. */
const uint8_t *message_at(const struct feed *feed, const struct batch *batch, size_t index,
                          size_t *size);

volatile uint64_t *map_progress(int descriptor);

/* Replays without collecting, and writes what marks each measured message has. */
void scout(struct replay *replay, const char *plan);

/* Replays with collection on during one stage, or the whole message: see runner.c. */
void replay_collecting(struct replay *replay, const char *plan, int what);

/* Replays once, and says of each error that a checker of memory sees which message was in hand: see
 * check.c. */
void replay_checked(struct replay *replay, const char *report);

/* The order of a pass: the feed, over and over, until the volume is used up. */
struct walk {
    const struct replay *replay;
    void *instance;
    size_t batch;
    size_t index;
};

const uint8_t *next_message(struct walk *walk, size_t *size, int64_t *recv_ns);

/* The instance in a replay; made anew where the target cannot be reset. */
void *make_instance(const struct replay *replay);
void *reset_instance(const struct replay *replay, void *instance);

/* The index of a kind that on_message answered, or REJECTED. */
uint32_t kind_of(const latprobe_target *target, int32_t answer, uint64_t sequence);

/* Calls on_message from a function that there is one of for each kind: callgrind then keeps the
 * kinds apart, as costs of different callers. */
typedef int32_t (*caller)(const latprobe_target *target, void *instance, const uint8_t *bytes,
                          size_t size, int64_t recv_ns, latprobe_probe *probe);
extern const caller callers[REJECTED + 1];

/* What marks call in a replay, see observe.c. */
void latprobe_observe(latprobe_probe *probe, uint32_t stage);
extern uint32_t latprobe_countdown;
extern uint32_t latprobe_then;

#endif
