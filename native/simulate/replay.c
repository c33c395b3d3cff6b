/* The replays: one that looks where stages lie, and those that collect. */
#include "replay.h"
#include "client_requests.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ERROR_SIZE = 1024, MOST_MARKS = 254 };

static const char *reason_path = "/dev/stderr";

void refuse_into(const char *path) {
    reason_path = path;
}

void refuse(const char *format, ...) {
    va_list values;
    FILE *file = fopen(reason_path, "w");
    va_start(values, format);
    if (file != NULL) {
        vfprintf(file, format, values);
        fclose(file);
    }
    va_end(values);
    _exit(3);
}

volatile uint64_t *map_progress(int descriptor) {
    void *word = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (word == MAP_FAILED) {
        refuse("progress cannot be told: %s", strerror(errno));
    }
    return word;
}

static latprobe_allocation_counts *nothing_counts(void) {
    return NULL;
}

void *make_instance(const struct replay *replay) {
    static latprobe_tracker nothing_tracked;
    static latprobe_host host = {LATPROBE_ABI_VERSION, sizeof host, nothing_counts, NULL};
    char error[ERROR_SIZE] = "";
    void *instance;
    if (replay->hop_count > 0) {
        nothing_tracked.hop_count = replay->hop_count;
        host.tracker = &nothing_tracked;
    }
    instance = replay->target->create((const uint8_t *)replay->config, strlen(replay->config),
                                      &host, error, sizeof error);
    if (instance == NULL) {
        error[ERROR_SIZE - 1] = '\0';
        refuse("target '%s' refuses its configuration: %s", replay->target->name, error);
    }
    return instance;
}

void *reset_instance(const struct replay *replay, void *instance) {
    void *fresh;
    if (replay->target->reset != NULL) {
        replay->target->reset(instance);
        return instance;
    }
    fresh = make_instance(replay);
    replay->target->destroy(instance);
    return fresh;
}

uint32_t kind_of(const latprobe_target *target, int32_t answer, uint64_t sequence) {
    if (answer >= (int32_t)target->kind_count || -1 - (int64_t)answer >= target->error_count) {
        refuse("target '%s' broke the ABI at message %llu: it answered %d", target->name,
               (unsigned long long)sequence, answer);
    }
    return answer < 0 ? REJECTED : (uint32_t)answer;
}

const uint8_t *next_message(struct walk *walk, size_t *size, int64_t *recv_ns) {
    const struct feed *feed = &walk->replay->feed;
    const struct batch *batch = &feed->batches[walk->batch];
    if (walk->index == batch->messages) {
        walk->index = 0;
        if (++walk->batch == feed->count) {
            walk->batch = 0;
            walk->instance = reset_instance(walk->replay, walk->instance);
        }
        batch = &feed->batches[walk->batch];
    }
    *recv_ns = batch->recv_ns[walk->index];
    return message_at(feed, batch, walk->index++, size);
}

/* The marks of the message in hand, as scout sees them. */
static uint8_t marks[MOST_MARKS];
static uint32_t mark_count;

static void note_mark(latprobe_probe *probe, uint32_t stage) {
    (void)probe;
    if (mark_count < MOST_MARKS) {
        marks[mark_count] = (uint8_t)stage;
    }
    mark_count++;
}

/* Where the last mark of a stage is among those of the message, from 1; 0 for nowhere. */
static uint32_t place_of(uint32_t stage) {
    uint32_t place = mark_count;
    while (place > 0 && marks[place - 1] != stage) {
        place--;
    }
    return place;
}

/* For each kind: its messages, its marks, how many messages came to the end of each stage, and in
 * how many of these the stage began at a mark, and not with the message. */
struct tally {
    uint64_t messages;
    uint64_t marks;
    uint64_t reached[LATPROBE_MAX_STAGES];
    uint64_t from_mark[LATPROBE_MAX_STAGES];
};

static void write_summary(const latprobe_target *target, const struct tally *tallies,
                          const char *plan) {
    char path[4096];
    FILE *file;
    uint32_t kind, stage;
    snprintf(path, sizeof path, "%s.summary", plan);
    file = fopen(path, "w");
    if (file == NULL) {
        refuse("%s cannot be written: %s", path, strerror(errno));
    }
    for (kind = 0; kind <= REJECTED; kind++) {
        if (tallies[kind].messages == 0) {
            continue;
        }
        fprintf(file, "%u %llu %llu", kind, (unsigned long long)tallies[kind].messages,
                (unsigned long long)tallies[kind].marks);
        for (stage = 0; stage < target->stage_count; stage++) {
            fprintf(file, " %llu %llu", (unsigned long long)tallies[kind].reached[stage],
                    (unsigned long long)tallies[kind].from_mark[stage]);
        }
        fputc('\n', file);
    }
    if (fclose(file) != 0) {
        refuse("%s cannot be written: %s", path, strerror(errno));
    }
}

