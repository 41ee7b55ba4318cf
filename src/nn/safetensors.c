#include "nn/safetensors.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/sums.h"
#include "nn/bf16.h"

#define METADATA "__metadata__"

void nn_weights_clear(struct nn_weights *w)
{
    for (size_t i = 0; i < w->tensors; i++)
        if (!w->tensor[i].in_file)
            mem_free(w->tensor[i].data);
    bytes_clear(&w->file);
    for (size_t i = 0; i < w->entries; i++) {
        mem_free(w->key[i]);
        mem_free(w->value[i]);
    }
    mem_free(w->tensor);
    mem_free(w->key);
    mem_free(w->value);
    *w = (struct nn_weights){0};
}

const struct nn_tensor *nn_weights_find(const struct nn_weights *w, const char *name)
{
    for (size_t i = 0; i < w->tensors; i++)
        if (strcmp(w->tensor[i].name, name) == 0)
            return &w->tensor[i];
    return NULL;
}

const char *nn_weights_text(const struct nn_weights *w, const char *key)
{
    for (size_t i = 0; i < w->entries; i++)
        if (strcmp(w->key[i], key) == 0)
            return w->value[i];
    return NULL;
}

/* Elements of a shape; false if a dimension is out of range. */
static bool shape_count(int32_t rank, const int32_t *dim, size_t *count)
{
    size_t n = 1;
    if (rank < 1 || rank > 5)
        return false;
    for (int a = 0; a < rank; a++) {
        if (dim[a] < 1 || __builtin_mul_overflow(n, (size_t)dim[a], &n) ||
            n > SAFETENSORS_MAX_BYTES / sizeof(float))
            return false;
    }
    *count = n;
    return true;
}

/* Append a tensor whose data lie in the file, or are allocated if `in_file` is NULL. */
static bool add_tensor(struct nn_weights *w, const char *name, int32_t rank,
                       const int32_t *dim, float *in_file, struct nn_tensor **out,
                       struct err *err)
{
    struct nn_tensor t = {.rank = rank};
    if (strlen(name) >= sizeof t.name || name[0] == '\0')
        return ERR_FAIL(err, ERR_ARG, "a tensor's name has %zu characters",
                        strlen(name));
    if (nn_weights_find(w, name))
        return ERR_FAIL(err, ERR_ARG, "two tensors are called '%s'", name);
    if (!shape_count(rank, dim, &t.count))
        return ERR_FAIL(err, ERR_ARG, "tensor '%s' has an impossible shape", name);
    if (w->tensors == SAFETENSORS_MAX_TENSORS)
        return ERR_FAIL(err, ERR_SUPPORT, "more than %d tensors",
                        (int)SAFETENSORS_MAX_TENSORS);
    if (w->tensors == w->room) {
        const size_t room = w->room ? 2 * w->room : 64;
        struct nn_tensor *more =
            mem_grow(w->tensor, w->tensors, room, sizeof *w->tensor, err);
        if (!more)
            return false;
        w->tensor = more;
        w->room = room;
    }
    t.in_file = in_file != NULL;
    t.data = in_file ? in_file : mem_alloc(t.count, sizeof *t.data, err);
    if (!t.data)
        return false;
    (void)snprintf(t.name, sizeof t.name, "%s", name);
    memcpy(t.dim, dim, (size_t)rank * sizeof *dim);
    w->tensor[w->tensors] = t;
    *out = &w->tensor[w->tensors++];
    return true;
}

static bool is_utf8(const char *text)
{
    json_t *string = json_string(text);
    const bool ok = string != NULL;
    json_decref(string);
    return ok;
}

bool nn_weights_add(struct nn_weights *w, const char *name, int32_t rank,
                    const int32_t *dim, struct nn_tensor **out, struct err *err)
{
    return add_tensor(w, name, rank, dim, NULL, out, err);
}

void nn_weights_drop_text(struct nn_weights *w, const char *key)
{
    size_t kept = 0;

    for (size_t i = 0; i < w->entries; i++) {
        if (strcmp(w->key[i], key) == 0) {
            mem_free(w->key[i]);
            mem_free(w->value[i]);
            continue;
        }
        w->key[kept] = w->key[i];
        w->value[kept++] = w->value[i];
    }
    w->entries = kept;
}

