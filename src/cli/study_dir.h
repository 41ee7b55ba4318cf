/*
 * study_dir.h - the folder of a study: where everything lies, and whose it is.
 *
 *   study-state            the plan in one line: what the folder belongs to
 *   cohort/                COHORT.csv, images, readings, truth
 *   model3d.safetensors    and model2d.safetensors, with their logs
 *   consensus/             what nine further readers agree on (sim/consensus.h)
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
#include "cli/work_dir.h"

struct study_dir {
    char root[WORK_PATH], cohort[WORK_PATH], table[WORK_PATH];
    char model[STUDY_NETWORKS][WORK_PATH], pred[STUDY_NETWORKS][WORK_PATH];
    char reading[2][WORK_PATH]; /* of the readers 1 and 2 */
    char consensus[WORK_PATH], agreed[WORK_PATH], agreed_table[WORK_PATH];
    char by_reader[WORK_PATH], by_truth[WORK_PATH]; /* agreement */
    char timing[WORK_PATH], report[WORK_PATH], json[WORK_PATH];
};

/**
 * Make the folder this plan's own, or see that it is.
 *
 * Errors: ERR_ARG (path too long; the folder holds another study, or files that are no
 *     study); ERR_IO, ERR_NOMEM; all name the path
 */
bool study_dir_claim(const char *root, const struct study_plan *plan,
                     struct study_dir *out, struct err *err) ATTR_MUST_USE;

#endif
