/*
 * evaluate_score.h - what a patient is worth in each score, empty regions included.
 *
 * Layer:  cli.
 * Thread: pure functions.
 */
#ifndef CLI_EVALUATE_SCORE_H
#define CLI_EVALUATE_SCORE_H

#include "cli/evaluate_study.h"

enum evaluate_score_kind {
    EVALUATE_OVERLAP,  /* 0 to 1, 1 is best */
    EVALUATE_DISTANCE, /* mm, 0 is best */
    EVALUATE_ERROR,    /* of a volume: 0 is best; empty regions have a volume of 0 */
};

struct evaluate_score {
    const char *key, *name, *unit; /* in files, in tables; unit "" for a share */
    enum evaluate_score_kind kind;
    int region;    /* EVALUATE_MYOCARDIUM, ... */
    bool lesions;  /* of the region's lesions, not of its voxels */
    size_t offset; /* of a double in struct evaluate_case; NaN when not available */
};
extern const struct evaluate_score evaluate_scores[EVALUATE_SCORES];

/**
 * A patient's value.
 *
 *   region (or its lesions) empty in   both maps       one map
 *   overlap                            scoring.empty   0 (NaN: a share of none)
 *   distance                           NaN, far: 0     NaN, far: the diagonal
 *
 * @return  NaN: not available, to be left out; always so unless status is EVALUATE_DONE
 * Tests:   tests/unit/cli/evaluate_score.c
 */
double evaluate_score_value(const struct evaluate_case *c, size_t score,
                            const struct evaluate_scoring *scoring);

/** The same for the DSC of a region. */
double evaluate_score_dsc(const struct evaluate_case *c, int region,
                          const struct evaluate_scoring *scoring);

/** Is the score's region (or its lesions) empty in truth, in the prediction? */
void evaluate_score_empty(const struct evaluate_case *c, size_t score, bool *truth,
                          bool *pred);

/** The score with this key; EVALUATE_SCORES when there is none. */
size_t evaluate_score_find(const char *key);

/** 2 mm, lesions from 0.1 mL and an IoU of 0.1 on, empty regions left out. */
struct evaluate_scoring evaluate_score_usual(void);

/** "skip", "one", "zero".  Errors: ERR_ARG. */
bool evaluate_score_parse_empty(const char *text, enum evaluate_empty *out,
                                struct err *err) ATTR_MUST_USE;
const char *evaluate_score_empty_text(enum evaluate_empty empty);

#endif
