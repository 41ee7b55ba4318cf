#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_uint_fast64_t blocks;

void *mem_alloc(size_t count, size_t size, struct err *err)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - MEM_ALIGN) {
        err_record(err, ERR_NOMEM, "a size overflowed: %zu elements of %zu bytes",
                   count, size);
        return NULL;
    }
    /* aligned_alloc wants a multiple of the alignment, and one byte at the least */
    const size_t padded =
        bytes ? (bytes + MEM_ALIGN - 1) / MEM_ALIGN * MEM_ALIGN : MEM_ALIGN;
    void *block = aligned_alloc(MEM_ALIGN, padded);
    if (!block) {
        err_record(err, ERR_NOMEM, "out of memory: %zu bytes were asked for", bytes);
        return NULL;
    }
    memset(block, 0, padded);
    atomic_fetch_add_explicit(&blocks, 1, memory_order_relaxed);
    return block;
}

void *mem_grow(void *block, size_t old_count, size_t new_count, size_t size,
               struct err *err)
{
    void *bigger = mem_alloc(new_count, size, err);
    if (!bigger)
        return NULL;
    if (block)
        memcpy(bigger, block, (old_count < new_count ? old_count : new_count) * size);
    mem_free(block);
    return bigger;
}

char *mem_strdup(const char *text, struct err *err)
{
    const size_t n = strlen(text) + 1;
    char *copy = mem_alloc(n, 1, err);
    if (copy)
        memcpy(copy, text, n);
    return copy;
}

void mem_free(void *block)
{
    free(block);
}

uint64_t mem_count(void)
{
    return atomic_load_explicit(&blocks, memory_order_relaxed);
}
