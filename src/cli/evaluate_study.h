/*
 * evaluate_study.h - what `cicatrix evaluate` holds in memory: patients, methods,
 * groups.
 *
 * Way:    evaluate.c reads options; evaluate_run the cohort; evaluate_case compares one
 *         patient's label maps; evaluate_score says what a patient is worth in each
 *         score; evaluate_group makes statistics of some patients, evaluate_compare
 *         tests between methods and between groups; evaluate_json, evaluate_csv,
 *         evaluate_table and evaluate_report write them.  A new score is a row of
 *         evaluate_scores, a new statistic a field of struct evaluate_group.
 * Layer:  cli.
 */
#ifndef CLI_EVALUATE_STUDY_H
#define CLI_EVALUATE_STUDY_H

#include "cli/opt.h"
#include "image/cohort.h"
#include "measure/burden.h"
#include "measure/dice.h"
#include "measure/lesions.h"
#include "measure/surface.h"
#include "measure/volumes.h"
#include "stat/anova.h"
#include "stat/auc.h"
#include "stat/bland_altman.h"
#include "stat/bootstrap.h"
#include "stat/ccc.h"
#include "stat/describe.h"
#include "stat/icc.h"
#include "stat/kappa.h"
#include "stat/kruskal.h"
#include "stat/line.h"
#include "stat/pearson.h"
#include "stat/proportion.h"
#include "stat/spearman.h"
#include "stat/ttest.h"
#include "stat/wilcoxon.h"
#include "stat/within.h"

/* Regions whose DSC is taken; their order is that of evaluate_case_regions. */
enum {
    EVALUATE_REGIONS = 5,
    EVALUATE_BLOOD_POOL = 0, /* their places among them */
    EVALUATE_MYOCARDIUM = 1,
    EVALUATE_SCAR = 2,      /* labels 3 and 4 */
    EVALUATE_INFARCT = 3,   /* label 3 alone, as EMIDEC counts */
    EVALUATE_NO_REFLOW = 4, /* label 4 */
    EVALUATE_PAIRS = 3,
    EVALUATE_PERCENT_LGE = 2, /* its place among the quantities */
    EVALUATE_ERRORS = 2,      /* myocardium, scar */
    EVALUATE_SCORES = 21,     /* see evaluate_score.h */
};

/* What an overlap is worth in a patient who has the region in neither map. */
enum evaluate_empty {
    EVALUATE_EMPTY_SKIP, /* nothing: left out of means and tests, and counted */
    EVALUATE_EMPTY_ONE,  /* 1: rightly nothing */
    EVALUATE_EMPTY_ZERO, /* 0 */
};

