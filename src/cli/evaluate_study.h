/*
 * evaluate_study.h - what `cicatrix evaluate` holds in memory: patients, methods,
 * groups.
 *
 * Way:    evaluate.c reads options; evaluate_run the cohort; evaluate_case compares one
 *         patient's label maps; evaluate_group makes statistics of some patients,
 *         evaluate_compare tests between methods and between groups; evaluate_json,
 *         evaluate_csv and evaluate_table write them.  A new statistic is a field of
 *         struct evaluate_group.
 * Layer:  cli.
 */
#ifndef CLI_EVALUATE_STUDY_H
#define CLI_EVALUATE_STUDY_H

#include "cli/opt.h"
#include "image/cohort.h"
#include "measure/burden.h"
#include "measure/dice.h"
#include "measure/volumes.h"
#include "stat/anova.h"
#include "stat/bland_altman.h"
#include "stat/ccc.h"
#include "stat/describe.h"
#include "stat/kruskal.h"
#include "stat/pearson.h"
#include "stat/proportion.h"
#include "stat/ttest.h"
#include "stat/wilcoxon.h"

/* Regions whose DSC is taken; their order is that of evaluate_case_regions. */
enum {
    EVALUATE_REGIONS = 5,
    EVALUATE_MYOCARDIUM = 1, /* its place among them */
    EVALUATE_SCAR = 2,
    EVALUATE_PAIRS = 3,
    EVALUATE_PERCENT_LGE = 2, /* its place among the quantities */
};

struct evaluate_region {
    const char *key, *name; /* in files, in tables */
    unsigned set;           /* of labels */
};
extern const struct evaluate_region evaluate_case_regions[EVALUATE_REGIONS];

/* Quantities that are correlated and compared. */
struct evaluate_quantity {
    const char *key, *name;
    size_t offset; /* of a double in struct lv_measure */
};
extern const struct evaluate_quantity evaluate_case_quantities[EVALUATE_PAIRS];

enum evaluate_status {
    EVALUATE_DONE,
    EVALUATE_MISSING, /* no prediction was found */
    EVALUATE_FAILED,  /* a file could not be used; said on stderr */
};

struct evaluate_case {
    enum evaluate_status status;
    struct measure_dice dice[EVALUATE_REGIONS];
    struct lv_measure truth, pred; /* without slices */
};

struct evaluate_dice {
    size_t n_both_empty;                /* not available, left out of `dsc` */
    size_t n_truth_empty, n_pred_empty; /* one empty: 0, counted in `dsc` */
    struct stat_summary dsc;
    struct stat_interval mean_ci;
    double mean_empty_1; /* with 1 where both are empty */
};

struct evaluate_pair {
    struct stat_summary truth, pred; /* of the patients that have both */
    struct stat_pearson pearson;
    struct stat_ccc ccc;
    struct stat_bland_altman bland_altman; /* prediction - truth */
};

/* With the narrower interval (Wilson) and the one that is never too narrow. */
struct evaluate_rate {
    struct stat_proportion p;
    struct stat_interval exact; /* Clopper-Pearson */
};

struct evaluate_group {
    size_t n, n_missing, n_failed; /* evaluated, and not */
    struct evaluate_dice dice[EVALUATE_REGIONS];
    struct evaluate_pair pair[EVALUATE_PAIRS];
    struct stat_confusion large; /* %LGE against the rule; truth needs a myocardium */
    struct evaluate_rate accuracy, sensitivity, specificity; /* of `large` */
    size_t n_no_scar, n_false;         /* no scar in truth; of these, some predicted */
    struct stat_summary false_percent; /* predicted %LGE where truth has no scar */
};

/* Patients with `value` in the column `by`; by NULL: all. */
struct evaluate_key {
    const char *by, *value;
};

/* Scar DSC of one method over the groups of a column. */
struct evaluate_between {
    const char *by;
    struct stat_kruskal kruskal;
    struct stat_anova anova;
};

struct evaluate_method {
    char *name;
    const char *dir;
    struct evaluate_case *cases;      /* [n_rows] */
    struct evaluate_group *groups;    /* [n_keys] */
    struct evaluate_between *between; /* [by.count] */
};

/* What is compared of two methods, patient by patient. */
enum evaluate_compared {
    EVALUATE_SCAR_DSC,
    EVALUATE_PERCENT_ERROR, /* |prediction - truth| of %LGE */
    EVALUATE_COMPARED,
};

struct evaluate_paired {
    double mean_a, mean_b;         /* of the patients that have both; NaN without any */
    struct stat_wilcoxon wilcoxon; /* a - b */
    struct stat_ttest t;           /* a - b */
    double wilcoxon_holm, t_holm;  /* P adjusted for all pairs of methods */
};

struct evaluate_compare {
    size_t a, b; /* methods */
    struct evaluate_paired paired[EVALUATE_COMPARED];
};

struct evaluate_study {
    const char *truth, *split; /* as given; split may be NULL */
    const char *label;         /* the column that counts as truth */
    enum measure_rule rule;
    struct cohort cohort;
    size_t *rows; /* [n_rows] of the cohort: in the split, with a label */
    size_t n_rows, n_unlabelled;
    char *by_text;             /* "site", "vendor": what `by` points into */
    struct opt_list by;        /* columns */
    struct evaluate_key *keys; /* [n_keys]; the first is everybody */
    size_t n_keys;
    struct evaluate_method *methods;
    size_t n_methods;
    struct evaluate_compare *compares; /* [n_compares] every pair of methods */
    size_t n_compares;
};

#endif
