#include "image/nifti_header.h"

#include <math.h>
#include <string.h>

/* A file may hold extensions between header and voxels; this is more than any does. */
static const int64_t MAX_OFFSET = (int64_t)64 * 1024 * 1024;

/* ---- numbers in either byte order ---- */

struct fields {
    const uint8_t *bytes;
    bool big; /* most significant byte first */
};

static uint64_t bits_at(struct fields f, size_t at, int size)
{
    uint64_t v = 0;
    for (int i = 0; i < size; i++)
        v = v << 8 | f.bytes[at + (size_t)(f.big ? i : size - 1 - i)];
    return v;
}

static int64_t i16_at(struct fields f, size_t at)
{
    return (int16_t)(uint16_t)bits_at(f, at, 2);
}

static int64_t i32_at(struct fields f, size_t at)
{
    return (int32_t)(uint32_t)bits_at(f, at, 4);
}

static int64_t i64_at(struct fields f, size_t at)
{
    return (int64_t)bits_at(f, at, 8);
}

static double f32_at(struct fields f, size_t at)
{
    const uint32_t bits = (uint32_t)bits_at(f, at, 4);
    float v;
    memcpy(&v, &bits, sizeof v);
    return (double)v;
}

static double f64_at(struct fields f, size_t at)
{
    const uint64_t bits = bits_at(f, at, 8);
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* ---- the two layouts, brought to one ---- */

enum { LENGTH_UNIT = 7 }; /* of xyzt_units; the rest is the unit of time */

struct raw {
    int64_t dim[8];
    int64_t datatype, bitpix;
    double offset; /* exact: integers of NIfTI-2 are bounded before they get here */
    double slope, inter;
    struct nifti_forms forms;
    const uint8_t *description;
};

static void layout_1(struct fields f, struct raw *r)
{
    struct nifti_forms *p = &r->forms;

    for (size_t i = 0; i < 8; i++)
        r->dim[i] = i16_at(f, 40 + 2 * i);
    r->datatype = i16_at(f, 70);
    r->bitpix = i16_at(f, 72);
    r->offset = f32_at(f, 108);
    r->slope = f32_at(f, 112);
    r->inter = f32_at(f, 116);
    r->description = f.bytes + 148;
    p->units = f.bytes[123] & LENGTH_UNIT;
    p->qform_code = (int)i16_at(f, 252);
    p->sform_code = (int)i16_at(f, 254);
    for (size_t i = 0; i < 4; i++)
        p->pixdim[i] = f32_at(f, 76 + 4 * i);
    for (size_t i = 0; i < 3; i++) {
        p->quatern[i] = f32_at(f, 256 + 4 * i);
        p->qoffset[i] = f32_at(f, 268 + 4 * i);
        for (size_t j = 0; j < 4; j++)
            p->srow[i][j] = f32_at(f, 280 + 16 * i + 4 * j);
    }
}

static void layout_2(struct fields f, struct raw *r)
{
    struct nifti_forms *p = &r->forms;

    for (size_t i = 0; i < 8; i++)
        r->dim[i] = i64_at(f, 16 + 8 * i);
    r->datatype = i16_at(f, 12);
    r->bitpix = i16_at(f, 14);
    r->offset = (double)i64_at(f, 168);
    r->slope = f64_at(f, 176);
    r->inter = f64_at(f, 184);
    r->description = f.bytes + 240;
    p->units = (unsigned)bits_at(f, 500, 4) & LENGTH_UNIT;
    p->qform_code = (int)i32_at(f, 344);
    p->sform_code = (int)i32_at(f, 348);
    for (size_t i = 0; i < 4; i++)
        p->pixdim[i] = f64_at(f, 104 + 8 * i);
    for (size_t i = 0; i < 3; i++) {
        p->quatern[i] = f64_at(f, 352 + 8 * i);
        p->qoffset[i] = f64_at(f, 376 + 8 * i);
        for (size_t j = 0; j < 4; j++)
            p->srow[i][j] = f64_at(f, 400 + 32 * i + 8 * j);
    }
}

size_t nifti_header_length(const uint8_t first[static 4])
{
    const struct fields little = {first, false}, big = {first, true};
    const int64_t a = i32_at(little, 0), b = i32_at(big, 0);
    if (a == NIFTI_HEADER_1 || b == NIFTI_HEADER_1)
        return NIFTI_HEADER_1;
    if (a == NIFTI_HEADER_2 || b == NIFTI_HEADER_2)
        return NIFTI_HEADER_2;
    return 0;
}

static bool check_magic(const uint8_t *bytes, size_t length, struct err *err)
{
    if (length == NIFTI_HEADER_2) {
        if (memcmp(bytes + 4, "ni2", 4) == 0)
            return ERR_FAIL(err, ERR_SUPPORT,
                            "header and voxels in two files (.hdr, .img)");
        if (memcmp(bytes + 4, "n+2\0\r\n\x1a\n", 8) == 0)
            return true;
    } else {
        if (memcmp(bytes + 344, "ni1", 4) == 0)
            return ERR_FAIL(err, ERR_SUPPORT,
                            "header and voxels in two files (.hdr, .img)");
        if (memcmp(bytes + 344, "n+1", 4) == 0)
            return true;
    }
    return ERR_FAIL(err, ERR_FORMAT, "not a NIfTI file (no magic word in the header)");
}

/* ---- checks, field by field ---- */

static bool check_dims(const struct raw *r, struct grid *grid, struct err *err)
{
    const int64_t rank = r->dim[0];
    if (rank < 1 || rank > 7)
        return ERR_FAIL(err, ERR_FORMAT, "dim[0] is %lld, must be 1 to 7",
                        (long long)rank);
    for (int64_t i = 1; i <= rank; i++)
        if (r->dim[i] < 1)
            return ERR_FAIL(err, ERR_FORMAT, "dim[%lld] is %lld", (long long)i,
                            (long long)r->dim[i]);
    if (rank < 3)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "a %lldD image; a stack of slices (3D) is "
                        "needed",
                        (long long)rank);
    for (int64_t i = 4; i <= rank; i++)
        if (r->dim[i] != 1)
            return ERR_FAIL(err, ERR_SUPPORT,
                            "a %lldD image (%lld along axis %lld); one 3D stack is "
                            "needed",
                            (long long)rank, (long long)r->dim[i], (long long)i);
    /* Compared one by one, since the product of 64-bit numbers may not fit. */
    for (int i = 0; i < 3; i++) {
        if (r->dim[i + 1] > IMAGE_MAX_VOXELS)
            return ERR_FAIL(err, ERR_SUPPORT,
                            "dim[%d] is %lld; at most %lld voxels "
                            "are read",
                            i + 1, (long long)r->dim[i + 1],
                            (long long)IMAGE_MAX_VOXELS);
        grid->dim[i] = (int32_t)r->dim[i + 1];
    }
    return true;
}