bool nn_weights_set_text(struct nn_weights *w, const char *key, const char *value,
                         struct err *err)
{
    if (!is_utf8(key) || !is_utf8(value))
        return ERR_FAIL(err, ERR_ARG, "the text for '%.40s' is not UTF-8",
                        is_utf8(key) ? key : "?");
    char *text = mem_strdup(value, err);
    if (!text)
        return false;
    for (size_t i = 0; i < w->entries; i++) {
        if (strcmp(w->key[i], key) == 0) {
            mem_free(w->value[i]);
            w->value[i] = text;
            return true;
        }
    }
    if (w->entries == SAFETENSORS_MAX_ENTRIES) {
        mem_free(text);
        return ERR_FAIL(err, ERR_SUPPORT, "more than %d metadata entries",
                        (int)SAFETENSORS_MAX_ENTRIES);
    }
    char *name = mem_strdup(key, err);
    char **keys = mem_grow(w->key, w->entries, w->entries + 1, sizeof *keys, err);
    if (keys)
        w->key = keys;
    char **values = mem_grow(w->value, w->entries, w->entries + 1, sizeof *values, err);
    if (values)
        w->value = values;
    if (!name || !keys || !values) {
        mem_free(text);
        mem_free(name);
        return false;
    }
    w->key[w->entries] = name;
    w->value[w->entries++] = text;
    return true;
}

/* --- reading --- */

static bool read_shape(json_t *shape, int32_t *rank, int32_t dim[5])
{
    const size_t n = json_array_size(shape);
    if (!json_is_array(shape) || n < 1 || n > 5)
        return false;
    for (size_t a = 0; a < n; a++) {
        json_t *v = json_array_get(shape, a);
        const json_int_t x = json_integer_value(v);
        if (!json_is_integer(v) || x < 1 || x > INT32_MAX)
            return false;
        dim[a] = (int32_t)x;
    }
    *rank = (int32_t)n;
    return true;
}

/* Infinities and NANs have all exponent bits set. */
static bool all_finite(const struct nn_tensor *t)
{
    uint32_t bad = 0;
    for (size_t i = 0; i < t->count; i++) {
        uint32_t bits;
        memcpy(&bits, &t->data[i], sizeof bits);
        bad |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return bad == 0;
}

/* Decode the values of one tensor and see that they are finite. */
static bool decode(const uint8_t *from, bool bf16, struct nn_tensor *t, struct err *err)
{
    if (bf16) {
        for (size_t i = 0; i < t->count; i++) {
            uint16_t h;
            memcpy(&h, from + 2 * i, sizeof h);
            t->data[i] = nn_bf16_to_f32(h);
        }
    } else if (!t->in_file) {
        memcpy(t->data, from, t->count * sizeof *t->data);
    }
    return all_finite(t) ||
           ERR_FAIL(err, ERR_FORMAT, "tensor '%s' holds a non-finite value", t->name);
}

struct span {
    size_t begin, end;
};

/* What follows the header.  No byte serves two tensors, so that together they take no
 * more memory than the file is long (twice that for BF16). */
struct payload {
    const uint8_t *data;
    size_t size, used;
};

/* The tensor where it lies, if the set owns the file and its floats are aligned. */
static float *in_place(const struct nn_weights *w, const uint8_t *at, bool bf16)
{
    if (!w->file.data || bf16 || (uintptr_t)at % sizeof(float) != 0)
        return NULL;
    return (float *)(void *)(w->file.data + (at - w->file.data));
}

static bool read_tensor(const char *name, json_t *entry, struct payload *p,
                        struct nn_weights *w, struct span *span, struct err *err)
{
    const char *type = json_string_value(json_object_get(entry, "dtype"));
    json_t *offsets = json_object_get(entry, "data_offsets");
    json_t *b = json_array_get(offsets, 0), *e = json_array_get(offsets, 1);
    int32_t rank = 0, dim[5] = {0};
    size_t count = 0;
    if (!type || !json_is_integer(b) || !json_is_integer(e) ||
        json_array_size(offsets) != 2)
        return ERR_FAIL(err, ERR_FORMAT, "tensor '%.80s' lacks dtype or data_offsets",
                        name);
    const bool bf16 = strcmp(type, "BF16") == 0;
    if (!bf16 && strcmp(type, "F32") != 0)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "tensor '%.80s' has type %.16s, not F32 or BF16", name, type);
    if (!read_shape(json_object_get(entry, "shape"), &rank, dim) ||
        !shape_count(rank, dim, &count))
        return ERR_FAIL(err, ERR_FORMAT, "tensor '%.80s' has an impossible shape",
                        name);
    const json_int_t begin = json_integer_value(b), end = json_integer_value(e);
    if (begin < 0 || end < begin || (size_t)end > p->size ||
        (size_t)(end - begin) != count * (bf16 ? 2 : 4))
        return ERR_FAIL(err, ERR_FORMAT,
                        "tensor '%.80s' lies at %lld..%lld of %zu bytes, its shape "
                        "needs %zu",
                        name, (long long)begin, (long long)end, p->size,
                        count * (bf16 ? 2 : 4));
    if ((size_t)(end - begin) > p->size - p->used)
        return ERR_FAIL(err, ERR_FORMAT, "tensor '%.80s' overlaps others", name);
    struct nn_tensor *t = NULL;
    if (!add_tensor(w, name, rank, dim, in_place(w, p->data + begin, bf16), &t, err))
        return false;
    p->used += (size_t)(end - begin);
    *span = (struct span){(size_t)begin, (size_t)end};
    return decode(p->data + begin, bf16, t, err);
}

