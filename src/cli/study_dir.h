/*
 * study_dir.h - the folder of a study: where everything lies, and whose it is.
 *
 *   study-state            the plan in one line: what the folder belongs to
 *   cohort/                COHORT.csv, images, readings, truth
 *   model3d.safetensors    and model2d.safetensors, with their logs
 *   pred3d/<id>/           and pred2d/<id>/: labels.nii.gz, results.json
 *   agreement/reader1/     and agreement/truth/: as `cicatrix evaluate` writes them
 *   timing.json            seconds an image
 *   report/                study.json, report.md, figures
 *
 * Each is there when its stage is finished; so a study that was interrupted goes on
 * where it stopped, and what is removed is made again.
 *
 * Layer:  cli.
 * Thread: one process per folder.
 */
#ifndef CLI_STUDY_DIR_H
#define CLI_STUDY_DIR_H

#include "cli/study_plan.h"

enum { STUDY_PATH = 1024 };

struct study_dir {
    char root[STUDY_PATH], cohort[STUDY_PATH], table[STUDY_PATH];
    char model[STUDY_NETWORKS][STUDY_PATH], pred[STUDY_NETWORKS][STUDY_PATH];
    char reading[2][STUDY_PATH];                      /* of the readers 1 and 2 */
    char by_reader[STUDY_PATH], by_truth[STUDY_PATH]; /* agreement */
    char timing[STUDY_PATH], report[STUDY_PATH], json[STUDY_PATH];
};

/**
 * Make the folder this plan's own, or see that it is.
 *
 * Errors: ERR_ARG (path too long; the folder holds another study, or files that are no
 *     study); ERR_IO, ERR_NOMEM; all name the path
 */
bool study_dir_claim(const char *root, const struct study_plan *plan,
                     struct study_dir *out, struct err *err) ATTR_MUST_USE;

/** `dir`/`name` into a buffer.  Errors: ERR_ARG (too long). */
bool study_dir_join(const char *dir, const char *name, char out[AT_LEAST(STUDY_PATH)],
                    struct err *err) ATTR_MUST_USE;

#endif