static bool check_type(const struct raw *r, enum nifti_type *type, struct err *err)
{
    static const struct {
        int code, bits;
        const char *refused; /* the name of a type that is not read */
    } types[] = {
        {NIFTI_UINT8, 8, NULL},    {NIFTI_INT16, 16, NULL},   {NIFTI_INT32, 32, NULL},
        {NIFTI_FLOAT32, 32, NULL}, {NIFTI_FLOAT64, 64, NULL}, {NIFTI_INT8, 8, NULL},
        {NIFTI_UINT16, 16, NULL},  {NIFTI_UINT32, 32, NULL},  {NIFTI_INT64, 64, NULL},
        {NIFTI_UINT64, 64, NULL},  {1, 1, "binary"},          {32, 64, "complex64"},
        {128, 24, "RGB"},          {1536, 128, "float128"},   {1792, 128, "complex128"},
        {2048, 256, "complex256"}, {2304, 32, "RGBA"},
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (types[i].code != r->datatype)
            continue;
        if (types[i].refused)
            return ERR_FAIL(err, ERR_SUPPORT, "%s voxels are not read",
                            types[i].refused);
        if (types[i].bits != r->bitpix)
            return ERR_FAIL(err, ERR_FORMAT, "bitpix is %lld, but datatype %lld has %d",
                            (long long)r->bitpix, (long long)r->datatype,
                            types[i].bits);
        *type = (enum nifti_type)types[i].code;
        return true;
    }
    return ERR_FAIL(err, ERR_FORMAT, "datatype %lld is unknown",
                    (long long)r->datatype);
}

