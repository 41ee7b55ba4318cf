/*
 * study_train.h - the study's networks: trained on reader 1, used on the test patients.
 *
 * Layer:  cli.
 * Thread: one; the networks run on threads of their own.
 */
#ifndef CLI_STUDY_TRAIN_H
#define CLI_STUDY_TRAIN_H

#include "cli/study_dir.h"

/**
 * Train a network on the cohort's rows with split = train, unless its model is there;
 * an interrupted training goes on from its checkpoint.  The coarse network is trained
 * with the 3D network and shared by the 2D network, which must come after it.
 *
 * Errors: as train_run, cohort_read.
 */
bool study_train_network(const struct study_plan *plan, const struct study_dir *dir,
                         enum study_network network, struct err *err) ATTR_MUST_USE;

/**
 * Fit what is drawn as scar to reader 1, on training patients (unet/tune.h), unless
 * that is done: the model file is replaced by one with the decision in it.
 *
 * Errors: as tune_model.
 */
bool study_tune_network(const struct study_plan *plan, const struct study_dir *dir,
                        enum study_network network, struct err *err) ATTR_MUST_USE;

/** How the networks' probabilities become labels.  Errors: as model_load. */
bool study_tune_read(const struct study_dir *dir,
                     struct unet_decision decision[AT_LEAST(STUDY_NETWORKS)],
                     struct err *err) ATTR_MUST_USE;

#endif
