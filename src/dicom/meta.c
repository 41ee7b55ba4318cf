#include "dicom/meta.h"

#include <stdint.h>
#include <string.h>

#include "dicom/tags.h"
#include "dicom/uid.h"

enum { PREAMBLE = 128, MAGIC = 4, SHORT_HEAD = 8, LONG_HEAD = 12 };

/* An element as it lies there. */
struct element {
    uint64_t tag; /* with its VR, as in tags.h */
    const uint8_t *value;
    size_t size;
};

static uint32_t number(const uint8_t *at, size_t bytes)
{
    uint32_t n = 0;

    for (size_t i = bytes; i-- > 0;)
        n = n << 8 | at[i];
    return n;
}

/* The element at the beginning of `size` bytes and where the next one begins; false if
 * there is no whole one. */
static bool next(const uint8_t *at, size_t size, struct element *out, size_t *end)
{
    if (size < SHORT_HEAD)
        return false;
    const bool wide = at[4] == 'O' || memcmp(at + 4, "UN", 2) == 0;
    const size_t head = wide ? LONG_HEAD : SHORT_HEAD;
    if (size < head)
        return false;
    out->tag = DICOM_TAG(number(at, 2), number(at + 2, 2), at[4], at[5]);
    out->value = at + head;
    out->size = wide ? number(at + 8, 4) : number(at + 6, 2);
    *end = head + out->size;
    return out->size <= size - head;
}

/* Without the zero that makes its length even. */
static bool copy_uid(const struct element *e, char uid[static DICOM_UID])
{
    const size_t n = e->size > 0 && e->value[e->size - 1] == 0 ? e->size - 1 : e->size;

    if (n >= DICOM_UID)
        return false;
    memcpy(uid, e->value, n);
    uid[n] = '\0';
    return strlen(uid) == n && dicom_uid_ok(uid);
}

bool dicom_meta_instance(const void *file, size_t size, char uid[static DICOM_UID],
                         struct err *err)
{
    const uint8_t *at = file;
    size_t end = PREAMBLE + MAGIC;
    struct element e = {0};

    if (size < end || memcmp(at + PREAMBLE, "DICM", MAGIC) != 0)
        return ERR_FAIL(err, ERR_FORMAT, "not a DICOM file");
    do {
        at += end;
        size -= end;
        if (!next(at, size, &e, &end) || e.tag > DICOM_META_SOP_INSTANCE)
            return ERR_FAIL(err, ERR_FORMAT, "no SOP Instance UID in its beginning");
    } while (e.tag != DICOM_META_SOP_INSTANCE);
    return copy_uid(&e, uid) ||
           ERR_FAIL(err, ERR_FORMAT, "no sound SOP Instance UID in its beginning");
}