static int by_begin(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    return (x->begin > y->begin) - (x->begin < y->begin);
}

/* The tensors must tile the data: no overlap, no gap. */
static bool check_tiling(struct span *span, size_t n, size_t size, struct err *err)
{
    qsort(span, n, sizeof *span, by_begin);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (span[i].begin != at)
            return ERR_FAIL(err, ERR_FORMAT,
                            "tensors overlap or leave a gap at byte %zu", at);
        at = span[i].end;
    }
    if (at != size)
        return ERR_FAIL(err, ERR_FORMAT, "%zu bytes belong to no tensor", size - at);
    return true;
}

static bool read_metadata(json_t *entry, struct nn_weights *w, struct err *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(entry))
        return ERR_FAIL(err, ERR_FORMAT, "the metadata are no table of texts");
    json_object_foreach(entry, key, value)
    {
        if (!json_is_string(value))
            return ERR_FAIL(err, ERR_FORMAT, "metadata '%.80s' is no text", key);
        if (!nn_weights_set_text(w, key, json_string_value(value), err))
            return false;
    }
    return true;
}

static bool read_entries(json_t *root, const uint8_t *data, size_t size,
                         struct nn_weights *w, struct err *err)
{
    const size_t most = json_object_size(root);
    struct span *span = mem_alloc(most, sizeof *span, err);
    struct payload payload = {data, size, 0};
    bool ok = span != NULL;
    size_t n = 0;
    const char *name;
    json_t *entry;
    json_object_foreach(root, name, entry)
    {
        if (!ok)
            break;
        if (strcmp(name, METADATA) == 0)
            ok = read_metadata(entry, w, err);
        else
            ok = read_tensor(name, entry, &payload, w, &span[n++], err);
    }
    ok = ok && check_tiling(span, n, size, err);
    mem_free(span);
    return ok;
}

/* Parse into a set that is empty but for, perhaps, the file itself. */
static bool parse_into(const uint8_t *bytes, size_t size, struct nn_weights *w,
                       struct err *err)
{
    uint64_t length = 0;
    if (size < 8)
        return ERR_FAIL(err, ERR_FORMAT, "too short for a safetensors file (%zu bytes)",
                        size);
    for (int i = 7; i >= 0; i--)
        length = length << 8 | bytes[i];
    if (length > SAFETENSORS_MAX_HEADER)
        return ERR_FAIL(err, ERR_FORMAT, "no safetensors file: a header of %llu bytes",
                        (unsigned long long)length);
    if (length > size - 8)
        return ERR_FAIL(err, ERR_FORMAT, "truncated in its header");
    json_error_t why;
    json_t *root = json_loadb((const char *)bytes + 8, (size_t)length,
                              JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(root)) {
        json_decref(root);
        return ERR_FAIL(err, ERR_FORMAT, "no safetensors header: %.100s",
                        root ? "not an object" : why.text);
    }
    const bool ok =
        read_entries(root, bytes + 8 + length, size - 8 - (size_t)length, w, err);
    json_decref(root);
    return ok;
}

bool nn_weights_parse(const void *data, size_t size, struct nn_weights *out,
                      struct err *err)
{
    struct nn_weights w = {0};
    if (!parse_into(data, size, &w, err)) {
        nn_weights_clear(&w);
        return false;
    }
    *out = w;
    return true;
}

bool nn_weights_read(const char *path, struct nn_weights *out, char *hex,
                     struct err *err)
{
    struct nn_weights w = {0};
    if (!file_read(path, SAFETENSORS_MAX_BYTES, &w.file, err))
        return false;
    bool ok = !hex || (sha256_hex(w.file.data, w.file.size, hex, err) &&
                       sums_check(path, hex, err));
    if (ok && !parse_into(w.file.data, w.file.size, &w, err)) {
        err_prefix(err, "%s", path);
        ok = false;
    }
    if (!ok) {
        nn_weights_clear(&w);
        return false;
    }
    *out = w;
    return true;
}

/* --- writing --- */

static bool is_kernel(const struct nn_tensor *t)
{
    return t->rank >= 2;
}

void nn_weights_round(struct nn_weights *w)
{
    for (size_t i = 0; i < w->tensors; i++) {
        struct nn_tensor *t = &w->tensor[i];
        for (size_t k = 0; is_kernel(t) && k < t->count; k++)
            t->data[k] = nn_bf16_to_f32(nn_bf16_from_f32(t->data[k]));
    }
}

