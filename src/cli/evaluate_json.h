/*
 * evaluate_json.h - summary.json of a study.
 *
 * The same study gives the same bytes: six digits, no dates, no times.
 *
 * Layer:  cli.
 */
#ifndef CLI_EVALUATE_JSON_H
#define CLI_EVALUATE_JSON_H

#include <jansson.h>

#include "cli/evaluate_study.h"

/** Owned by the caller (json_decref).  NULL with ERR_NOMEM. */
json_t *evaluate_json_summary(const struct evaluate_study *study,
                              struct err *err) ATTR_MUST_USE;

#endif
