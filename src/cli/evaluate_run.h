/*
 * evaluate_run.h - predictions against a cohort's reading: what `cicatrix evaluate`
 * does, for any command that wants it.
 *
 * Way:    evaluate_run() compares every patient with every method and makes the
 *         statistics; evaluate_write() puts them into files.
 * Layer:  cli.
 * Thread: not safe: a progress line, and failures of single patients are said on
 *         stderr.
 */
#ifndef CLI_EVALUATE_RUN_H
#define CLI_EVALUATE_RUN_H

#include <jansson.h>

#include "cli/evaluate_study.h"

struct evaluate_pred {
    const char *name;   /* of the method; all differ */
    const char *dir;    /* see evaluate_case_find() */
    const char *column; /* instead of `dir`: of the cohort, another reading */
};

struct evaluate_options {
    const char *truth;        /* COHORT.csv */
    const char *label_column; /* of the cohort: what counts as truth; NULL: "label" */
    const char *split;        /* only patients with this value of `split`; NULL: all */
    const bool *take;         /* [rows of the cohort], only these; NULL: all */
    const char *by;           /* "site,vendor": columns that make groups; NULL: none */
    enum measure_rule rule;   /* from where on a burden is large */
    const struct evaluate_scoring *scoring; /* NULL: evaluate_score_usual() */
    const struct evaluate_pred *preds;      /* [n_preds], 1 or more */
    size_t n_preds;
    FILE *progress; /* NULL: no progress line */
};

/**
 * Read the cohort, compare every patient that has a label, make the statistics.
 *
 * A patient whose prediction is missing or cannot be used is said on stderr and counted
 * (n_missing and n_failed of the method's group 0); the rest goes on.
 *
 * @param options   borrowed; its strings must live as long as `out`
 * @param[out] out  written only on success; owned by the caller (evaluate_study_clear)
 * Errors: those of cohort_read; ERR_FORMAT (a column that does not exist, no patient
 *     with a label), ERR_IO (no folder of predictions), ERR_SUPPORT (too many groups)
 * Tests:  tests/unit/cli/evaluate.c, tests/cli/evaluate.t
 */
bool evaluate_run(const struct evaluate_options *options, struct evaluate_study *out,
                  struct err *err) ATTR_MUST_USE;

/**
 * Write summary.json, per-patient.csv, per-group.csv and report.md into the folder
 * `out`, which is made when missing.
 *
 * @param[out] summary  what summary.json says; written only on success; owned by the
 *     caller (json_decref)
 * Errors: ERR_IO, ERR_NOMEM
 */
bool evaluate_write(const struct evaluate_study *study, const char *out,
                    json_t **summary, struct err *err) ATTR_MUST_USE;

/** Free everything; a study of zeros is fine. */
void evaluate_study_clear(struct evaluate_study *s);

#endif
