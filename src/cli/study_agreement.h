/*
 * study_agreement.h - networks and readers of a study, compared with each other.
 *
 * Layer:  cli.
 */
#ifndef CLI_STUDY_AGREEMENT_H
#define CLI_STUDY_AGREEMENT_H

#include <jansson.h>

#include "cli/evaluate_study.h"
#include "cli/study_dir.h"

/* Methods compared with reader 1, the core lab; and with the exact truth.  The networks
 * come first in both, in the order of enum study_network. */
enum { STUDY_READER2 = STUDY_NETWORKS, STUDY_CONSENSUS, STUDY_BY_READER };
enum {
    STUDY_TRUTH_READER1 = STUDY_NETWORKS,
    STUDY_TRUTH_READER2,
    STUDY_TRUTH_CONSENSUS,
    STUDY_BY_TRUTH
};

/* One comparison, with what its summary.json says. */
struct study_comparison {
    struct evaluate_study study;
    json_t *summary;
};

struct study_agreement {
    struct study_comparison reader; /* methods: 3D, 2D, reader2, consensus */
    struct study_comparison truth;  /* methods: 3D, 2D, reader1, reader2, consensus */
};

/**
 * Compare the test patients, by site and vendor, and write the tables of `cicatrix
 * evaluate` into agreement/reader1 and agreement/truth.
 *
 * @param dir       borrowed as long as `out` is used
 * @param[out] out  owned by the caller (study_agreement_clear)
 * Errors: as evaluate_run and evaluate_write; ERR_FORMAT when a patient could not be
 *     compared: in a study nobody may be missing
 */
bool study_agreement_run(const struct study_dir *dir, struct study_agreement *out,
                         struct err *err) ATTR_MUST_USE;

void study_agreement_clear(struct study_agreement *a);

/** Which of evaluate_case_regions is scar, no-reflow included. */
size_t study_agreement_scar(void);

#endif
