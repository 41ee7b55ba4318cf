#include "image/nifti.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ZLIB_CONST /* input is not written to */
#include <zlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "image/nifti_header.h"

enum {
    PREFIX = NIFTI_HEADER_1 + 4, /* header and "no extensions" */
    CHUNK = 64 * 1024,
    INTENT_LABEL = 1002,
    UNIT_MM = 2,
    DESCRIP_MAX = 79, /* and a final zero */
};

/* ---- header, least significant byte first whatever the machine ---- */

static void put_bits(uint8_t *to, uint32_t v, int size)
{
    for (int i = 0; i < size; i++)
        to[i] = (uint8_t)(v >> (8 * i));
}

static void put_i16(uint8_t *to, int v)
{
    put_bits(to, (uint32_t)v, 2);
}

static void put_f32(uint8_t *to, double v)
{
    const float f = (float)v;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    put_bits(to, bits, 4);
}

/* The axes divided by their edges; is that a rotation, perhaps after turning the third
 * axis round (qfac -1)? */
static bool rotation_of(const struct grid *g, double rot[3][3], double *qfac)
{
    for (int a = 0; a < 3; a++) {
        const double edge = grid_edge_mm(g, a);
        for (int i = 0; i < 3; i++)
            rot[i][a] = g->to_mm[i][a] / edge;
    }
    for (int a = 0; a < 3; a++) {
        const int b = (a + 1) % 3;
        double dot = 0.0;
        for (int i = 0; i < 3; i++)
            dot += rot[i][a] * rot[i][b];
        if (fabs(dot) > 1e-5)
            return false;
    }
    const double det = rot[0][0] * (rot[1][1] * rot[2][2] - rot[1][2] * rot[2][1]) -
                       rot[0][1] * (rot[1][0] * rot[2][2] - rot[1][2] * rot[2][0]) +
                       rot[0][2] * (rot[1][0] * rot[2][1] - rot[1][1] * rot[2][0]);
    *qfac = det < 0.0 ? -1.0 : 1.0;
    for (int i = 0; i < 3; i++)
        rot[i][2] *= *qfac;
    return true;
}

/* b, c, d of the unit quaternion with a >= 0 (Shepperd's method: the largest of the
 * four squares is the divisor, so that none is small). */
static void quaternion_of(double r[3][3], double q[3])
{
    double v[4],
        square[4] = {1 + r[0][0] + r[1][1] + r[2][2], 1 + r[0][0] - r[1][1] - r[2][2],
                     1 - r[0][0] + r[1][1] - r[2][2], 1 - r[0][0] - r[1][1] + r[2][2]};
    int best = 0;
    for (int i = 1; i < 4; i++)
        if (square[i] > square[best])
            best = i;
    /* 4 * product of two components, from sums and differences across the diagonal */
    const double product[4][4] = {
        {square[0], r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1]},
        {r[2][1] - r[1][2], square[1], r[0][1] + r[1][0], r[0][2] + r[2][0]},
        {r[0][2] - r[2][0], r[0][1] + r[1][0], square[2], r[1][2] + r[2][1]},
        {r[1][0] - r[0][1], r[0][2] + r[2][0], r[1][2] + r[2][1], square[3]}};
    const double divisor = 2.0 * sqrt(square[best]);
    for (int i = 0; i < 4; i++)
        v[i] = product[best][i] / divisor;
    const double sign = v[0] < 0.0 ? -1.0 : 1.0;
    for (int i = 0; i < 3; i++)
        q[i] = sign * v[i + 1];
}

/* A grid in the words of a header: the sform, and the qform if there is one. */
static struct nifti_forms forms_of(const struct grid *g)
{
    struct nifti_forms f = {.sform_code = 1, .units = UNIT_MM, .pixdim = {1.0}};
    double rot[3][3];

    memcpy(f.srow, g->to_mm, sizeof f.srow);
    for (int a = 0; a < 3; a++)
        f.pixdim[a + 1] = grid_edge_mm(g, a);
    if (rotation_of(g, rot, &f.pixdim[0])) {
        quaternion_of(rot, f.quatern);
        f.qform_code = 1;
        for (int i = 0; i < 3; i++)
            f.qoffset[i] = g->to_mm[i][3];
    }
    return f;
}

/* A code of NIfTI-2 has 32 bits; none is known above 5. */
static int short_code(int code)
{
    return code > INT16_MAX ? INT16_MAX : code < INT16_MIN ? INT16_MIN : code;
}

