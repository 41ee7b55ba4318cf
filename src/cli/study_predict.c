#include "cli/study_predict.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/predict_rows.h"
#include "image/cohort.h"

static bool is_test(const struct cohort *cohort, size_t row)
{
    const char *split = cohort_get(cohort, row, "split");
    return split && strcmp(split, "test") == 0;
}

bool study_predict_network(const struct study_plan *plan, const struct study_dir *dir,
                           enum study_network network, struct err *err)
{
    struct cohort cohort = {0};
    size_t *row = NULL, rows = 0;
    char what[64];
    bool ok = false;
    if (!cohort_read(dir->table, &cohort, err))
        return false;
    row = mem_alloc(cohort.rows, sizeof *row, err);
    if (!row)
        goto done;
    for (size_t i = 0; i < cohort.rows; i++)
        if (is_test(&cohort, i))
            row[rows++] = i;
    if (rows == 0) {
        err_record(err, ERR_FORMAT, "%s: no patient has split = test", dir->table);
        goto done;
    }
    (void)snprintf(what, sizeof what, "predict %s", study_plan_name(network));
    ok = predict_rows_missing(&(struct predict_rows){.cohort = &cohort,
                                                     .row = row,
                                                     .rows = rows,
                                                     .model = dir->model[network],
                                                     .out = dir->pred[network],
                                                     .what = what,
                                                     .threads = plan->threads,
                                                     .precision = "auto"},
                              err);
done:
    mem_free(row);
    cohort_clear(&cohort);
    return ok;
}

static bool add_speed(const char *folder, const char *id, struct study_speed *s,
                      struct err *err)
{
    struct patient_record record = {0};
    if (!predict_rows_record(folder, id, &record, err))
        return false;
    const struct patient_result *r = &record.result;
    s->patients++;
    s->images += (size_t)r->geometry.slices;
    s->seconds_per_image += r->timing.total_s;
    s->network_s += r->timing.network_s;
    (void)snprintf(s->precision, sizeof s->precision, "%s",
                   r->model.precision ? r->model.precision : "");
    report_record_clear(&record);
    return true;
}

bool study_predict_speed(const struct study_dir *dir, enum study_network network,
                         struct study_speed *out, struct err *err)
{
    struct study_speed s = {0};
    struct cohort cohort = {0};
    bool ok = cohort_read(dir->table, &cohort, err);
    for (size_t i = 0; ok && i < cohort.rows; i++)
        if (is_test(&cohort, i))
            ok = add_speed(dir->pred[network], cohort_get(&cohort, i, "id"), &s, err);
    cohort_clear(&cohort);
    if (!ok)
        return false;
    if (s.images > 0) {
        s.seconds_per_image /= (double)s.images;
        s.network_s /= (double)s.images;
    }
    *out = s;
    return true;
}
