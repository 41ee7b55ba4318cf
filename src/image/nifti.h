/*
 * nifti.h - strict reader and atomic writer of NIfTI-1 and NIfTI-2 single files.
 *
 * Why:    the libraries at hand accept headers that ask for terabytes and ignore write
 *         errors.  This reader refuses what it cannot vouch for, with the reason.
 * Layer:  image.
 * Thread: safe.
 * Source: https://nifti.nimh.nih.gov/nifti-1 and /nifti-2 (field layout, methods 1-3).
 */
#ifndef IMAGE_NIFTI_H
#define IMAGE_NIFTI_H

#include "image/image.h"
#include "image/label_codes.h"

C_API_BEGIN

/** What a header says beyond the grid; for `info` and results. */
struct nifti_info {
    int version;  /* 1 or 2 */
    int datatype; /* NIfTI code */
    int bits;     /* per voxel */
    bool big_endian;
    bool gzip;
    int orientation; /* 3 = sform, 2 = qform, 1 = pixdim only */
    double scl_slope, scl_inter;
    char description[81];
};

/** Is this path's name one of a NIfTI single file (.nii, .nii.gz, in any case)? */
bool nifti_is_name(const char *path);

/**
 * Read a 3D image as float32, scaled by scl_slope and scl_inter.
 *
 * sform is preferred to qform, qform to pixdim; an sform of zeros is none, one whose
 * voxels are more than 1 % longer or shorter than pixdim says is refused.  Trailing
 * dimensions of length 1 are accepted.  Reading is by streaming decompression into the
 * final buffer: no allocation exceeds what the checked header allows.
 *
 * @param[out] out   owned by the caller (image_clear); written only on success
 * @param[out] info  may be NULL
 * Errors (all name the file): ERR_IO (missing, unreadable), ERR_FORMAT (empty, short,
 *     truncated, CRC, absurd dimensions / vox_offset / pixdim, sform against pixdim,
 *     bitpix against datatype, non-finite voxels), ERR_SUPPORT (2D, 4D, complex, RGB,
 *     two-file NIfTI, more than IMAGE_MAX_VOXELS), ERR_NOMEM
 */
bool nifti_read_image(const char *path, struct image *out, struct nifti_info *info,
                      struct err *err) ATTR_MUST_USE;

/** The same for a label map: values must be whole numbers in 0..LABEL_COUNT-1
 *  (ERR_FORMAT otherwise, naming the value). */
bool nifti_read_labels(const char *path, struct labels *out,
                       struct err *err) ATTR_MUST_USE;

/** The same for a label map with other codes, or with ours if `codes` is NULL
 * (ERR_FORMAT for a value that is none of them, naming it). */
bool nifti_read_coded(const char *path, const struct label_codes *codes,
                      struct labels *out, struct err *err) ATTR_MUST_USE;

enum nifti_kind {
    NIFTI_NO_KIND, /* one value throughout, or a file that is not read to its end */
    NIFTI_IMAGE,
    NIFTI_LABELS, /* what image_looks_like_labels() calls a label map */
};

/** What kind of voxels a file holds, read no further than it takes to tell: an image's
 *  first slices, a label map's all. */
enum nifti_kind nifti_kind_of(const char *path);

/** The same from memory (an uncompressed or gzipped file's bytes); for fuzzing. */
bool nifti_parse_image(const void *data, size_t size, struct image *out,
                       struct nifti_info *info, struct err *err) ATTR_MUST_USE;

/** Write NIfTI-1, gzip if the name ends in .gz (fixed level, no time stamp: the same
 *  content gives the same bytes).  Atomic.  Both sform and qform (where the matrix is a
 *  rotation times edges) are written with code 1.  Images are float32, labels uint8. */
bool nifti_write_image(const char *path, const struct image *image,
                       struct err *err) ATTR_MUST_USE;
bool nifti_write_labels(const char *path, const struct labels *labels,
                        struct err *err) ATTR_MUST_USE;
/** Labels that were drawn on an image of a file, with the words of its header (its
 *  codes, quaternion, qfac, voxel size, srow) for where they lie.  They must be on the
 *  grid of that file.  With all zero as nifti_write_labels(). */
bool nifti_write_labels_of(const char *path, const struct labels *labels,
                           const struct nifti_forms *forms,
                           struct err *err) ATTR_MUST_USE;
/** With a description of up to 79 characters for the header (ERR_ARG if longer). */
bool nifti_write_described(const char *path, const struct image *image,
                           const char *description, struct err *err) ATTR_MUST_USE;

/**
 * Write an image as a scanner stores it: whole numbers of 16 bits, with the slope and
 * the intercept that turn them into values.
 *
 *   stored = round((value - inter) / slope)
 *
 * Read back, a value is off by half a slope at most, and by float32's rounding alone if
 * it is of the form stored * slope + inter.
 *
 * Errors:  as nifti_write_described(); ERR_ARG (slope or intercept that the header
 *          cannot hold, a value beyond 16 bits: nothing is left behind)
 * Tests:   tests/unit/image/nifti_write.c
 */
bool nifti_write_stored(const char *path, const struct image *image, double slope,
                        double inter, const char *description,
                        struct err *err) ATTR_MUST_USE;

C_API_END

#endif