static void put_forms(const struct nifti_forms *f, uint8_t h[PREFIX])
{
    for (size_t i = 0; i < 4; i++)
        put_f32(h + 76 + 4 * i, f->pixdim[i]);
    h[123] = (uint8_t)f->units;
    put_i16(h + 252, short_code(f->qform_code));
    put_i16(h + 254, short_code(f->sform_code));
    for (size_t i = 0; i < 3; i++) {
        put_f32(h + 256 + 4 * i, f->quatern[i]);
        put_f32(h + 268 + 4 * i, f->qoffset[i]);
        for (size_t j = 0; j < 4; j++)
            put_f32(h + 280 + 16 * i + 4 * j, f->srow[i][j]);
    }
}

/* Voxels to be written, one of three kinds. */
struct voxels {
    const float *floats;  /* as float32; or, with `stored`, as int16: */
    const uint8_t *codes; /* as uint8 */
    bool stored;          /* whole numbers (value - inter) / slope */
    double slope, inter;
};

static enum nifti_type type_of(const struct voxels *v)
{
    return v->codes ? NIFTI_UINT8 : v->stored ? NIFTI_INT16 : NIFTI_FLOAT32;
}

static void make_header(const struct grid *g, const struct nifti_forms *forms,
                        const struct voxels *vox, const char *description,
                        uint8_t h[PREFIX])
{
    const bool is_label = vox->codes != NULL;

    memset(h, 0, PREFIX);
    put_bits(h, NIFTI_HEADER_1, 4);
    h[38] = 'r';
    put_i16(h + 40, 3);
    for (int i = 1; i < 8; i++)
        put_i16(h + 40 + 2 * (size_t)i, i <= 3 ? g->dim[i - 1] : 1);
    put_i16(h + 68, is_label ? INTENT_LABEL : 0);
    put_i16(h + 70, (int)type_of(vox));
    put_i16(h + 72, is_label ? 8 : vox->stored ? 16 : 32);
    put_f32(h + 108, PREFIX);
    put_f32(h + 112, vox->stored ? vox->slope : 1.0);
    put_f32(h + 116, vox->stored ? vox->inter : 0.0);
    (void)snprintf((char *)h + 148, DESCRIP_MAX + 1, "%s", description);
    put_forms(forms, h);
    memcpy(h + 344, "n+1", 4);
}

/* ---- bytes out, packed or not ---- */

struct sink {
    FILE *stream;
    bool gzip;
    z_stream z;
    uint8_t packed[CHUNK];
};

static bool to_stream(struct sink *s, const void *data, size_t size, struct err *err)
{
    if (size > 0 && fwrite(data, 1, size, s->stream) != size)
        return ERR_FAIL(err, ERR_IO, "cannot write: %s", file_cause(errno));
    return true;
}

static bool sink_open(struct sink *s, FILE *stream, bool gzip, bool labels,
                      struct err *err)
{
    s->stream = stream;
    s->gzip = gzip;
    /* Label maps are runs of equal bytes; voxels of an image are noise, which no effort
     * packs much better.  zlib writes no time and no name into the header by itself. */
    if (gzip && deflateInit2(&s->z, labels ? 6 : 1, Z_DEFLATED, 15 + 16, 8,
                             labels ? Z_RLE : Z_DEFAULT_STRATEGY) != Z_OK)
        return ERR_FAIL(err, ERR_NOMEM, "out of memory for packing");
    return true;
}