/* Is the lower half of every value zero? */
static bool as_bf16(const struct nn_tensor *t)
{
    uint32_t rest = 0;
    for (size_t i = 0; is_kernel(t) && i < t->count; i++) {
        uint32_t bits;
        memcpy(&bits, &t->data[i], sizeof bits);
        rest |= bits & 0xffffu;
    }
    return is_kernel(t) && rest == 0;
}

struct named {
    const struct nn_tensor *tensor;
    bool bf16; /* as which it is written */
};

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    return strcmp(x->tensor->name, y->tensor->name);
}

/* Tensors in the order of their names, whatever the order in which they were added. */
static struct named *in_order(const struct nn_weights *w, struct err *err)
{
    struct named *order = mem_alloc(w->tensors, sizeof *order, err);
    if (!order)
        return NULL;
    for (size_t i = 0; i < w->tensors; i++)
        order[i] = (struct named){&w->tensor[i], as_bf16(&w->tensor[i])};
    qsort(order, w->tensors, sizeof *order, by_name);
    return order;
}

static size_t bytes_of(const struct named *n)
{
    return n->tensor->count * (n->bf16 ? sizeof(uint16_t) : sizeof(float));
}

/* Errors of the stream are seen when the file is committed. */
static void write_tensor(const struct named *n, FILE *stream)
{
    const struct nn_tensor *t = n->tensor;
    if (!n->bf16) {
        (void)fwrite(t->data, sizeof(float), t->count, stream);
        return;
    }
    for (size_t i = 0; i < t->count; i++) {
        const uint16_t half = nn_bf16_from_f32(t->data[i]);
        (void)fwrite(&half, sizeof half, 1, stream);
    }
}

static json_t *header_of(const struct nn_weights *w, const struct named *order)
{
    json_t *root = json_object(), *meta = json_object();
    size_t at = 0;
    for (size_t i = 0; i < w->entries; i++)
        if (json_object_set_new(meta, w->key[i], json_string(w->value[i])) != 0)
            goto fail;
    if (json_object_set(root, METADATA, meta) != 0)
        goto fail;
    for (size_t i = 0; i < w->tensors; i++) {
        const struct nn_tensor *t = order[i].tensor;
        const size_t end = at + bytes_of(&order[i]);
        json_t *shape = json_array();
        for (int a = 0; a < t->rank; a++)
            (void)json_array_append_new(shape, json_integer(t->dim[a]));
        json_t *entry =
            json_pack("{s:s, s:o, s:[I, I]}", "dtype", order[i].bf16 ? "BF16" : "F32",
                      "shape", shape, "data_offsets", (json_int_t)at, (json_int_t)end);
        if (!entry || json_object_set_new(root, t->name, entry) != 0)
            goto fail;
        at = end;
    }
    json_decref(meta);
    return root;
fail:
    json_decref(meta);
    json_decref(root);
    return NULL;
}

static bool can_be_read(const char *path, const struct nn_weights *w, struct err *err)
{
    for (size_t i = 0; i < w->tensors; i++)
        if (!all_finite(&w->tensor[i]))
            return ERR_FAIL(err, ERR_NUMERIC,
                            "%s: tensor '%s' holds a non-finite value", path,
                            w->tensor[i].name);
    return true;
}

bool nn_weights_write(const char *path, const struct nn_weights *w, struct err *err)
{
    struct file_writer file = {0};
    bool ok = false;
    char *text = NULL;
    json_t *root = NULL;
    if (!can_be_read(path, w, err))
        return false;
    struct named *order = in_order(w, err);
    if (!order)
        goto done;
    root = header_of(w, order);
    text = root ? json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    if (!text) {
        err_record(err, ERR_NOMEM, "%s: out of memory for a header", path);
        goto done;
    }
    const size_t length = strlen(text), padded = (length + 7) / 8 * 8;
    uint8_t prefix[8];
    if (padded > SAFETENSORS_MAX_HEADER) {
        err_record(
            err, ERR_SUPPORT,
            "%s: a header of %zu bytes (a long log, say), above %d, which nobody "
            "could read back",
            path, padded, (int)SAFETENSORS_MAX_HEADER);
        goto done;
    }
    for (int i = 0; i < 8; i++)
        prefix[i] = (uint8_t)((uint64_t)padded >> (8 * i));
    if (!file_writer_open(path, &file, err))
        goto done;
    (void)fwrite(prefix, 1, sizeof prefix, file.stream);
    (void)fwrite(text, 1, length, file.stream);
    (void)fprintf(file.stream, "%*s", (int)(padded - length), "");
    for (size_t i = 0; i < w->tensors; i++)
        write_tensor(&order[i], file.stream);
    ok = file_writer_commit(&file, err) && sums_renew(path, SAFETENSORS_MAX_BYTES, err);
done:
    file_writer_abort(&file);
    free(text);
    json_decref(root);
    mem_free(order);
    return ok;
}
