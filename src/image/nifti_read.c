#include "image/nifti.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "image/nifti_header.h"
#include "image/nifti_source.h"

bool nifti_is_name(const char *path)
{
    static const char *const endings[] = {".nii", ".nii.gz"};
    const size_t n = strlen(path);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        const size_t e = strlen(endings[i]);
        if (n > e && path[n - e - 1] != '/' &&
            strcasecmp(path + n - e, endings[i]) == 0)
            return true;
    }
    return false;
}

/* ---- voxels of any type, some thousand at a time ---- */

enum { BLOCK = 4096 };

struct block {
    uint8_t stored[BLOCK * 8];
    double value[BLOCK];
};

static void swap_bytes(uint8_t *bytes, size_t count, size_t size)
{
    for (size_t v = 0; v < count; v++, bytes += size) {
        for (size_t i = 0; i < size / 2; i++) {
            const uint8_t t = bytes[i];
            bytes[i] = bytes[size - 1 - i];
            bytes[size - 1 - i] = t;
        }
    }
}

/* One loop for each type: memcpy is how C reads a number that may not be aligned, and
 * compiles to a plain load. */
#define CONVERT(type)                                                                  \
    for (size_t v = 0; v < count; v++) {                                               \
        type x;                                                                        \
        memcpy(&x, from + v * sizeof x, sizeof x);                                     \
        to[v] = (double)x;                                                             \
    }                                                                                  \
    break

static void convert(enum nifti_type type, const uint8_t *from, size_t count, double *to)
{
    switch (type) {
    case NIFTI_UINT8:
        CONVERT(uint8_t);
    case NIFTI_INT8:
        CONVERT(int8_t);
    case NIFTI_UINT16:
        CONVERT(uint16_t);
    case NIFTI_INT16:
        CONVERT(int16_t);
    case NIFTI_UINT32:
        CONVERT(uint32_t);
    case NIFTI_INT32:
        CONVERT(int32_t);
    case NIFTI_UINT64:
        CONVERT(uint64_t);
    case NIFTI_INT64:
        CONVERT(int64_t);
    case NIFTI_FLOAT32:
        CONVERT(float);
    case NIFTI_FLOAT64:
        CONVERT(double);
    }
}

static bool host_is_big(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 0;
}

static bool read_block(struct nifti_source *s, const struct nifti_header *h,
                       struct block *b, size_t count, struct err *err)
{
    const size_t size = (size_t)h->info.bits / 8;
    if (!nifti_source_read(s, b->stored, count * size, err))
        return false;
    if (size > 1 && h->info.big_endian != host_is_big())
        swap_bytes(b->stored, count, size);
    convert(h->type, b->stored, count, b->value);
    for (size_t v = 0; v < count; v++)
        b->value[v] = h->slope * b->value[v] + h->inter;
    return true;
}

static bool bad_voxel(const struct grid *g, size_t v, double value, const char *what,
                      struct err *err)
{
    const size_t nx = (size_t)g->dim[0], ny = (size_t)g->dim[1];
    return ERR_FAIL(err, ERR_FORMAT, "voxel (%zu, %zu, %zu) is %g, %s", v % nx,
                    v / nx % ny, v / nx / ny, value, what);
}

static bool keep_image(const struct grid *g, size_t first, const struct block *b,
                       size_t count, float *vox, struct err *err)
{
    for (size_t v = 0; v < count; v++) {
        if (!(fabs(b->value[v]) <= (double)FLT_MAX))
            return bad_voxel(g, first + v, b->value[v], "not a finite intensity", err);
        vox[first + v] = (float)b->value[v];
    }
    return true;
}

/* Where the voxels go: one of the two. */
struct target {
    struct image *image;
    struct labels *labels;
    const struct label_codes *codes; /* of the labels; NULL: ours */
};

/* Ours, for which no table is needed. */
static bool own_label(double value, uint8_t *label)
{
    if (!(value >= 0.0 && value < (double)LABEL_COUNT) || value != floor(value))
        return false;
    *label = (uint8_t)value;
    return true;
}

static bool keep_labels(const struct grid *g, size_t first, const struct block *b,
                        size_t count, const struct target *t, struct err *err)
{
    uint8_t *vox = t->labels->vox + first;

    for (size_t v = 0; v < count; v++) {
        const double x = b->value[v];
        if (!(t->codes ? label_codes_find(t->codes, x, vox + v)
                       : own_label(x, vox + v)))
            return bad_voxel(g, first + v, x,
                             t->codes ? "not one of the codes of this data set"
                                      : "not one of the label codes 0 to 5",
                             err);
    }
    return true;
}

/* ---- header, then voxels ---- */

