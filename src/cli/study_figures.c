#include "cli/study_figures.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cli/evaluate_case.h"
#include "report/json_out.h"

enum { SHOWN = 3 };

/* Where on the way from the smallest to the largest burden the patients lie. */
static const double PLACE[SHOWN] = {1.0 / 6, 0.5, 5.0 / 6};

struct ranked {
    size_t case_index;
    double percent_lge;
};

static int by_burden(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->percent_lge != y->percent_lge)
        return x->percent_lge < y->percent_lge ? -1 : 1;
    return (x->case_index > y->case_index) - (x->case_index < y->case_index);
}

/* The patients of figure 1, as numbers of cases: up to SHOWN, from small to large. */
static bool choose_patients(const struct evaluate_study *s, size_t chosen[SHOWN],
                            size_t *n, struct err *err)
{
    size_t with_scar = 0;
    struct ranked *order = mem_alloc(s->n_rows, sizeof *order, err);
    if (!order)
        return false;
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct lv_measure *m = &s->methods[STUDY_3D].cases[i].truth;
        if (m->scar_ml > 0.0)
            order[with_scar++] = (struct ranked){i, m->percent_lge};
    }
    qsort(order, with_scar, sizeof *order, by_burden);
    *n = 0;
    for (size_t k = 0; k < SHOWN && with_scar > 0; k++) {
        const size_t at = (size_t)floor(PLACE[k] * (double)(with_scar - 1) + 0.5);
        const size_t index = order[at].case_index;
        if (*n == 0 || chosen[*n - 1] != index)
            chosen[(*n)++] = index;
    }
    mem_free(order);
    return true;
}

/* Who is shown, for study.json. */
static bool tell(const struct evaluate_study *s, const size_t *chosen, size_t n,
                 json_t *json, struct err *err)
{
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) {
        const struct evaluate_case *c = &s->methods[STUDY_3D].cases[chosen[k]];
        json_t *o = json_object();
        const bool ok =
            report_json_add(
                o, "id",
                report_json_text(cohort_get(&s->cohort, s->rows[chosen[k]], "id")),
                err) &&
            report_json_add(o, "percent_lge",
                            report_json_number(c->truth.percent_lge, REPORT_DIGITS),
                            err) &&
            report_json_add(o, "percent_lge_3d",
                            report_json_number(c->pred.percent_lge, REPORT_DIGITS),
                            err) &&
            report_json_add(
                o, "dsc",
                report_json_number(c->dice[study_agreement_scar()].dsc, REPORT_DIGITS),
                err);
        if (!report_json_append(list, o, err) || !ok) {
            json_decref(list);
            return false;
        }
    }
    return report_json_add(json, "figure1", list, err);
}

bool study_figures_draw(const struct study_dir *dir,
                        const struct study_agreement *agreement, json_t *json,
                        struct err *err)
{
    const struct evaluate_study *s = &agreement->reader.study;
    size_t chosen[SHOWN], n = 0;
    (void)dir;
    return choose_patients(s, chosen, &n, err) && tell(s, chosen, n, json, err);
}
