/*
 * mem.h - the only place that calls malloc.
 *
 * Why:    sizes come from files, so every multiplication is checked; vector code wants
 *         cache-line alignment; a counter lets tests assert that a training step
 *         allocates nothing.
 * Layer:  base.
 * Thread: safe.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

C_API_BEGIN

enum { MEM_ALIGN = 64 }; /* bytes: a cache line, a 512-bit vector */

/**
 * Allocate `count` elements of `size` bytes, zeroed and aligned to MEM_ALIGN.
 *
 * @return  the block, owned by the caller (mem_free), or NULL with `err` = ERR_NOMEM.
 *          A request for 0 bytes gives a valid block.
 */
void *mem_alloc(size_t count, size_t size, struct err *err) ATTR_MUST_USE;

/** Change a block's size, keeping min(old, new) elements; new ones are zero.
 *  On failure NULL is returned and `block` stays valid. */
void *mem_grow(void *block, size_t old_count, size_t new_count, size_t size,
               struct err *err) ATTR_MUST_USE;

/** Copy of a string, owned by the caller; NULL with ERR_NOMEM. */
char *mem_strdup(const char *text, struct err *err) ATTR_MUST_USE;

/** Free a block of this module; NULL is fine. */
void mem_free(void *block);

/** How many blocks were ever handed out by this process. */
uint64_t mem_count(void);

C_API_END

#endif
