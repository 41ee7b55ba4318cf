/*
 * evaluate_json_group.h - a group of patients in summary.json.
 *
 * Layer:  cli.
 * Idiom:  that of evaluate_put.h.
 */
#ifndef CLI_EVALUATE_JSON_GROUP_H
#define CLI_EVALUATE_JSON_GROUP_H

#include <jansson.h>

#include "cli/evaluate_study.h"

/** All statistics of a group.  Owned by the caller. */
json_t *evaluate_json_group(const struct evaluate_group *g,
                            const struct evaluate_key *key, enum measure_rule rule,
                            struct err *err);

/** Intraclass correlations.  Owned by the caller. */
json_t *evaluate_json_icc(const struct stat_icc *icc, struct err *err);

#endif