static bool read_header(struct nifti_source *s, struct nifti_header *h, struct err *err)
{
    uint8_t bytes[NIFTI_HEADER_2];

    if (!nifti_source_read(s, bytes, 4, err))
        return false;
    const size_t length = nifti_header_length(bytes);
    if (length == 0)
        return ERR_FAIL(err, ERR_FORMAT, "not a NIfTI file");
    if (!nifti_source_read(s, bytes + 4, length - 4, err) ||
        !nifti_header_parse(bytes, length, h, err))
        return false;
    h->info.gzip = nifti_source_is_gzip(s);

    const uint64_t voxels = grid_voxels(&h->grid);
    const uint64_t need = h->offset - length + voxels * (uint64_t)(h->info.bits / 8);
    if (need > nifti_source_at_most(s))
        return ERR_FAIL(err, ERR_FORMAT,
                        "truncated (the header speaks of %d x %d x %d voxels, the file "
                        "is too short for them)",
                        h->grid.dim[0], h->grid.dim[1], h->grid.dim[2]);
    return nifti_source_skip(s, h->offset - length, err);
}

static bool read_voxels(struct nifti_source *s, const struct nifti_header *h,
                        struct target t, struct err *err)
{
    const size_t total = grid_voxels(&h->grid);
    bool ok = false;
    struct block *b = mem_alloc(1, sizeof *b, err);
    if (!b)
        return false;
    for (size_t first = 0; first < total; first += BLOCK) {
        const size_t count = total - first < BLOCK ? total - first : BLOCK;
        if (!read_block(s, h, b, count, err))
            goto done;
        if (t.image ? !keep_image(&h->grid, first, b, count, t.image->vox, err)
                    : !keep_labels(&h->grid, first, b, count, &t, err))
            goto done;
    }
    ok = nifti_source_finish(s, err);
done:
    mem_free(b);
    return ok;
}

/* Read all; the target is filled, or left empty on failure. */
static bool read_all(struct nifti_source *s, struct target t, struct nifti_header *h,
                     struct err *err)
{
    if (!read_header(s, h, err))
        return false;
    if (t.image ? !image_alloc(&h->grid, t.image, err)
                : !labels_alloc(&h->grid, t.labels, err))
        return false;
    if (t.image)
        t.image->forms = h->forms;
    if (read_voxels(s, h, t, err))
        return true;
    if (t.image)
        image_clear(t.image);
    else
        labels_clear(t.labels);
    return false;
}

static bool read_file(const char *path, struct target t, struct nifti_header *h,
                      struct err *err)
{
    struct nifti_source *s = NULL;

    if (!nifti_source_open_file(path, &s, err))
        return false;
    const bool ok = read_all(s, t, h, err);
    if (!ok)
        err_prefix(err, "%s", path);
    nifti_source_close(s);
    return ok;
}

bool nifti_read_image(const char *path, struct image *out, struct nifti_info *info,
                      struct err *err)
{
    struct image image = {0};
    struct nifti_header h = {0};

    if (!read_file(path, (struct target){.image = &image}, &h, err))
        return false;
    *out = image;
    if (info)
        *info = h.info;
    return true;
}

bool nifti_read_coded(const char *path, const struct label_codes *codes,
                      struct labels *out, struct err *err)
{
    struct labels labels = {0};
    struct nifti_header h = {0};

    if (!read_file(path, (struct target){.labels = &labels, .codes = codes}, &h, err))
        return false;
    *out = labels;
    return true;
}

bool nifti_read_labels(const char *path, struct labels *out, struct err *err)
{
    return nifti_read_coded(path, NULL, out, err);
}

/* Both may end early: an image at the first value that is no code. */
static enum nifti_kind kind_of(struct nifti_source *s, const struct nifti_header *h,
                               struct block *b)
{
    const size_t total = grid_voxels(&h->grid);
    struct image_codes codes = {0};
    float vox[BLOCK];

    for (size_t first = 0; first < total; first += BLOCK) {
        const size_t count = total - first < BLOCK ? total - first : BLOCK;
        if (!read_block(s, h, b, count, NULL) ||
            !keep_image(&h->grid, 0, b, count, vox, NULL))
            return NIFTI_NO_KIND;
        if (!image_codes_take(&codes, vox, count))
            return NIFTI_IMAGE;
    }
    return codes.count > 1 ? NIFTI_LABELS : NIFTI_NO_KIND;
}

enum nifti_kind nifti_kind_of(const char *path)
{
    struct nifti_source *s = NULL;
    struct nifti_header h = {0};
    enum nifti_kind kind = NIFTI_NO_KIND;
    struct block *b = mem_alloc(1, sizeof *b, NULL);

    if (b && nifti_source_open_file(path, &s, NULL) && read_header(s, &h, NULL))
        kind = kind_of(s, &h, b);
    nifti_source_close(s);
    mem_free(b);
    return kind;
}

bool nifti_parse_image(const void *data, size_t size, struct image *out,
                       struct nifti_info *info, struct err *err)
{
    struct nifti_source *s = NULL;
    struct image image = {0};
    struct nifti_header h = {0};

    if (!nifti_source_open_memory(data, size, &s, err))
        return false;
    const bool ok = read_all(s, (struct target){.image = &image}, &h, err);
    nifti_source_close(s);
    if (!ok)
        return false;
    *out = image;
    if (info)
        *info = h.info;
    return true;
}