void scout(struct replay *replay, const char *plan) {
    static struct tally tallies[REJECTED + 1];
    const latprobe_target *target = replay->target;
    uint32_t stages = target->stage_count, stage;
    latprobe_probe probe = {.mode = LATPROBE_MODE_OBSERVED, .observe = note_mark};
    struct walk walk = {replay, make_instance(replay), 0, 0};
    struct step *steps = calloc(stages * replay->measured, sizeof *steps);
    uint64_t sequence;
    FILE *file;
    if (steps == NULL) {
        refuse("no memory for a plan of %llu messages", (unsigned long long)replay->measured);
    }
    for (sequence = 0; sequence < replay->warmup + replay->measured; sequence++) {
        size_t size;
        int64_t recv_ns;
        const uint8_t *bytes = next_message(&walk, &size, &recv_ns);
        uint32_t kind;
        *replay->progress = sequence;
        mark_count = 0;
        kind = kind_of(target, target->on_message(walk.instance, bytes, size, recv_ns, &probe),
                       sequence);
        if (mark_count > MOST_MARKS) {
            refuse("target '%s' marks message %llu %u times; the simulation can tell %d apart",
                   target->name, (unsigned long long)sequence, mark_count, MOST_MARKS);
        }
        if (sequence < replay->warmup) {
            continue;
        }
        tallies[kind].messages++;
        tallies[kind].marks += mark_count;
        for (stage = 0; stage < stages; stage++) {
            struct step *step = &steps[stage * replay->measured + (sequence - replay->warmup)];
            uint32_t place = place_of(stage);
            step->kind = (uint8_t)kind;
            step->off = (uint8_t)place;
            step->on = place > 0 ? (uint8_t)(place - 1) : 0;
            tallies[kind].reached[stage] += place > 0;
            tallies[kind].from_mark[stage] += place > 1;
        }
    }
    file = fopen(plan, "wb");
    if (file == NULL || fwrite(steps, sizeof *steps * stages, replay->measured, file) !=
                            replay->measured || fclose(file) != 0) {
        refuse("%s cannot be written: %s", plan, strerror(errno));
    }
    write_summary(target, tallies, plan);
}

static const struct step *map_plan(const struct replay *replay, const char *plan, int stage) {
    size_t size = sizeof(struct step) * replay->target->stage_count * replay->measured;
    int descriptor = open(plan, O_RDONLY | O_CLOEXEC);
    const struct step *steps = mmap(NULL, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (descriptor < 0 || steps == MAP_FAILED) {
        refuse("%s cannot be read: %s", plan, strerror(errno));
    }
    return steps + (stage > 0 ? (size_t)stage * replay->measured : 0);
}

static void toggle(void) {
    (void)client_request(CALLGRIND_TOGGLE_COLLECT);
}

void replay_collecting(struct replay *replay, const char *plan, int what) {
    const latprobe_target *target = replay->target;
    const struct step *steps = map_plan(replay, plan, what);
    latprobe_probe probe = {.mode = what == -1 ? 0 : LATPROBE_MODE_OBSERVED,
                            .observe = latprobe_observe};
    struct walk walk = {replay, make_instance(replay), 0, 0};
    uint64_t sequence;
    if (client_request(VALGRIND_RUNNING_ON_VALGRIND) == 0) {
        refuse("this is to be run under valgrind");
    }
    for (sequence = 0; sequence < replay->warmup + replay->measured; sequence++) {
        size_t size;
        int64_t recv_ns;
        const uint8_t *bytes = next_message(&walk, &size, &recv_ns);
        struct step step = {REJECTED, 0, 0};
        int32_t answer;
        *replay->progress = sequence;
        if (sequence == replay->simulated_from) {
            (void)client_request(CALLGRIND_START_INSTRUMENTATION);
        }
        latprobe_countdown = latprobe_then = NEVER;
        if (sequence >= replay->warmup) {
            step = steps[sequence - replay->warmup];
            if (what < 0) {
                step.on = step.off = 0;
            } else if (step.off > 0 && step.on > 0) {
                latprobe_countdown = step.on;
                latprobe_then = (uint32_t)step.off - step.on;
            } else if (step.off > 0) {
                latprobe_countdown = step.off;
            }
            if (what < 0 || (step.off > 0 && step.on == 0)) {
                toggle();
            }
        }
        answer = callers[step.kind](target, walk.instance, bytes, size, recv_ns, &probe);
        if (what < 0 && sequence >= replay->warmup) {
            toggle();
        }
        if (latprobe_countdown <= MOST_MARKS || latprobe_then <= MOST_MARKS ||
            (sequence >= replay->warmup && kind_of(target, answer, sequence) != step.kind)) {
            refuse("target '%s' did otherwise with message %llu when it was handed over again: "
                   "what does not repeat cannot be simulated stage by stage",
                   target->name, (unsigned long long)sequence);
        }
    }
}