static bool sink_put(struct sink *s, const uint8_t *data, size_t size, bool last,
                     struct err *err)
{
    if (!s->gzip)
        return to_stream(s, data, size, err);
    s->z.next_in = data;
    s->z.avail_in = (uInt)size;
    do {
        s->z.next_out = s->packed;
        s->z.avail_out = CHUNK;
        if (deflate(&s->z, last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR)
            return ERR_FAIL(err, ERR_ARG, "packing was used wrongly");
        if (!to_stream(s, s->packed, CHUNK - s->z.avail_out, err))
            return false;
    } while (s->z.avail_out == 0);
    return true;
}

static void sink_close(struct sink *s)
{
    if (s->gzip)
        (void)deflateEnd(&s->z);
}

static bool put_floats(struct sink *s, const float *vox, size_t count, struct err *err)
{
    uint8_t bytes[4096];
    const size_t room = sizeof bytes / 4;
    for (size_t first = 0; first < count; first += room) {
        const size_t n = count - first < room ? count - first : room;
        for (size_t v = 0; v < n; v++)
            put_f32(bytes + 4 * v, (double)vox[first + v]);
        if (!sink_put(s, bytes, 4 * n, false, err))
            return false;
    }
    return true;
}

static bool put_stored(struct sink *s, const struct voxels *vox, size_t count,
                       struct err *err)
{
    uint8_t bytes[4096];
    const size_t room = sizeof bytes / 2;
    for (size_t first = 0; first < count; first += room) {
        const size_t n = count - first < room ? count - first : room;
        for (size_t v = 0; v < n; v++) {
            const double value = (double)vox->floats[first + v];
            const double whole = round((value - vox->inter) / vox->slope);
            if (!(whole >= INT16_MIN && whole <= INT16_MAX))
                return ERR_FAIL(err, ERR_ARG,
                                "the value %g does not fit 16 bits with slope %g and "
                                "intercept %g",
                                value, vox->slope, vox->inter);
            put_i16(bytes + 2 * v, (int)whole);
        }
        if (!sink_put(s, bytes, 2 * n, false, err))
            return false;
    }
    return true;
}

static bool put_bytes(struct sink *s, const uint8_t *vox, size_t count, struct err *err)
{
    for (size_t first = 0; first < count; first += CHUNK)
        if (!sink_put(s, vox + first, count - first < CHUNK ? count - first : CHUNK,
                      false, err))
            return false;
    return true;
}

static bool put_voxels(struct sink *s, const struct voxels *vox, size_t count,
                       struct err *err)
{
    return vox->codes    ? put_bytes(s, vox->codes, count, err)
           : vox->stored ? put_stored(s, vox, count, err)
                         : put_floats(s, vox->floats, count, err);
}

/* Is this something that a file can hold? */
static bool check_content(const char *path, const struct grid *g,
                          const struct voxels *vox, const char *description,
                          struct err *err)
{
    if (!nifti_is_name(path))
        return ERR_FAIL(err, ERR_ARG,
                        "%s: the name of a NIfTI file ends in .nii or "
                        ".nii.gz",
                        path);
    for (int a = 0; a < 3; a++)
        if (g->dim[a] > INT16_MAX)
            return ERR_FAIL(err, ERR_SUPPORT,
                            "%s: %d voxels along axis %d; NIfTI-1 "
                            "holds up to 32767",
                            path, g->dim[a], a);
    if (!vox->floats && !vox->codes)
        return ERR_FAIL(err, ERR_ARG, "%s: there are no voxels to write", path);
    if (strlen(description) > DESCRIP_MAX)
        return ERR_FAIL(err, ERR_ARG, "%s: a description has up to %d characters", path,
                        DESCRIP_MAX);
    /* the header holds them as float32 */
    if (vox->stored && !(isnormal((float)vox->slope) && isfinite((float)vox->inter)))
        return ERR_FAIL(err, ERR_ARG, "%s: slope %g and intercept %g", path, vox->slope,
                        vox->inter);
    if (!grid_check(g, err)) {
        err_prefix(err, "%s", path);
        return false;
    }
    return true;
}

/* Without `forms` the grid's own. */
static bool write_file(const char *path, const struct grid *g,
                       const struct nifti_forms *forms, const struct voxels *vox,
                       const char *description, struct err *err)
{
    struct file_writer w = {0};
    uint8_t header[PREFIX];
    bool ok = false;

    if (!check_content(path, g, vox, description, err))
        return false;
    struct sink *s = mem_alloc(1, sizeof *s, err);
    if (!s)
        return false;
    if (!file_writer_open(path, &w, err))
        goto done;
    const struct nifti_forms own = forms_of(g);
    make_header(g, forms ? forms : &own, vox, description, header);
    const bool gzip = strcasecmp(path + strlen(path) - 1, "z") == 0;
    const bool written = sink_open(s, w.stream, gzip, vox->codes != NULL, err) &&
                         sink_put(s, header, sizeof header, false, err) &&
                         put_voxels(s, vox, grid_voxels(g), err) &&
                         sink_put(s, header, 0, true, err);
    if (!written) {
        err_prefix(err, "%s", path);
        goto done;
    }
    ok = file_writer_commit(&w, err);
done:
    sink_close(s);
    file_writer_abort(&w);
    mem_free(s);
    return ok;
}

bool nifti_write_image(const char *path, const struct image *image, struct err *err)
{
    return nifti_write_described(path, image, "Cicatrix image", err);
}

bool nifti_write_described(const char *path, const struct image *image,
                           const char *description, struct err *err)
{
    return write_file(path, &image->grid, NULL, &(struct voxels){.floats = image->vox},
                      description, err);
}

bool nifti_write_stored(const char *path, const struct image *image, double slope,
                        double inter, const char *description, struct err *err)
{
    return write_file(
        path, &image->grid, NULL,
        &(struct voxels){
            .floats = image->vox, .stored = true, .slope = slope, .inter = inter},
        description, err);
}

bool nifti_write_labels(const char *path, const struct labels *labels, struct err *err)
{
    return nifti_write_labels_of(path, labels, &(struct nifti_forms){0}, err);
}

bool nifti_write_labels_of(const char *path, const struct labels *labels,
                           const struct nifti_forms *forms, struct err *err)
{
    const bool given = forms->pixdim[1] > 0.0; /* no file has a voxel without a size */

    return write_file(path, &labels->grid, given ? forms : NULL,
                      &(struct voxels){.codes = labels->vox}, "Cicatrix labels", err);
}
