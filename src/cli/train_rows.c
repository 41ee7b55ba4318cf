#include "cli/train_rows.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/input_read.h"
#include "cli/say.h"
#include "cli/split.h"

void train_rows_clear(struct train_rows *rows)
{
    mem_free(rows->train);
    mem_free(rows->val);
    *rows = (struct train_rows){0};
}

bool train_rows_hold_out(const struct cohort *cohort, double share,
                         struct train_rows *rows, struct err *err)
{
    const size_t n = (size_t)floor(share * (double)rows->n_train + 0.5);
    if (!split_shuffle(cohort, SPLIT_FOR_VALIDATION, rows->train, rows->n_train, err))
        return false;
    rows->n_val = n;
    rows->n_train -= n;
    memcpy(rows->val, rows->train, n * sizeof *rows->val);
    memmove(rows->train, rows->train + n, rows->n_train * sizeof *rows->train);
    split_unshuffle(rows->train, rows->n_train);
    split_unshuffle(rows->val, rows->n_val);
    return true;
}

bool train_rows_room(const struct cohort *cohort, struct train_rows *out,
                     struct err *err)
{
    *out = (struct train_rows){.train = mem_alloc(cohort->rows, sizeof(size_t), err),
                               .val = mem_alloc(cohort->rows, sizeof(size_t), err)};
    return out->train && out->val;
}

bool train_rows_choose(const struct cohort *cohort, double share,
                       struct train_rows *rows, struct err *err)
{
    if (!train_rows_room(cohort, rows, err))
        return false;
    for (size_t i = 0; i < cohort->rows; i++) {
        const char *split = cohort_get(cohort, i, "split");
        if (!split || strcmp(split, "train") == 0)
            rows->train[rows->n_train++] = i;
        else if (strcmp(split, "val") == 0)
            rows->val[rows->n_val++] = i;
    }
    if (rows->n_val == 0 && share > 0.0 &&
        !train_rows_hold_out(cohort, share, rows, err))
        return false;
    return rows->n_train > 0 ||
           ERR_FAIL(err, ERR_FORMAT, "no patient to train on (column split = train)");
}

bool train_rows_read(const char *table, double share, struct cohort *cohort,
                     struct train_rows *rows, struct err *err)
{
    if (!cohort_read(table, cohort, err))
        return false;
    cohort->read_image = input_read_path;
    if (train_rows_choose(cohort, share, rows, err))
        return true;
    err_prefix(err, "%s", table);
    return false;
}

void train_rows_warn_newer(const struct cohort *cohort, const size_t *row, size_t rows,
                           const char *model)
{
    char *first = NULL;
    size_t newer = 0;
    for (size_t i = 0; i < rows; i++) {
        char *label = cohort_path(cohort, row[i], "label", NULL);
        const bool is = label && file_is_newer(label, model);
        newer += is;
        if (is && !first)
            first = label;
        else
            mem_free(label);
    }
    if (newer > 0)
        say_warning("%s was trained before %s%s changed; what was drawn since is not "
                    "learned from until the model is removed",
                    model, first, newer > 1 ? " and others" : "");
    mem_free(first);
}
