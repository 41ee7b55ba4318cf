#include "cli/study_dir.h"

#include <stdio.h>
#include <string.h>

static bool make_paths(const char *root, struct study_dir *d, struct err *err)
{
    if (strlen(root) >= sizeof d->root)
        return ERR_FAIL(err, ERR_ARG, "%.80s...: the path is too long", root);
    (void)snprintf(d->root, sizeof d->root, "%s", root);
    return work_dir_join(root, "cohort", d->cohort, err) &&
           work_dir_join(root, "cohort/COHORT.csv", d->table, err) &&
           work_dir_join(root, "model3d.safetensors", d->model[STUDY_3D], err) &&
           work_dir_join(root, "model2d.safetensors", d->model[STUDY_2D], err) &&
           work_dir_join(root, "pred3d", d->pred[STUDY_3D], err) &&
           work_dir_join(root, "pred2d", d->pred[STUDY_2D], err) &&
           work_dir_join(root, "cohort/reader1", d->reading[0], err) &&
           work_dir_join(root, "cohort/reader2", d->reading[1], err) &&
           work_dir_join(root, "consensus", d->consensus, err) &&
           work_dir_join(root, "consensus/labels", d->agreed, err) &&
           work_dir_join(root, "consensus/COHORT.csv", d->agreed_table, err) &&
           work_dir_join(root, "agreement/reader1", d->by_reader, err) &&
           work_dir_join(root, "agreement/truth", d->by_truth, err) &&
           work_dir_join(root, "timing.json", d->timing, err) &&
           work_dir_join(root, "report", d->report, err) &&
           work_dir_join(root, "report/study.json", d->json, err);
}

bool study_dir_claim(const char *root, const struct study_plan *plan,
                     struct study_dir *out, struct err *err)
{
    struct study_dir d;
    char text[512], line[640];
    if (!make_paths(root, &d, err))
        return false;
    study_plan_text(plan, text, sizeof text);
    (void)snprintf(line, sizeof line, "cicatrix study 1: %s", text);
    const struct work_claim claim = {root, "study-state", line, "study"};
    if (!work_dir_claim(&claim, err))
        return false;
    *out = d;
    return true;
}
