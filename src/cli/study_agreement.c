#include "cli/study_agreement.h"

#include <stdio.h>

#include "cli/evaluate_run.h"

/* One comparison: which column is right, which folders are compared with it. */
static bool compare(const struct study_dir *dir, const char *column,
                    const struct evaluate_pred *preds, size_t n, const char *out,
                    struct study_comparison *result, struct err *err)
{
    const struct evaluate_options options = {
        .truth = dir->table,
        .label_column = column,
        .split = "test",
        .by = "site,vendor",
        .rule = MEASURE_RULE_ABOVE_15,
        .preds = preds,
        .n_preds = n,
        .progress = stderr,
    };
    struct evaluate_study s = {0};
    json_t *summary = NULL;
    if (!evaluate_run(&options, &s, err))
        return false;
    for (size_t m = 0; m < s.n_methods; m++) {
        const struct evaluate_group *all = &s.methods[m].groups[0];
        if (all->n_missing + all->n_failed > 0) {
            err_record(err, ERR_FORMAT, "%s: %zu patients could not be compared",
                       s.methods[m].dir, all->n_missing + all->n_failed);
            evaluate_study_clear(&s);
            return false;
        }
    }
    if (!evaluate_write(&s, out, &summary, err)) {
        evaluate_study_clear(&s);
        return false;
    }
    *result = (struct study_comparison){s, summary};
    return true;
}

static void comparison_clear(struct study_comparison *c)
{
    evaluate_study_clear(&c->study);
    json_decref(c->summary);
    c->summary = NULL;
}

void study_agreement_clear(struct study_agreement *a)
{
    comparison_clear(&a->reader);
    comparison_clear(&a->truth);
}

size_t study_agreement_scar(void)
{
    size_t r = 0;
    while (evaluate_case_regions[r].set != LABELS_SCAR)
        r++;
    return r;
}

bool study_agreement_run(const struct study_dir *dir, struct study_agreement *out,
                         struct err *err)
{
    struct study_agreement a = {0};
    const struct evaluate_pred with_reader[STUDY_BY_READER] = {
        {study_plan_name(STUDY_3D), dir->pred[STUDY_3D]},
        {study_plan_name(STUDY_2D), dir->pred[STUDY_2D]},
        {"reader2", dir->reading[1]},
        {"consensus", dir->agreed},
    };
    const struct evaluate_pred with_truth[STUDY_BY_TRUTH] = {
        with_reader[STUDY_3D],        with_reader[STUDY_2D],
        {"reader1", dir->reading[0]}, {"reader2", dir->reading[1]},
        {"consensus", dir->agreed},
    };
    if (!compare(dir, "label", with_reader, STUDY_BY_READER, dir->by_reader, &a.reader,
                 err) ||
        !compare(dir, "truth", with_truth, STUDY_BY_TRUTH, dir->by_truth, &a.truth,
                 err)) {
        study_agreement_clear(&a);
        return false;
    }
    *out = a;
    return true;
}
