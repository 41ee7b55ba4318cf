/*
 * image.h - voxels on a grid in patient space.
 *
 * Why:    a volume in millilitres is only as right as the grid it was counted on; so an
 *         image never travels without it.
 * Layer:  image (may use base).
 * Thread: plain data; no globals.
 *
 * Invariants:
 *   - dim[a] >= 1 for a non-empty image, and their product <= IMAGE_MAX_VOXELS;
 *   - voxel (i, j, k) lies at vox[(k * dim[1] + j) * dim[0] + i]: i (column, x) is
 *     fastest, k (slice, z) slowest;
 *   - its centre is at to_mm * (i, j, k, 1), in mm, in NIfTI's frame (RAS+: x grows to
 *     the patient's right, y to anterior, z to superior);
 *   - voxel edges (lengths of the columns of to_mm) lie in [1e-3, 1e3] mm, no two of
 *     them are parallel, and the origin lies within 1e6 mm;
 *   - intensities are finite.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

C_API_BEGIN

/* What a file may ask for at most.  512 x 512 x 256 is 67 million voxels. */
#define IMAGE_MAX_VOXELS ((int64_t)128 * 1024 * 1024)
#define IMAGE_MIN_EDGE_MM 1e-3
#define IMAGE_MAX_EDGE_MM 1e3
#define IMAGE_MAX_ORIGIN_MM 1e6

/* The label codes of the project: the one place where they are written down.
 * Scar volume counts SCAR and NO_REFLOW; myocardium counts these and MYOCARDIUM. */
enum label {
    LABEL_BACKGROUND = 0,
    LABEL_LV_BLOOD = 1,
    LABEL_MYOCARDIUM = 2, /* LV myocardium without enhancement */
    LABEL_SCAR = 3,
    LABEL_NO_REFLOW = 4,
    LABEL_RV_BLOOD = 5,
    LABEL_COUNT = 6
};

/* Sets of labels as bit masks, for "is this voxel in that region". */
#define LABEL_BIT(l) (1u << (l))
#define LABELS_SCAR (LABEL_BIT(LABEL_SCAR) | LABEL_BIT(LABEL_NO_REFLOW))
#define LABELS_MYOCARDIUM (LABELS_SCAR | LABEL_BIT(LABEL_MYOCARDIUM))
#define LABELS_LV (LABELS_MYOCARDIUM | LABEL_BIT(LABEL_LV_BLOOD))

/** "scar", "no-reflow", ...: the name used in files and messages. */
const char *label_name(enum label label);

/** Is `label` in the set? */
static inline bool label_in(uint8_t label, unsigned set)
{
    return label < 32 && ((set >> label) & 1u) != 0;
}

struct grid {
    int32_t dim[3];     /* columns, rows, slices */
    double to_mm[3][4]; /* voxel index -> mm */
};

/* How a NIfTI header says where its voxels lie, in its own words and unit.  What is
 * drawn on an image is written with the same words, so that any viewer, whichever of
 * them it believes, lays it onto the image.  All zero: from elsewhere (DICOM, made
 * here). */
struct nifti_forms {
    int qform_code, sform_code;
    unsigned units;   /* of length, as in xyzt_units */
    double pixdim[4]; /* qfac, and the edges, which are positive */
    double quatern[3], qoffset[3];
    double srow[3][4];
    double apart_mm; /* where both are given: farthest that they put a corner from each
                        other; infinite if the qform is invalid */
};

/** Farther apart, sform and qform are two orientations, not one that was rounded. */
#define NIFTI_FORMS_APART_MM 1.0

static inline bool nifti_forms_differ(const struct nifti_forms *forms)
{
    return forms->apart_mm > NIFTI_FORMS_APART_MM;
}

struct image {
    struct grid grid;
    struct nifti_forms forms; /* of the file that it was read from, as it lies there:
                                 images that are made of it have none */
    float *vox;               /* owned; [dim[2]][dim[1]][dim[0]] */
};

struct labels {
    struct grid grid;
    uint8_t *vox; /* owned; enum label; same order */
};

/** A grid with edges `edge_mm` along the axes, its first voxel at the origin. */
struct grid grid_make(const int32_t dim[AT_LEAST(3)],
                      const double edge_mm[AT_LEAST(3)]);

/** Check the invariants above.  Errors: ERR_FORMAT naming the axis and the value,
 *  ERR_SUPPORT above IMAGE_MAX_VOXELS. */
bool grid_check(const struct grid *grid, struct err *err) ATTR_MUST_USE;

/** Number of voxels. */
size_t grid_voxels(const struct grid *grid);

/** Length in mm of a voxel's edge along axis 0, 1 or 2.  Along axis 2 that is the
 *  distance between slice centres. */
double grid_edge_mm(const struct grid *grid, int axis);

/** Distance in mm of the planes of neighbouring slices along axis 2, on their normal:
 *  less than the edge where slices are shifted along each other. */
double grid_slice_spacing_mm(const struct grid *grid);

/** Volume of one voxel in millilitres (absolute determinant of to_mm / 1000). */
double grid_voxel_ml(const struct grid *grid);

/** Where a voxel index (fractions allowed) lies, in mm.  `mm` may be `index`. */
void grid_point_mm(const struct grid *grid, const double index[AT_LEAST(3)],
                   double mm[AT_LEAST(3)]);

/** How far apart corners of the same index lie at most; infinite where dimensions
 *  differ. */
double grid_apart_mm(const struct grid *a, const struct grid *b);

/** In what a grid differs from another one that it should be: "96 x 96 x 8 voxels, not
 *  96 x 96 x 9", edges, or place. */
#define GRID_DIFFERENCE 128
void grid_difference(const struct grid *grid, const struct grid *other,
                     char text[AT_LEAST(GRID_DIFFERENCE)]);

/** Same dimensions, and corners that agree to `tol_mm`. */
bool grid_same(const struct grid *a, const struct grid *b, double tol_mm);

#ifndef __cplusplus /* its casts are C's */
static inline size_t grid_index(const struct grid *g, int32_t i, int32_t j, int32_t k)
{
    return ((size_t)k * (size_t)g->dim[1] + (size_t)j) * (size_t)g->dim[0] + (size_t)i;
}
#endif

/** Allocate zeroed voxels on `grid` (checked).  Errors: ERR_FORMAT, ERR_SUPPORT (above
 *  IMAGE_MAX_VOXELS), ERR_NOMEM.  `out` is written only on success. */
bool image_alloc(const struct grid *grid, struct image *out,
                 struct err *err) ATTR_MUST_USE;
bool labels_alloc(const struct grid *grid, struct labels *out,
                  struct err *err) ATTR_MUST_USE;

void image_clear(struct image *image);
void labels_clear(struct labels *labels);

/* The different values met so far, as long as they could be codes of a label map. */
struct image_codes {
    float seen[LABEL_COUNT];
    int count;
};

/** Look at more voxels.  False once no label map has such values: they are not whole
 *  numbers in 0..65535, or more than LABEL_COUNT different ones. */
bool image_codes_take(struct image_codes *codes, const float *vox, size_t count);

/** Is this a label map that was taken for an image?  True for 2 to LABEL_COUNT distinct
 *  values that are all whole numbers in 0..65535; no magnitude image is like that.  A
 *  constant image is not called a label map.  Cost: one pass, ended early. */
bool image_looks_like_labels(const struct image *image);

C_API_END

#endif
