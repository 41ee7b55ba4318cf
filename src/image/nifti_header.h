/*
 * nifti_header.h - the bytes of a NIfTI header, checked; used by the reader alone.
 *
 * Layer:  image.
 * Thread: pure functions.
 * Source: nifti1.h and nifti2.h of the NIfTI Data Format Working Group (field offsets,
 *         orientation methods 1-3).
 */
#ifndef IMAGE_NIFTI_HEADER_H
#define IMAGE_NIFTI_HEADER_H

#include "image/nifti.h"

enum {
    NIFTI_HEADER_1 = 348, /* bytes of a NIfTI-1 header, */
    NIFTI_HEADER_2 = 540, /* and of a NIfTI-2 one */
};

/* The types of voxel that are read, by their code. */
enum nifti_type {
    NIFTI_UINT8 = 2,
    NIFTI_INT16 = 4,
    NIFTI_INT32 = 8,
    NIFTI_FLOAT32 = 16,
    NIFTI_FLOAT64 = 64,
    NIFTI_INT8 = 256,
    NIFTI_UINT16 = 512,
    NIFTI_UINT32 = 768,
    NIFTI_INT64 = 1024,
    NIFTI_UINT64 = 1280,
};

struct nifti_header {
    struct nifti_info info;
    struct grid grid;
    struct nifti_forms forms;
    enum nifti_type type;
    uint64_t offset;     /* of the first voxel, from the start of the file */
    double slope, inter; /* value = slope * stored + inter; 1 and 0 if not scaled */
};

/**
 * How long is the header that begins with these four bytes?
 * @return  NIFTI_HEADER_1, NIFTI_HEADER_2, or 0 if it is none
 */
size_t nifti_header_length(const uint8_t first[AT_LEAST(4)]);

/**
 * Read and check a header.
 *
 * @param bytes  [nifti_header_length()] bytes
 * Errors: ERR_FORMAT, ERR_SUPPORT, as nifti_read_image(); the file is not named
 * Tests:  tests/unit/image/nifti_header.c
 */
bool nifti_header_parse(const uint8_t *bytes, size_t length, struct nifti_header *out,
                        struct err *err) ATTR_MUST_USE;

#endif