static bool check_offset(const struct raw *r, int version, uint64_t *offset,
                         struct err *err)
{
    const double least = version == 1 ? NIFTI_HEADER_1 + 4 : NIFTI_HEADER_2 + 4;
    if (!(r->offset >= least && r->offset <= (double)MAX_OFFSET) ||
        r->offset != floor(r->offset))
        return ERR_FAIL(err, ERR_FORMAT,
                        "vox_offset is %g, must be a whole number from %g to %lld",
                        r->offset, least, (long long)MAX_OFFSET);
    *offset = (uint64_t)r->offset;
    return true;
}

static bool check_scale(const struct raw *r, struct nifti_header *h, struct err *err)
{
    h->info.scl_slope = r->slope;
    h->info.scl_inter = r->inter;
    h->slope = 1.0;
    h->inter = 0.0;
    if (r->slope == 0.0 || isnan(r->slope))
        return true; /* the standard: not scaled */
    if (!isfinite(r->slope) || !isfinite(r->inter))
        return ERR_FAIL(err, ERR_FORMAT, "scl_slope is %g and scl_inter is %g",
                        r->slope, r->inter);
    h->slope = r->slope;
    h->inter = r->inter;
    return true;
}

/* ---- where the voxels lie ---- */

static bool check_pixdim(const struct nifti_forms *f, struct err *err)
{
    for (int i = 1; i <= 3; i++)
        if (!(isfinite(f->pixdim[i]) && f->pixdim[i] > 0.0))
            return ERR_FAIL(err, ERR_FORMAT,
                            "pixdim[%d] is %g, must be a positive length", i,
                            f->pixdim[i]);
    return true;
}

/* Method 2: pixdim and a quaternion. */
static bool qform_matrix(const struct nifti_forms *f, double m[3][4], struct err *err)
{
    const double limit = 1e-3; /* of a header in single precision, rounded twice */
    double b = f->quatern[0], c = f->quatern[1], d = f->quatern[2];
    const double sum = b * b + c * c + d * d;

    if (!(sum <= 1.0 + limit))
        return ERR_FAIL(err, ERR_FORMAT,
                        "the qform is no rotation (b, c, d = %g, %g, "
                        "%g)",
                        b, c, d);
    double a = 0.0;
    if (sum >= 1.0) {
        const double s = 1.0 / sqrt(sum);
        b *= s;
        c *= s;
        d *= s;
    } else {
        a = sqrt(1.0 - sum);
    }
    const double qfac = f->pixdim[0] < 0.0 ? -1.0 : 1.0;
    const double rot[3][3] = {
        {a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)},
        {2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)},
        {2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c}};
    for (int i = 0; i < 3; i++) {
        m[i][0] = rot[i][0] * f->pixdim[1];
        m[i][1] = rot[i][1] * f->pixdim[2];
        m[i][2] = rot[i][2] * f->pixdim[3] * qfac;
        m[i][3] = f->qoffset[i];
    }
    return true;
}

/* The header's unit of length; nearly all files say mm or nothing. */
static double mm_per_unit(unsigned units)
{
    switch (units) {
    case 1:
        return 1000.0; /* metre */
    case 3:
        return 0.001; /* micrometre */
    default:
        return 1.0;
    }
}

static void set_matrix(struct grid *grid, double m[3][4], unsigned units)
{
    const double unit = mm_per_unit(units);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++)
            grid->to_mm[i][j] = m[i][j] * unit;
}

/* An sform that scales, as it is left by a registration to a template or by a tool that
 * wrote the one and forgot the other: nothing tells which of the two sizes is the
 * patient's, and every volume hangs on it. */
