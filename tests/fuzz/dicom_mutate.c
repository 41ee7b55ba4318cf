/*
 * dicom_mutate.c - changes of whole elements, for the fuzzer of dicom.c.
 *
 * Bytes changed at random mostly break the first header that they meet, and nothing
 * behind it is read.  Here elements are found first (explicit little endian), then one
 * is dropped, doubled, moved, given another length, kind or value.  Files in which none
 * are found, and one in four of the others, are changed by the fuzzer's own means.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/rng.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room); /* the fuzzer's */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);

enum { MOST = 512 };

struct part {
    size_t at, head, length; /* of the value; 0 for what has parts of its own */
    bool wide;               /* four bytes of length, the last of the header */
};

static bool any_of(const uint8_t *kind, const char *kinds)
{
    for (; *kinds; kinds += 2)
        if (memcmp(kind, kinds, 2) == 0)
            return true;
    return false;
}

static uint32_t number(const uint8_t *b, size_t n)
{
    uint32_t v = 0;

    while (n-- > 0)
        v = v << 8 | b[n];
    return v;
}

static bool part_at(const uint8_t *data, size_t size, size_t at, struct part *out)
{
    if (size - at < 8)
        return false;
    const uint8_t *b = data + at;
    const bool item = b[0] == 0xfe && b[1] == 0xff;
    const bool wide = !item && any_of(b + 4, "OBOWOFODOLSQUNUTUCUR");
    if (!item && (b[4] < 'A' || b[4] > 'Z' || b[5] < 'A' || b[5] > 'Z'))
        return false;
    *out = (struct part){at, wide ? 12 : 8, 0, item || wide};
    if (size - at < out->head)
        return false;
    const uint32_t length =
        number(b + out->head - (out->wide ? 4 : 2), out->wide ? 4 : 2);
    const bool nests = item || any_of(b + 4, "SQ") || length == UINT32_MAX;
    out->length = nests                            ? 0
                  : length < size - at - out->head ? length
                                                   : size - at - out->head;
    return true;
}

static size_t find_parts(const uint8_t *data, size_t size, struct part *part)
{
    size_t n = 0;

    for (size_t at = size > 132 && memcmp(data + 128, "DICM", 4) == 0 ? 132 : 0;
         n < MOST && part_at(data, size, at, &part[n]); n++)
        at = part[n].at + part[n].head + part[n].length;
    return n;
}

static void set_length(uint8_t *data, const struct part *p, struct rng *r)
{
    static const uint32_t odd[] = {0,      1,      2,          7,          0x1000,
                                   0x7fff, 0xfffe, 0x7ffffff0, 0xfffffff0, UINT32_MAX};
    const uint64_t pick = rng_below(r, 14);
    const uint32_t v = pick < 10 ? odd[pick] : (uint32_t)(p->length + pick - 12);
    uint8_t *at = data + p->at + p->head - (p->wide ? 4 : 2);

    for (size_t i = 0; i < (p->wide ? 4U : 2U); i++)
        at[i] = (uint8_t)(v >> (8 * i));
}

/* Bytes to write over a value, cut to its length. */
static void set_value(uint8_t *value, size_t length, struct rng *r)
{
    static const char *const texts[] = {"-1",
                                        "0",
                                        "1e308",
                                        "nan",
                                        "99999999999",
                                        "1\\2\\3\\4\\5\\6\\7",
                                        "65535",
                                        "2.25.1",
                                        "ISO 2022 IR 87",
                                        "MONOCHROME1",
                                        "\x1b$B\x1b(B",
                                        "1.2.840.10008.1.3.10"};
    const uint64_t pick = rng_below(r, 14);

    if (pick < 12) {
        const size_t n = strlen(texts[pick]);
        memset(value, ' ', length);
        memcpy(value, texts[pick], n < length ? n : length);
    } else {
        memset(value, pick == 12 ? 0xff : 0, length);
    }
}

/* A copy of part `p` before byte `to`; the new size. */
static size_t insert(uint8_t *data, size_t size, size_t room, const struct part *p,
                     size_t to)
{
    uint8_t copy[4096];
    const size_t n = p->head + p->length;

    if (n > sizeof copy || n > room - size)
        return size;
    memcpy(copy, data + p->at, n);
    memmove(data + to + n, data + to, size - to);
    memcpy(data + to, copy, n);
    return size + n;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    static const char kinds[] = "OBOWSQUNUTUIDSISUSSSULFLFDATLOSHPNCSTMDALTOF";
    struct part part[MOST];
    struct rng r = rng_make(seed, size, 0);
    const size_t n = find_parts(data, size, part);

    if (n < 3 || rng_below(&r, 4) == 0)
        return LLVMFuzzerMutate(data, size, room);
    const struct part *p = &part[rng_below(&r, (uint32_t)n)],
                      *q = &part[rng_below(&r, (uint32_t)n)];
    const size_t end = p->at + p->head + p->length;
    switch (rng_below(&r, 7)) {
    case 0:
        memmove(data + p->at, data + end, size - end);
        return size - (end - p->at);
    case 1:
        return insert(data, size, room, p, q->at);
    case 2:
        set_length(data, p, &r);
        return size;
    case 3:
        memcpy(data + p->at + 4, kinds + 2 * rng_below(&r, sizeof kinds / 2), 2);
        return size;
    case 4:
        set_value(data + p->at + p->head, p->length, &r);
        return size;
    case 5: /* as if it were another attribute */
        memcpy(data + p->at, data + q->at, 4);
        return size;
    default:
        if (p->length > 0)
            (void)LLVMFuzzerMutate(data + p->at + p->head, p->length, p->length);
        return size;
    }
}
