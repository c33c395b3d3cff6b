/* An allocator that is libc's own under another roof: a library that can be preloaded in its place. */
#include <dlfcn.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

void *malloc(size_t size) {
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    return __libc_memalign(alignment, size);
}

void free(void *block) {
    __libc_free(block);
}

size_t malloc_usable_size(void *block) {
    size_t (*next)(void *) = (size_t(*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
    return next(block);
}

/* As C++ asks it, past malloc. */
void *_Znwm(size_t size) {
    return __libc_malloc(size);
}

void _ZdlPv(void *block) {
    __libc_free(block);
}

void _ZdlPvm(void *block) {
    __libc_free(block);
}
