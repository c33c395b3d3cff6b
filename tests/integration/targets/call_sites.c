/*
 * A target whose every call has a line that a test can name: each is marked with a word in a comment
 * at its end. The first byte of a message says which of them it makes; `.` makes none.
 *
 * `deep` allocates below frames of every kind: inlined, recursive, of variable size, and through the
 * C library. With -DFIBER, a message is handled on a stack of the target's own.
 */
#include "latprobe.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef FIBER
#include <ucontext.h>
#endif

static const char *const stages[] = {"first", "second"};
static const char *const kinds[] = {"plain", "asking"};

typedef struct state {
    char *kept;
    pthread_mutex_t mutex;
    pthread_rwlock_t shared;
} state;

static void *create(const uint8_t *config, size_t config_size, const latprobe_host *host,
                    char *error, size_t error_size) {
    state *self = calloc(1, sizeof *self);
    (void)config;
    (void)config_size;
    (void)host;
    (void)error;
    (void)error_size;
    pthread_mutex_init(&self->mutex, NULL);
    pthread_rwlock_init(&self->shared, NULL);
    return self;
}

/* Volatile, or the compiler does without the block. */
static inline __attribute__((always_inline)) char *inlined(size_t size) {
    char *volatile block = malloc(size); /* inlined */
    return block;
}

static __attribute__((noinline)) char *of_variable_size(const char *text, size_t size) {
    char room[size + 1];
    char *volatile copy;
    memcpy(room, text, size);
    room[size] = 0;
    copy = strdup(room); /* strdup */
    return copy;
}

static __attribute__((noinline)) char *recursive(unsigned depth) {
    char *volatile below = depth ? recursive(depth - 1) : of_variable_size("abcdefgh", 7);
    return below;
}

static __attribute__((noinline)) void deep(void) {
    char *block = inlined(24);
    char *copy = recursive(3);
    free(copy);  /* free-copy */
    free(block); /* free-block */
}

static __attribute__((noinline)) void grow(void) {
    char *volatile block = NULL;
    size_t size;
    for (size = 16; size <= 64; size *= 2) {
        block = realloc(block, size); /* grow */
    }
    free(block); /* free-grown */
}

static __attribute__((noinline)) void replace(state *self) {
    free(self->kept);              /* free-kept */
    self->kept = calloc(3, 11);    /* kept */
}

static __attribute__((noinline)) void lock(state *self) {
    pthread_mutex_lock(&self->mutex); /* mutex */
    pthread_mutex_unlock(&self->mutex);
    pthread_rwlock_rdlock(&self->shared); /* rwlock */
    pthread_rwlock_unlock(&self->shared);
}

static __attribute__((noinline)) void call_the_kernel(void) {
    (void)!write(-1, "x", 1);       /* write */
    (void)!syscall(SYS_getppid);    /* getppid */
    (void)!syscall(SYS_getppid);    /* getppid-again */
}

static void *nothing(void *it) {
    return it;
}

static __attribute__((noinline)) void start_a_thread(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, nothing, NULL) == 0) { /* thread */
        pthread_join(thread, NULL);
    }
}

static int32_t handle(state *self, uint8_t what, latprobe_probe *probe) {
    if (what == 'd') {
        deep();
    } else if (what == 'g') {
        grow();
    } else if (what == 'm') {
        unsigned count;
        for (count = 0; count < 70000; count++) {
            free(inlined(8)); /* many */
        }
    }
    latprobe_mark(probe, 0);
    if (what == 'k') {
        replace(self);
    } else if (what == 'l') {
        lock(self);
    } else if (what == 's') {
        call_the_kernel();
    } else if (what == 't') {
        start_a_thread();
    }
    latprobe_mark(probe, 1);
    if (what == 'z') {
        free(inlined(1)); /* late */
    }
    return what != '.';
}

#ifdef FIBER
static ucontext_t outside, inside;
static state *its_self;
static uint8_t its_byte;
static latprobe_probe *its_probe;
static int32_t its_answer;

static void on_its_own_stack(void) {
    its_answer = handle(its_self, its_byte, its_probe);
}
#endif

static int32_t on_message(void *self, const uint8_t *bytes, size_t size, int64_t recv_ns,
                          latprobe_probe *probe) {
    uint8_t what = size ? bytes[0] : '.';
    (void)recv_ns;
#ifdef FIBER
    static char stack[65536];
    getcontext(&inside);
    inside.uc_stack.ss_sp = stack;
    inside.uc_stack.ss_size = sizeof stack;
    inside.uc_link = &outside;
    its_self = self, its_byte = what, its_probe = probe;
    makecontext(&inside, on_its_own_stack, 0);
    swapcontext(&outside, &inside);
    return its_answer;
#else
    return handle(self, what, probe);
#endif
}

static void destroy(void *self) {
    free(((state *)self)->kept);
    free(self);
}

static const latprobe_target targets[] = {{
    .name = "asking",
    .family = "asking",
    .description = "",
    .protocol = "",
    .stages = stages,
    .kinds = kinds,
    .errors = NULL,
    .stage_count = 2,
    .kind_count = 2,
    .error_count = 0,
    .create = create,
    .on_message = on_message,
    .destroy = destroy,
}};

static const latprobe_target_table table = {
    .magic = LATPROBE_TABLE_MAGIC,
    .abi_version = LATPROBE_ABI_VERSION,
    .target_size = sizeof(latprobe_target),
    .target_count = 1,
    .targets = targets,
};

const latprobe_target_table *latprobe_targets_v1(void) {
    return &table;
}
