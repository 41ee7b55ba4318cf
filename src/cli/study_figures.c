#include "cli/study_figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/evaluate_case.h"
#include "cli/evaluate_figures.h"
#include "image/nifti.h"
#include "report/figure1.h"
#include "report/json_out.h"

/* Patients of figure 1. */
enum { SHOWN = 3 };

/* Where in the row of all, from the smallest to the largest burden, they stand. */
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

/* ---- figure 1 ---- */

static bool draw_patient(const struct study_dir *dir, const struct evaluate_study *s,
                         size_t index, const char *stem, struct err *err)
{
    struct image image = {0};
    struct labels reader = {0}, network = {0};
    bool ok = false;
    const size_t row = s->rows[index];
    char *found = NULL, *label_path = NULL;
    char *image_path = cohort_path(&s->cohort, row, "image", err);
    if (image_path)
        label_path = cohort_path(&s->cohort, row, s->label, err);
    if (!label_path || !nifti_read_image(image_path, &image, NULL, err) ||
        !nifti_read_labels(label_path, &reader, err) ||
        !evaluate_case_find(dir->pred[STUDY_3D], cohort_get(&s->cohort, row, "id"),
                            &found, err) ||
        !nifti_read_labels(found, &network, err))
        goto done;
    const struct figure1 figure = {.image = &image,
                                   .upper = {&reader, "reader 1"},
                                   .lower = {&network, "3D network"},
                                   .patient = cohort_get(&s->cohort, row, "id")};
    ok = report_figure1_write(&figure, stem, err);
done:
    labels_clear(&reader);
    labels_clear(&network);
    image_clear(&image);
    mem_free(image_path);
    mem_free(label_path);
    mem_free(found);
    return ok;
}

static bool draw_figure1(const struct study_dir *dir, const struct evaluate_study *s,
                         json_t *json, struct err *err)
{
    size_t chosen[SHOWN], n = 0;
    char stem[WORK_PATH], name[16];
    if (!choose_patients(s, chosen, &n, err) || !tell(s, chosen, n, json, err))
        return false;
    for (size_t k = 0; k < n; k++) {
        (void)snprintf(name, sizeof name, "figure1%c", (char)('a' + (char)k));
        if (!work_dir_join(dir->report, name, stem, err) ||
            !draw_patient(dir, s, chosen[k], stem, err))
            return false;
    }
    return true;
}

/* ---- figures 2 and 3 ---- */

static bool draw_points(const struct study_dir *dir, const struct evaluate_study *s,
                        bool *drawn2, bool *drawn3, struct err *err)
{
    const struct evaluate_figure figure = {s, STUDY_3D, "reader 1", "3D network"};
    char second[WORK_PATH], third[WORK_PATH];
    return work_dir_join(dir->report, "figure2", second, err) &&
           work_dir_join(dir->report, "figure3", third, err) &&
           evaluate_figures_agreement(&figure, second, drawn2, err) &&
           evaluate_figures_dsc(&figure, third, drawn3, err);
}

bool study_figures_draw(const struct study_dir *dir,
                        const struct study_agreement *agreement, json_t *json,
                        struct err *err)
{
    const struct evaluate_study *s = &agreement->reader.study;
    bool drawn2 = false, drawn3 = false;
    return draw_figure1(dir, s, json, err) &&
           draw_points(dir, s, &drawn2, &drawn3, err) &&
           report_json_add(json, "figure2", json_boolean(drawn2), err) &&
           report_json_add(json, "figure3", json_boolean(drawn3), err);
}