static bool check_edges(const struct nifti_forms *f, const struct grid *grid,
                        struct err *err)
{
    const double limit = 0.01, unit = mm_per_unit(f->units);
    double edge[3], said[3];
    bool same = true;

    for (int a = 0; a < 3; a++) {
        edge[a] = grid_edge_mm(grid, a);
        said[a] = f->pixdim[a + 1] * unit;
        same = same && fabs(edge[a] - said[a]) <= limit * said[a];
    }
    return same || ERR_FAIL(err, ERR_FORMAT,
                            "the sform makes voxels of %g x %g x %g mm, pixdim says "
                            "%g x %g x %g mm",
                            edge[0], edge[1], edge[2], said[0], said[1], said[2]);
}

/* How far the qform puts corners from where the sform does. */
static double forms_apart_mm(const struct nifti_forms *f, const struct grid *by_sform)
{
    struct grid by_qform = *by_sform;
    double m[3][4];

    if (!qform_matrix(f, m, NULL))
        return (double)INFINITY;
    set_matrix(&by_qform, m, f->units);
    return grid_apart_mm(by_sform, &by_qform);
}

/* Some tools set the code and leave the matrix empty: that is no sform. */
static bool has_sform(const struct nifti_forms *f)
{
    bool any = false;

    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            any = any || f->srow[i][j] != 0.0;
    return f->sform_code > 0 && any;
}

/* A grid that is right; of one that is not, the unit is part of the story. */
static bool check_grid(const struct grid *grid, unsigned units, struct err *err)
{
    const double unit = mm_per_unit(units);

    if (grid_check(grid, err))
        return true;
    if (unit != 1.0)
        err_prefix(err, "lengths are in %s, says the header",
                   unit > 1.0 ? "metres" : "micrometres");
    return false;
}

static bool orientation(const struct nifti_forms *f, struct nifti_header *h,
                        struct err *err)
{
    const bool sform = has_sform(f);
    double m[3][4] = {{0}};

    if (!check_pixdim(f, err))
        return false;
    if (sform) {
        memcpy(m, f->srow, sizeof m);
        h->info.orientation = 3;
    } else if (f->qform_code > 0) {
        if (!qform_matrix(f, m, err))
            return false;
        h->info.orientation = 2;
    } else {
        for (int i = 0; i < 3; i++)
            m[i][i] = f->pixdim[i + 1];
        h->info.orientation = 1;
    }
    set_matrix(&h->grid, m, f->units);
    if (!check_grid(&h->grid, f->units, err) ||
        (sform && !check_edges(f, &h->grid, err)))
        return false;
    h->forms = *f;
    if (sform && f->qform_code > 0)
        h->forms.apart_mm = forms_apart_mm(f, &h->grid);
    return true;
}

bool nifti_header_parse(const uint8_t *bytes, size_t length, struct nifti_header *out,
                        struct err *err)
{
    struct nifti_header h = {0};
    struct raw r = {0};
    struct fields f = {bytes, false};

    if (length != nifti_header_length(bytes) || length == 0)
        return ERR_FAIL(err, ERR_FORMAT, "not a NIfTI file");
    if (!check_magic(bytes, length, err))
        return false;
    f.big = i32_at(f, 0) != (int64_t)length;
    h.info.version = length == NIFTI_HEADER_1 ? 1 : 2;
    h.info.big_endian = f.big;
    if (h.info.version == 1)
        layout_1(f, &r);
    else
        layout_2(f, &r);
    memcpy(h.info.description, r.description, sizeof h.info.description - 1);
    h.info.datatype = (int)r.datatype;
    h.info.bits = (int)r.bitpix;

    if (!check_dims(&r, &h.grid, err) || !check_type(&r, &h.type, err) ||
        !check_offset(&r, h.info.version, &h.offset, err) ||
        !check_scale(&r, &h, err) || !orientation(&r.forms, &h, err))
        return false;
    *out = h;
    return true;
}
