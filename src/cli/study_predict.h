/*
 * study_predict.h - the test patients, segmented by a network of the study.
 *
 * Layer:  cli.
 * Thread: one; the network runs on threads of its own.
 */
#ifndef CLI_STUDY_PREDICT_H
#define CLI_STUDY_PREDICT_H

#include "cli/study_dir.h"

/**
 * Segment and measure every patient with split = test who has no result yet; write
 * <pred>/<id>/labels.nii.gz and results.json.
 *
 * Errors: as quantify_case, model_load, predictor_new; the first stops the work.
 */
bool study_predict_network(const struct study_plan *plan, const struct study_dir *dir,
                           enum study_network network, struct err *err) ATTR_MUST_USE;

/* How fast a network was, over all its test patients. */
struct study_speed {
    size_t patients, images;  /* an image is a slice */
    double seconds_per_image; /* from file to file: reading, both networks, writing */
    double network_s;         /* of these, the networks */
    char precision[16];       /* "bf16", "f32" */
};

/** Sum up what the patients' results.json say.  Errors: ERR_FORMAT, ERR_IO. */
bool study_predict_speed(const struct study_dir *dir, enum study_network network,
                         struct study_speed *out, struct err *err) ATTR_MUST_USE;

#endif
