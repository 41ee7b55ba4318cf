/*
 * make_nifti.h - NIfTI files of any kind for tests, byte by byte and without the code
 * under test.
 */
#ifndef MAKE_NIFTI_H
#define MAKE_NIFTI_H

#include "testing.h"

/* One header field is a number of `size` bytes at an offset; see nifti1.h, nifti2.h. */
struct nifti_file {
    uint8_t bytes[20000];
    size_t size;
    int version;
    bool big;
};

static inline void poke(struct nifti_file *f, size_t at, uint64_t bits, int size)
{
    assert_true(at + (size_t)size <= sizeof f->bytes);
    for (int i = 0; i < size; i++)
        f->bytes[at + (size_t)(f->big ? size - 1 - i : i)] = (uint8_t)(bits >> (8 * i));
    if (f->size < at + (size_t)size)
        f->size = at + (size_t)size;
}

static inline void poke_int(struct nifti_file *f, size_t at, int64_t v, int size)
{
    poke(f, at, (uint64_t)v, size);
}

static inline void poke_f32(struct nifti_file *f, size_t at, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    poke(f, at, bits, 4);
}

static inline void poke_f64(struct nifti_file *f, size_t at, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    poke(f, at, bits, 8);
}

/* A field by its place in each version. */
enum field {
    FIELD_DIM0,
    FIELD_DATATYPE,
    FIELD_BITPIX,
    FIELD_PIXDIM0,
    FIELD_VOX_OFFSET,
    FIELD_SLOPE,
    FIELD_INTER,
    FIELD_UNITS,
    FIELD_QFORM,
    FIELD_SFORM,
    FIELD_QUATERN_B,
    FIELD_QOFFSET_X,
    FIELD_SROW_X,
    FIELD_MAGIC,
};

static const struct {
    size_t at1, at2;
    int size1, size2;
    bool real1, real2;
} field_place[] = {
    [FIELD_DIM0] = {40, 16, 2, 8, false, false},
    [FIELD_DATATYPE] = {70, 12, 2, 2, false, false},
    [FIELD_BITPIX] = {72, 14, 2, 2, false, false},
    [FIELD_PIXDIM0] = {76, 104, 4, 8, true, true},
    [FIELD_VOX_OFFSET] = {108, 168, 4, 8, true, false},
    [FIELD_SLOPE] = {112, 176, 4, 8, true, true},
    [FIELD_INTER] = {116, 184, 4, 8, true, true},
    [FIELD_UNITS] = {123, 500, 1, 4, false, false},
    [FIELD_QFORM] = {252, 344, 2, 4, false, false},
    [FIELD_SFORM] = {254, 348, 2, 4, false, false},
    [FIELD_QUATERN_B] = {256, 352, 4, 8, true, true},
    [FIELD_QOFFSET_X] = {268, 376, 4, 8, true, true},
    [FIELD_SROW_X] = {280, 400, 4, 8, true, true},
    [FIELD_MAGIC] = {344, 4, 4, 8, false, false},
};

/* Set element `index` of a field, whatever its type is in this version. */
static inline void set_field(struct nifti_file *f, enum field field, int index,
                             double v)
{
    const bool one = f->version == 1;
    const int size = one ? field_place[field].size1 : field_place[field].size2;
    const bool real = one ? field_place[field].real1 : field_place[field].real2;
    const size_t at = (one ? field_place[field].at1 : field_place[field].at2) +
                      (size_t)index * (size_t)size;
    if (real && size == 4)
        poke_f32(f, at, (float)v);
    else if (real)
        poke_f64(f, at, v);
    else
        poke_int(f, at, (int64_t)v, size);
}

/* 3 x 2 x 2 voxels of 1.5 x 0.75 x 8 mm without voxel data, no sform, no qform. */
static inline void make_header(struct nifti_file *f, int version, bool big,
                               int datatype, int bits)
{
    static const double dims[8] = {3, 3, 2, 2, 1, 1, 1, 1};
    static const double edges[8] = {1, 1.5, 0.75, 8, 0, 0, 0, 0};

    memset(f, 0, sizeof *f);
    f->version = version;
    f->big = big;
    poke_int(f, 0, version == 1 ? 348 : 540, 4);
    for (int i = 0; i < 8; i++) {
        set_field(f, FIELD_DIM0, i, dims[i]);
        set_field(f, FIELD_PIXDIM0, i, edges[i]);
    }
    set_field(f, FIELD_DATATYPE, 0, datatype);
    set_field(f, FIELD_BITPIX, 0, bits);
    set_field(f, FIELD_VOX_OFFSET, 0, version == 1 ? 352 : 544);
    if (version == 1)
        memcpy(f->bytes + 344, "n+1", 4);
    else
        memcpy(f->bytes + 4, "n+2\0\r\n\x1a\n", 8);
    f->size = version == 1 ? 352 : 544;
}

/* A header and 12 voxels of int16: 0, 10, ..., 110. */
static inline void make_ramp(struct nifti_file *f, int version, bool big)
{
    make_header(f, version, big, 4, 16);
    for (int v = 0; v < 12; v++)
        poke_int(f, f->size, 10 * v, 2);
}

#endif
