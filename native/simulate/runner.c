/*
 * The simulation's runner: replays a feed into a target under callgrind, with collection switched
 * on around the work that is asked for and off everywhere else.
 *
 * It is a small program of its own, since callgrind simulates all that a process does, and an
 * interpreter takes seconds to start there. What is simulated repeats exactly, so that each stage
 * gets a replay of its own, in which collection is on during that stage alone. Where a stage begins
 * and ends, a replay without callgrind has found before (`scout`).
 *
 *     runner scout  LIBRARY TARGET CONFIG FEED LAYOUT WARMUP FROM MEASURED PLAN PROGRESS REASON -1
 *     runner replay LIBRARY TARGET CONFIG FEED LAYOUT WARMUP FROM MEASURED PLAN PROGRESS REASON WHAT
 *     runner check  LIBRARY TARGET CONFIG FEED LAYOUT 0      0    MEASURED REPORT PROGRESS REASON 0
 *
 * LAYOUT is a file with a line `messages recv_ns offsets payload payload_size` for each batch of
 * the feed. `scout` writes PLAN, and PLAN.summary for whoever started it. WHAT is a stage's index,
 * -1 for the whole message with no mark observed, and -2 for the same with all marks observed, but
 * none acted upon. `check` replays under a checker of memory, and writes REPORT. PROGRESS is a descriptor to map, in which the number of the message in hand is
 * kept. Ends with 3 where something is refused, with the reason in the file REASON.
 */
#include "client_requests.h"
#include "replay.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { ARGUMENTS = 14 };

static void open_target(struct replay *replay, const char *library, const char *name) {
    const latprobe_target_table *(*entry)(void);
    const latprobe_target_table *table;
    uint32_t index;
    void *symbol;
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        refuse("%s cannot be loaded by the simulation: %s", library, dlerror());
    }
    symbol = dlsym(handle, "latprobe_targets_v1");
    if (symbol == NULL) {
        refuse("%s exports no `latprobe_targets_v1`", library);
    }
    memcpy(&entry, &symbol, sizeof entry); /* ISO C has no cast from an object to a function */
    table = entry();
    if (table == NULL || table->magic != LATPROBE_TABLE_MAGIC ||
        table->abi_version != LATPROBE_ABI_VERSION ||
        table->target_size < offsetof(latprobe_target, hops)) {
        refuse("%s is built for another version of the target ABI", library);
    }
    for (index = 0; index < table->target_count; index++) {
        /* Libraries from before there were hops have shorter entries. */
        const latprobe_target *target = (const void *)((const char *)table->targets +
                                                       (size_t)index * table->target_size);
        if (strcmp(target->name, name) == 0) {
            replay->target = target;
            replay->hop_count = table->target_size < sizeof *target ? 0 : target->hop_count;
            return;
        }
    }
    refuse("%s: no target is called '%s'", library, name);
}

int main(int count, char **arguments) {
    struct replay replay;
    struct rlimit no_core = {0, 0};
    int what;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setrlimit(RLIMIT_CORE, &no_core);
    if (count != ARGUMENTS) {
        return 2;
    }
    refuse_into(arguments[12]);
    memset(&replay, 0, sizeof replay);
    open_target(&replay, arguments[2], arguments[3]);
    replay.config = arguments[4];
    open_feed(&replay.feed, arguments[5], arguments[6]);
    replay.warmup = strtoull(arguments[7], NULL, 10);
    replay.simulated_from = strtoull(arguments[8], NULL, 10);
    replay.measured = strtoull(arguments[9], NULL, 10);
    if (replay.simulated_from > replay.warmup) {
        refuse("what counts is to be simulated from its first message on");
    }
    replay.progress = map_progress(atoi(arguments[11]));
    what = atoi(arguments[13]);
    if (strcmp(arguments[1], "scout") == 0) {
        scout(&replay, arguments[10]);
    } else if (strcmp(arguments[1], "check") == 0) {
        replay_checked(&replay, arguments[10]);
    } else {
        replay_collecting(&replay, arguments[10], what);
    }
    return 0;
}
