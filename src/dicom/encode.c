#include "dicom/encode.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

enum {
    SHORT_MAX = 0xfffe, /* bytes of a value whose length has 16 bits */
    NUMBER_MAX = 16,    /* characters of a DS */
    LEAST_ROOM = 256,
};

#define ITEM_TAG 0xfffee000U
static const char EXPLICIT_LITTLE_ENDIAN[] = "1.2.840.10008.1.2.1";
/* dicom_uid_of("cicatrix", "implementation class") */
static const char IMPLEMENTATION[] = "2.25.328306099877343554120701450388626280972";
static const char IMPLEMENTATION_NAME[] = "CICATRIX";

static uint32_t number_of(uint64_t tag)
{
    return (uint32_t)(tag >> 32);
}

static bool is_vr(uint64_t tag, const char *vr)
{
    return (uint8_t)(tag >> 8) == (uint8_t)vr[0] && (uint8_t)tag == (uint8_t)vr[1];
}

/* Is the representation one of these, "OB OW SQ"? */
static bool is_any(uint64_t tag, const char *list)
{
    for (const char *vr = list; *vr; vr += vr[2] ? 3 : 2)
        if (is_vr(tag, vr))
            return true;
    return false;
}

static void put_number(uint8_t *to, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

static void put_tag(uint8_t to[static 4], uint32_t tag)
{
    put_number(to, tag >> 16, 2);
    put_number(to + 2, tag & 0xffffU, 2);
}

/* ---- room ---- */

static bool failed(const struct dicom_encoder *e)
{
    return e->err.code != ERR_NONE;
}

static void fail(struct dicom_encoder *e, uint64_t tag, const char *why)
{
    err_record(&e->err, ERR_ARG, "DICOM element (%04x,%04x): %s", number_of(tag) >> 16,
               number_of(tag) & 0xffffU, why);
}

/* Room for `size` more bytes at the end of the level; NULL when there is no memory. */
static uint8_t *extend(struct dicom_encoder *e, struct dicom_encode_level *level,
                       size_t size)
{
    if (size > level->room - level->size) {
        size_t room = level->room * 2 + LEAST_ROOM;
        if (room < level->size + size)
            room = level->size + size;
        uint8_t *data = mem_grow(level->data, level->room, room, 1, &e->err);
        if (!data)
            return NULL;
        level->data = data;
        level->room = room;
    }
    uint8_t *at = level->data + level->size;
    level->size += size;
    return at;
}

static bool add_entry(struct dicom_encoder *e, struct dicom_encode_level *level,
                      uint32_t tag, size_t at)
{
    if (level->entries == level->entry_room) {
        const size_t room = level->entry_room * 2 + 16;
        struct dicom_encode_entry *entry =
            mem_grow(level->entry, level->entry_room, room, sizeof *entry, &e->err);
        if (!entry)
            return false;
        level->entry = entry;
        level->entry_room = room;
    }
    level->entry[level->entries++] =
        (struct dicom_encode_entry){tag, at, level->size - at};
    return true;
}

/* A new element with `size` bytes of value, to be filled in; NULL after a failure. */
static uint8_t *element(struct dicom_encoder *e, uint64_t tag, size_t size)
{
    struct dicom_encode_level *level = &e->level[e->depth];
    const bool is_long = is_any(tag, "OB OW SQ UT UC UR");
    const size_t head = is_long ? 12 : 8, even = size + size % 2;

    if (failed(e))
        return NULL;
    if (even > (is_long ? (size_t)UINT32_MAX - 1 : (size_t)SHORT_MAX)) {
        fail(e, tag, "its value is too long");
        return NULL;
    }
    const size_t at = level->size;
    uint8_t *to = extend(e, level, head + even);
    if (!to || !add_entry(e, level, number_of(tag), at))
        return NULL;
    memset(to, 0, head);
    put_tag(to, number_of(tag));
    to[4] = (uint8_t)(tag >> 8);
    to[5] = (uint8_t)tag;
    put_number(to + (is_long ? 8 : 6), even, is_long ? 4 : 2);
    if (even > size)
        to[head + size] = is_any(tag, "UI OB OW") ? 0 : ' ';
    return to + head;
}

void dicom_encode_clear(struct dicom_encoder *e)
{
    for (int d = 0; d < DICOM_ENCODE_DEPTH; d++) {
        mem_free(e->level[d].data);
        mem_free(e->level[d].entry);
    }
    *e = (struct dicom_encoder){0};
}

/* ---- values ---- */

/* Bytes of UTF-8 text that hold at most as many characters as the representation
 * allows. */
static size_t allowed(uint64_t tag, const char *value)
{
    const size_t most = is_vr(tag, "SH")   ? 16
                        : is_vr(tag, "LO") ? 64
                        : is_vr(tag, "ST") ? 1024
                                           : SIZE_MAX;
    size_t bytes = 0, characters = 0;

    if (strchr(value, '\\')) /* each value has its own limit; they come from a file */
        return strlen(value);
    while (value[bytes] != '\0') {
        characters += ((uint8_t)value[bytes] & 0xc0U) != 0x80U;
        if (characters > most)
            break;
        bytes++;
    }
    return bytes;
}

void dicom_encode_text(struct dicom_encoder *e, uint64_t tag, const char *value)
{
    const char *text = value ? value : "";
    const bool lines = is_any(tag, "ST LT UT");
    const size_t size = allowed(tag, text);

    if (is_any(tag, "US SS UL AT FD FL OB OW SQ")) {
        fail(e, tag, "is not text");
        return;
    }
    if (is_vr(tag, "UI") && size > 0 && !dicom_uid_ok(text)) {
        fail(e, tag, "is not an identifier");
        return;
    }
    uint8_t *to = element(e, tag, size);
    for (size_t i = 0; to && i < size; i++) {
        const uint8_t c = (uint8_t)text[i];
        const bool line = lines && (c == '\n' || c == '\r' || c == '\t');
        to[i] = (c < 0x20 && !line) || c == 0x7f ? ' ' : c;
    }
}

void dicom_encode_text_if(struct dicom_encoder *e, uint64_t tag, const char *value)
{
    if (value && *value)
        dicom_encode_text(e, tag, value);
}

/* Text of one number. */
struct number_text {
    char text[32];
};

/* Texts of numbers, separated by backslashes. */
static void put_texts(struct dicom_encoder *e, uint64_t tag,
                      const struct number_text *number, size_t n)
{
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += strlen(number[i].text) + (i > 0);
    uint8_t *to = element(e, tag, size);
    for (size_t i = 0; to && i < n; i++) {
        const size_t length = strlen(number[i].text);
        if (i > 0)
            *to++ = '\\';
        memcpy(to, number[i].text, length);
        to += length;
    }
}

static void put_whole_texts(struct dicom_encoder *e, uint64_t tag, const int64_t *value,
                            size_t n)
{
    struct number_text *number = mem_alloc(n, sizeof *number, &e->err);

    for (size_t i = 0; number && i < n; i++)
        (void)snprintf(number[i].text, sizeof number[i].text, "%" PRId64, value[i]);
    if (number)
        put_texts(e, tag, number, n);
    mem_free(number);
}

void dicom_encode_wholes(struct dicom_encoder *e, uint64_t tag, const int64_t *value,
                         size_t n)
{
    const bool is_text = is_vr(tag, "IS");
    const size_t bytes = is_any(tag, "US SS") ? 2 : 4;
    const int64_t lo = is_vr(tag, "SS") ? INT16_MIN : is_text ? INT32_MIN : 0;
    const int64_t hi = is_vr(tag, "SS")   ? INT16_MAX
                       : is_vr(tag, "US") ? UINT16_MAX
                       : is_text          ? INT32_MAX
                                          : UINT32_MAX;

    if (!is_any(tag, "IS US SS UL AT")) {
        fail(e, tag, "does not hold these numbers");
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (value[i] < lo || value[i] > hi) {
            fail(e, tag, "a number is out of range");
            return;
        }
    if (is_text) {
        put_whole_texts(e, tag, value, n);
        return;
    }
    uint8_t *to = element(e, tag, n * bytes);
    for (size_t i = 0; to && i < n; i++) {
        if (is_vr(tag, "AT"))
            put_tag(to + i * 4, (uint32_t)value[i]);
        else
            put_number(to + i * bytes, (uint64_t)value[i], bytes);
    }
}

void dicom_encode_whole(struct dicom_encoder *e, uint64_t tag, int64_t value)
{
    dicom_encode_wholes(e, tag, &value, 1);
}

/* The nearest text of at most 16 characters, the shortest of these. */
static void decimal_text(double value, char text[static 32])
{
    for (int digits = 15; digits > 5; digits--) {
        (void)snprintf(text, 32, "%.*g", digits, value + 0.0); /* no -0 */
        if (strlen(text) <= NUMBER_MAX)
            return;
    }
}

void dicom_encode_reals(struct dicom_encoder *e, uint64_t tag, const double *value,
                        size_t n)
{
    struct number_text number[8]; /* of a DS; the most that has a use is 6 */

    if (!is_any(tag, "DS FD FL") || (is_vr(tag, "DS") && n > ARRAY_LEN(number))) {
        fail(e, tag, "does not hold these numbers");
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (!isfinite(value[i])) {
            fail(e, tag, "a number is not finite");
            return;
        }
    if (is_vr(tag, "DS")) {
        for (size_t i = 0; i < n; i++)
            decimal_text(value[i], number[i].text);
        put_texts(e, tag, number, n);
        return;
    }
    const size_t bytes = is_vr(tag, "FD") ? 8 : 4;
    uint8_t *to = element(e, tag, n * bytes);
    for (size_t i = 0; to && i < n; i++) {
        const float narrow = (float)value[i];
        uint64_t bits = 0;
        uint32_t bits32 = 0;
        memcpy(&bits, &value[i], sizeof bits);
        memcpy(&bits32, &narrow, sizeof bits32);
        put_number(to + i * bytes, bytes == 8 ? bits : bits32, bytes);
    }
}

void dicom_encode_real(struct dicom_encoder *e, uint64_t tag, double value)
{
    dicom_encode_reals(e, tag, &value, 1);
}

void dicom_encode_bytes(struct dicom_encoder *e, uint64_t tag, const void *data,
                        size_t size)
{
    if (!is_any(tag, "OB OW")) {
        fail(e, tag, "does not hold bytes");
        return;
    }
    uint8_t *to = element(e, tag, size);
    if (to && size > 0)
        memcpy(to, data, size);
}

/* ---- sequences ---- */

void dicom_encode_empty(struct dicom_encoder *e, uint64_t tag)
{
    (void)element(e, tag, 0);
}

void dicom_encode_begin(struct dicom_encoder *e, uint64_t sequence)
{
    if (e->depth + 1 >= DICOM_ENCODE_DEPTH || !is_vr(sequence, "SQ")) {
        fail(e, sequence, "no sequence, or too many in each other");
        return;
    }
    if (failed(e))
        return;
    struct dicom_encode_level *level = &e->level[++e->depth];
    level->size = level->entries = 0;
    level->sequence = sequence;
}

static int by_tag(const void *a, const void *b)
{
    const struct dicom_encode_entry *p = a, *q = b;
    return (p->tag > q->tag) - (p->tag < q->tag);
}

/* Copy the level's elements in ascending order. */
static void copy_sorted(struct dicom_encoder *e, struct dicom_encode_level *level,
                        uint8_t *to)
{
    if (level->entries > 0)
        qsort(level->entry, level->entries, sizeof *level->entry, by_tag);
    for (size_t i = 0; i < level->entries; i++) {
        const struct dicom_encode_entry *entry = &level->entry[i];
        if (i > 0 && entry->tag == level->entry[i - 1].tag)
            fail(e, (uint64_t)entry->tag << 32, "was put twice");
        memcpy(to, level->data + entry->at, entry->size);
        to += entry->size;
    }
}

void dicom_encode_end(struct dicom_encoder *e)
{
    if (failed(e))
        return;
    if (e->depth == 0) {
        err_record(&e->err, ERR_ARG, "DICOM: the end of an item that was not begun");
        return;
    }
    struct dicom_encode_level *item = &e->level[e->depth--];
    struct dicom_encode_level *level = &e->level[e->depth];
    const struct dicom_encode_entry *last =
        level->entries > 0 ? &level->entry[level->entries - 1] : NULL;

    if (!last || last->tag != number_of(item->sequence))
        (void)element(e, item->sequence, 0);
    uint8_t *to = failed(e) ? NULL : extend(e, level, 8 + item->size);
    if (!to)
        return;
    put_tag(to, ITEM_TAG);
    put_number(to + 4, item->size, 4);
    copy_sorted(e, item, to + 8);
    struct dicom_encode_entry *entry = &level->entry[level->entries - 1];
    entry->size = level->size - entry->at;
    if (entry->size - 12 > UINT32_MAX - 1)
        fail(e, item->sequence, "its items are too long");
    put_number(level->data + entry->at + 8, entry->size - 12, 4);
}

/* ---- files ---- */

static bool sorted(struct dicom_encoder *e, uint8_t **out, struct err *err)
{
    uint8_t *all = mem_alloc(e->level[0].size, 1, err);

    if (!all)
        return false;
    copy_sorted(e, &e->level[0], all);
    if (failed(e)) {
        err_record(err, e->err.code, "%s", e->err.msg);
        mem_free(all);
        return false;
    }
    *out = all;
    return true;
}

/* Preamble and file meta information. */
static bool meta_header(const char *sop_class, const char *uid,
                        struct dicom_encoder *meta, struct err *err)
{
    static const uint8_t version[2] = {0, 1};

    dicom_encode_bytes(meta, DICOM_META_VERSION, version, sizeof version);
    dicom_encode_text(meta, DICOM_META_SOP_CLASS, sop_class);
    dicom_encode_text(meta, DICOM_META_SOP_INSTANCE, uid);
    dicom_encode_text(meta, DICOM_META_TRANSFER_SYNTAX, EXPLICIT_LITTLE_ENDIAN);
    dicom_encode_text(meta, DICOM_META_IMPLEMENTATION, IMPLEMENTATION);
    dicom_encode_text(meta, DICOM_META_IMPLEMENTATION_NAME, IMPLEMENTATION_NAME);
    dicom_encode_whole(meta, DICOM_META_LENGTH, (int64_t)meta->level[0].size);
    if (failed(meta))
        err_record(err, meta->err.code, "%s", meta->err.msg);
    return !failed(meta);
}

static bool write_file(const char *path, struct dicom_encoder *meta,
                       struct dicom_encoder *e, struct err *err)
{
    static const uint8_t preamble[132] = {
        [128] = 'D', [129] = 'I', [130] = 'C', [131] = 'M'};
    struct file_writer w = {0};
    uint8_t *head = NULL, *body = NULL;
    bool ok = false;

    if (!sorted(meta, &head, err) || !sorted(e, &body, err) ||
        !file_writer_open(path, &w, err))
        goto done;
    (void)fwrite(preamble, 1, sizeof preamble, w.stream); /* the commit sees failures */
    (void)fwrite(head, 1, meta->level[0].size, w.stream);
    (void)fwrite(body, 1, e->level[0].size, w.stream);
    ok = file_writer_commit(&w, err);
done:
    file_writer_abort(&w);
    mem_free(head);
    mem_free(body);
    return ok;
}

bool dicom_encode_write(struct dicom_encoder *e, const char *sop_class,
                        const char *path, char *uid, struct err *err)
{
    struct dicom_encoder meta = {0};
    uint8_t *content = NULL;
    char name[DICOM_UID_SIZE];
    bool ok = false;

    if (e->depth > 0 && !failed(e))
        err_record(&e->err, ERR_ARG, "DICOM: an item was not ended");
    dicom_encode_text(e, DICOM_SOP_CLASS, sop_class);
    if (!sorted(e, &content, err) ||
        !dicom_uid_of_bytes(content, e->level[0].size, name, err))
        goto done;
    dicom_encode_text(e, DICOM_SOP_INSTANCE, name);
    if (!meta_header(sop_class, name, &meta, err) || !write_file(path, &meta, e, err))
        goto done;
    if (uid)
        memcpy(uid, name, sizeof name);
    ok = true;
done:
    if (!ok)
        err_prefix(err, "%s", path);
    mem_free(content);
    dicom_encode_clear(&meta);
    return ok;
}
