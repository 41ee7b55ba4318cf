/*
 * dataset.h - the labelled stacks of a cohort, in memory, ready to be sampled.
 *
 * Layer:  unet.   Thread: read-only once loaded.
 */
#ifndef UNET_DATASET_H
#define UNET_DATASET_H

#include "image/cohort.h"
#include "image/image.h"
#include "unet/config.h"
#include "unet/stack.h"

struct dataset_item {
    char *id;
    struct stack fine, coarse; /* for the segmenting and the locating network */
    struct labels labels;      /* native grid */
    double centre_mm[2];       /* of the left ventricle, in the stacks' frame */
    uint32_t labelled;         /* set of labels that this data set draws */
};

/* Own patients come first: an epoch shows each once.  Others may follow: an epoch shows
 * `drawn` of them, at random. */
struct dataset {
    struct dataset_item *item;
    size_t items, own, drawn;
    size_t *large, larges; /* dataset_list_large() */
};

/* Called after each patient. */
struct dataset_watch {
    void (*report)(void *user, size_t done, size_t total);
    void *user;
};

/**
 * Which labels a patient's reader drew, as a set, background among them: digits in the
 * column `labelled` ("1234"); 1 to 4 without it, or where it is empty.
 *
 * Errors: ERR_FORMAT (no such digits)
 */
bool dataset_labelled(const struct cohort *cohort, size_t row, uint32_t *out,
                      struct err *err) ATTR_MUST_USE;

/**
 * A patient's image, its slices along axis 2, and label map, the labels listed in the
 * order of the image's voxels (a file may list them along other axes, as converters of
 * DICOM do).
 *
 * @param[out] image, labels  owned by the caller; written only on success
 * Errors: those of cohort_image() and nifti_read_labels(); ERR_FORMAT (label on another
 *         grid than its image, no myocardium, though `labelled` says that it was drawn,
 *         bad `labelled`); messages name the file
 */
bool dataset_read(const struct cohort *cohort, size_t row, struct image *image,
                  struct labels *labels, struct err *err) ATTR_MUST_USE;

/**
 * Load the rows listed in `row`.  `watch` may be NULL.
 *
 * Errors: as dataset_read(); ERR_FORMAT (a label map in the place of an image, no left
 *         ventricle in a label map, no blood pool, though `labelled` says that it was
 *         drawn); messages name the file
 */
bool dataset_load(const struct cohort *cohort, const size_t *row, size_t rows,
                  const struct unet_config *config, const struct dataset_watch *watch,
                  struct dataset *out, struct err *err) ATTR_MUST_USE;

/**
 * Move the patients of `others` behind those of `data`, to be drawn from.
 *
 * @param share  of an epoch's samples that are drawn from them, above 0 and below 1
 * Errors: ERR_ARG (share), ERR_NOMEM; then both are as they were
 */
bool dataset_mix(struct dataset *data, struct dataset *others, double share,
                 struct err *err) ATTR_MUST_USE;

/** List the patients whose scar is a large burden (measure/burden.h) of a wall that was
 *  drawn, in their order.  They are few in a cohort, and the ones in whom an error of
 * %LGE is largest. Errors: as measure_lv */
bool dataset_list_large(struct dataset *data, struct err *err) ATTR_MUST_USE;

/** Samples of an epoch. */
size_t dataset_epoch(const struct dataset *data);

void dataset_clear(struct dataset *data);

/** Classes of a network that are labelled, as a set, from a set of labels. */
uint32_t dataset_classes(const struct unet_net_config *net, uint32_t labelled);

#endif