struct evaluate_scoring {
    enum evaluate_empty empty;
    bool far; /* a region empty in one map lies the grid's diagonal away, and in both 0;
                 else there is no distance */
    double tolerance_mm; /* of the surface Dice coefficient */
    struct measure_lesions_rule lesions;
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

/* |prediction - truth|: in mL, and in percent of the truth's (NaN where that is 0). */
struct evaluate_error {
    double ml, percent;
};

struct evaluate_case {
    enum evaluate_status status;
    struct measure_dice dice[EVALUATE_REGIONS];
    struct lv_measure truth, pred; /* without slices */
    double iou[EVALUATE_REGIONS];
    struct measure_surface surface[EVALUATE_REGIONS];
    struct evaluate_error error[EVALUATE_ERRORS];
    double percent_error; /* |prediction - truth| of %LGE; NaN without myocardium */
    struct measure_lesions lesions;
    double diagonal_mm; /* of the grid, from corner to corner */
    double voxel_ml;    /* times a count of voxels: a region's volume */
};

struct evaluate_dice {
    size_t n_both_empty;                /* in `dsc` only by evaluate_scoring */
    size_t n_truth_empty, n_pred_empty; /* one empty: 0, counted in `dsc` */
    struct stat_summary dsc;
    struct stat_interval mean_ci;
    double mean_empty_1; /* with 1 where both are empty */
};

/* One of the scores over the patients that have it. */
struct evaluate_scored {
    size_t n_both_empty, n_one_empty; /* of its region; whether they count: the rules */
    struct stat_summary of;
    struct stat_interval mean_ci;
};

/* Lesions of all patients in one heap. */
struct evaluate_lesions {
    size_t truth, pred, tp;
    double f1, sensitivity, precision; /* NaN where nothing is to be found */
};

struct evaluate_pair {
    struct stat_summary truth, pred; /* of the patients that have both */
    struct stat_pearson pearson;
    struct stat_spearman spearman;
    struct stat_ccc ccc;
    struct stat_icc icc;                     /* prediction and truth as two raters */
    struct stat_bootstrap_pairs bootstrap;   /* intervals of coefficients */
    struct stat_within within;               /* the same */
    struct stat_bland_altman bland_altman;   /* prediction - truth */
    struct stat_line passing_bablok, deming; /* prediction over truth */
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
    struct evaluate_scored score[EVALUATE_SCORES];
    struct evaluate_lesions lesions;
    struct stat_confusion large; /* %LGE against the rule; truth needs a myocardium */
    struct stat_kappa kappa;     /* of `large` */
    struct stat_auc
        auc; /* predicted %LGE for the truth's class; 0 without myocardium */
    struct evaluate_rate accuracy, sensitivity, specificity; /* of `large` */
    size_t n_no_scar, n_false;         /* no scar in truth; of these, some predicted */
    struct stat_summary false_percent; /* predicted %LGE where truth has no scar */
};

/* Patients with `value` in the column `by`; by NULL: all. */
struct evaluate_key {
    const char *by, *value;
};

/* Scar DSC of one method over the groups of a column, in patients with scar in truth:
 * without it the DSC is 0 by definition or not there. */
struct evaluate_between {
    const char *by;
    size_t *n; /* owned; [n_keys] such patients; below EVALUATE_BETWEEN: left out */
    struct stat_kruskal kruskal;
    struct stat_anova anova;
    double kruskal_holm, anova_holm; /* P adjusted for all methods and columns */
};

/* Predictions in a folder, or another reading in a column of the cohort. */
struct evaluate_method {
    char *name;
    const char *dir, *column;         /* one of them; the other is NULL */
    struct evaluate_case *cases;      /* [n_rows] */
    struct evaluate_group *groups;    /* [n_keys] */
    struct evaluate_between *between; /* [by.count] */
};

enum { EVALUATE_BETWEEN = 2 }; /* the fewest of a group that tells how they spread */

/* What is compared of two methods, patient by patient. */
enum evaluate_compared {
    EVALUATE_SCAR_DSC,
    EVALUATE_PERCENT_ERROR, /* |prediction - truth| of %LGE */
    EVALUATE_MYOCARDIUM_DSC,
    EVALUATE_SCAR_HD95,
    EVALUATE_LESION_F1,
    EVALUATE_COMPARED,
};

struct evaluate_paired {
    size_t n_only_a,
        n_only_b;          /* both evaluated, one alone has the quantity: left out */
    double mean_a, mean_b; /* of the patients that have both; NaN without any */
    struct stat_wilcoxon wilcoxon;  /* a - b */
    struct stat_ttest t;            /* a - b */
    struct stat_interval bootstrap; /* of the mean of a - b */
    double wilcoxon_holm, t_holm;   /* P adjusted for all pairs of methods */
};

struct evaluate_compare {
    size_t a, b; /* methods */
    struct evaluate_paired paired[EVALUATE_COMPARED];
    struct stat_auc_pair auc; /* of the patients that both evaluated */
    double auc_holm;
};

struct evaluate_study {
    const char *truth, *split; /* as given; split may be NULL */
    const char *label;         /* the column that counts as truth */
    enum measure_rule rule;
    struct evaluate_scoring scoring;
    struct cohort cohort;
    size_t *rows; /* [n_rows] of the cohort: in the split, with a label */
    size_t n_rows, n_unlabelled, n_other_split; /* the rest of the cohort */
    char *by_text;             /* "site", "vendor": what `by` points into */
    struct opt_list by;        /* columns */
    struct evaluate_key *keys; /* [n_keys]; the first is everybody */
    size_t n_keys;
    struct evaluate_method *methods;
    size_t n_methods;
    struct evaluate_compare *compares; /* [n_compares] every pair of methods */
    size_t n_compares;
    struct stat_icc raters[EVALUATE_PAIRS]; /* truth and all methods, two or more */
};

#endif
