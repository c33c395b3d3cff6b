/*
 * A target that asks for memory in every way that C and C++ have, once for each message, and gives
 * all of it back. It rejects messages where the variable TARGET_SAYS is not "allocate".
 */
#include "latprobe.h"

#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

const char *const stages[] = {"c", "cpp"};
const char *const kinds[] = {"message"};
const char *const errors[] = {"not told to"};

struct alignas(64) Line {
    char bytes[100];
};

/* Through volatile pointers, or the compiler does without a block that nothing is done with. */
void use(void *block) {
    *static_cast<volatile char *>(block) = 1;
}

void *create(const uint8_t *, size_t, const latprobe_host *, char *, size_t) {
    return std::malloc(1);
}

void allocate_c() {
    void *blocks[7] = {std::malloc(10), std::calloc(3, 5), aligned_alloc(64, 128), nullptr,
                       memalign(32, 40), valloc(50), std::malloc(20)};
    if (posix_memalign(&blocks[3], 64, 70) != 0) {
        std::abort();
    }
    blocks[6] = reallocarray(std::realloc(blocks[6], 200), 30, 10);
    for (void *block : blocks) {
        use(block);
        std::free(block);
    }
    std::free(nullptr);
}

void allocate_cpp() {
    auto *one = new Line;
    auto *many = new Line[3];
    auto *plain = new char[0];
    auto *careful = new (std::nothrow) std::string(100, 'x');
    auto *aligned = new (std::nothrow) Line[2];
    std::vector<int> grown;
    for (int number = 0; number < 100; number++) {
        grown.push_back(number);
    }
    auto shared = std::make_shared<std::string>(50, 'y');
    for (void *block : {static_cast<void *>(one), static_cast<void *>(many),
                        static_cast<void *>(aligned), static_cast<void *>(grown.data())}) {
        use(block);
    }
    delete one;
    delete[] many;
    delete[] plain;
    delete careful;
    delete[] aligned;
}

int32_t on_message(void *, const uint8_t *, size_t, int64_t, latprobe_probe *probe) {
    const char *said = std::getenv("TARGET_SAYS");
    if (said == nullptr || std::strcmp(said, "allocate") != 0) {
        return -1;
    }
    allocate_c();
    latprobe_mark(probe, 0);
    allocate_cpp();
    latprobe_mark(probe, 1);
    latprobe_understood(probe, 0);
    return 0;
}

latprobe_target target() {
    latprobe_target made = {};
    made.name = "allocating";
    made.family = "allocating";
    made.description = "";
    made.protocol = "";
    made.stages = stages;
    made.kinds = kinds;
    made.errors = errors;
    made.stage_count = 2;
    made.kind_count = 1;
    made.error_count = 1;
    made.create = create;
    made.on_message = on_message;
    made.destroy = std::free;
    return made;
}

const latprobe_target targets[] = {target()};
const latprobe_target_table table = {LATPROBE_TABLE_MAGIC, LATPROBE_ABI_VERSION,
                                     sizeof(latprobe_target), 1, targets};

} // namespace

const latprobe_target_table *latprobe_targets_v1(void) {
    return &table;
}
