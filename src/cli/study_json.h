/*
 * study_json.h - study.json: every number of a study; its keys: report/study_report.h.
 *
 * Layer:  cli.
 */
#ifndef CLI_STUDY_JSON_H
#define CLI_STUDY_JSON_H

#include <jansson.h>

#include "cli/study_agreement.h"
#include "cli/study_predict.h"

/* What study.json is made of; borrowed. */
struct study_facts {
    const struct study_plan *plan;
    const struct study_agreement *agreement;
    const struct study_speed *speed;      /* [STUDY_NETWORKS] */
    const struct unet_decision *decision; /* [STUDY_NETWORKS] */
};

/** Owned by the caller (json_decref).  NULL with ERR_NOMEM, ERR_NUMERIC.
 *  Tests:  tests/unit/cli/study_json.c */
json_t *study_json_make(const struct study_facts *facts, struct err *err) ATTR_MUST_USE;

/** timing.json: the times alone.  Owned by the caller; NULL with ERR_NOMEM. */
json_t *study_json_timing(const struct study_speed speed[AT_LEAST(STUDY_NETWORKS)],
                          struct err *err) ATTR_MUST_USE;

#endif
