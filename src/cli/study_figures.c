#include "cli/study_figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/evaluate_case.h"
#include "image/nifti.h"
#include "report/figure1.h"
#include "report/figure2.h"
#include "report/figure3.h"
#include "report/json_out.h"

/* Patients of figure 1; fewer points than these make no plot. */
enum { SHOWN = 3, LEAST_POINTS = 3 };

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
    char stem[STUDY_PATH], name[16];
    if (!choose_patients(s, chosen, &n, err) || !tell(s, chosen, n, json, err))
        return false;
    for (size_t k = 0; k < n; k++) {
        (void)snprintf(name, sizeof name, "figure1%c", (char)('a' + (char)k));
        if (!study_dir_join(dir->report, name, stem, err) ||
            !draw_patient(dir, s, chosen[k], stem, err))
            return false;
    }
    return true;
}

/* ---- figures 2 and 3: the patients as points ---- */

/* What a patient's point needs; arrays of one length. */
struct points {
    double *x[4];     /* figure 2: volumes and %LGE of both; figure 3: DSC, volume */
    size_t *group[2]; /* by vendor, by site */
    const char **name[2];
    size_t groups[2], n;
};

static const char *const COLUMN[2] = {"vendor", "site"};

static void points_clear(struct points *p)
{
    for (size_t i = 0; i < ARRAY_LEN(p->x); i++)
        mem_free(p->x[i]);
    for (size_t d = 0; d < ARRAY_LEN(COLUMN); d++) {
        mem_free(p->group[d]);
        mem_free((void *)p->name[d]);
    }
}

static bool points_alloc(const struct evaluate_study *s, struct points *p,
                         struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < ARRAY_LEN(p->x); i++) {
        p->x[i] = mem_alloc(s->n_rows, sizeof *p->x[i], err);
        ok = p->x[i] != NULL;
    }
    for (size_t d = 0; ok && d < ARRAY_LEN(COLUMN); d++) {
        p->group[d] = mem_alloc(s->n_rows, sizeof *p->group[d], err);
        p->name[d] = mem_alloc(s->n_keys, sizeof *p->name[d], err);
        ok = p->group[d] && p->name[d];
        for (size_t k = 1; ok && k < s->n_keys; k++)
            if (strcmp(s->keys[k].by, COLUMN[d]) == 0)
                p->name[d][p->groups[d]++] = s->keys[k].value;
    }
    return ok;
}

static void add_point(const struct evaluate_study *s, size_t index, const double x[4],
                      struct points *p)
{
    for (size_t d = 0; d < ARRAY_LEN(COLUMN); d++) {
        const char *value = cohort_get(&s->cohort, s->rows[index], COLUMN[d]);
        size_t g = 0;
        while (g + 1 < p->groups[d] && strcmp(p->name[d][g], value) != 0)
            g++;
        p->group[d][p->n] = g;
    }
    for (size_t i = 0; i < ARRAY_LEN(p->x); i++)
        p->x[i][p->n] = x[i];
    p->n++;
}

/* Patients with myocardium in both: without it there is no %LGE. */
static bool draw_figure2(const struct study_dir *dir, const struct evaluate_study *s,
                         bool *drawn, struct err *err)
{
    struct points p = {0};
    char stem[STUDY_PATH];
    bool ok = points_alloc(s, &p, err);
    for (size_t i = 0; ok && i < s->n_rows; i++) {
        const struct evaluate_case *c = &s->methods[STUDY_3D].cases[i];
        const double x[4] = {c->truth.scar_ml, c->pred.scar_ml, c->truth.percent_lge,
                             c->pred.percent_lge};
        if (isfinite(x[2]) && isfinite(x[3]))
            add_point(s, i, x, &p);
    }
    *drawn = ok && p.n >= LEAST_POINTS;
    if (*drawn) {
        const struct figure2 figure = {.n = p.n,
                                       .scar_ml = {p.x[0], p.x[1]},
                                       .percent_lge = {p.x[2], p.x[3]},
                                       .group = p.group[0],
                                       .group_name = p.name[0],
                                       .groups = p.groups[0],
                                       .reference_name = "reader 1",
                                       .method_name = "3D network"};
        ok = study_dir_join(dir->report, "figure2", stem, err) &&
             report_figure2_write(&figure, stem, err);
    }
    points_clear(&p);
    return ok;
}

/* "P = .07, Kruskal-Wallis", from study.json. */
static void note_of(const json_t *json, const char *key, char *text, size_t size)
{
    const json_t *v = json_object_get(json, key);
    text[0] = '\0';
    if (json_is_number(v))
        (void)snprintf(text, size, "P = %.2g, Kruskal-Wallis", json_number_value(v));
}

static bool draw_figure3(const struct study_dir *dir, const struct evaluate_study *s,
                         const json_t *json, bool *drawn, struct err *err)
{
    struct points p = {0};
    char stem[STUDY_PATH], vendors[64], sites[64];
    bool ok = points_alloc(s, &p, err);
    for (size_t i = 0; ok && i < s->n_rows; i++) {
        const struct evaluate_case *c = &s->methods[STUDY_3D].cases[i];
        const struct measure_dice *dice = &c->dice[study_agreement_scar()];
        if (dice->available)
            add_point(s, i, (const double[4]){dice->dsc, c->truth.scar_ml}, &p);
    }
    note_of(json, "p_vendor", vendors, sizeof vendors);
    note_of(json, "p_site", sites, sizeof sites);
    *drawn = ok && p.n >= LEAST_POINTS;
    if (*drawn) {
        const struct figure3 figure = {
            .n = p.n,
            .dsc = p.x[0],
            .scar_ml = p.x[1],
            .vendor = {p.group[0], p.name[0], p.groups[0], vendors},
            .site = {p.group[1], p.name[1], p.groups[1], sites}};
        ok = study_dir_join(dir->report, "figure3", stem, err) &&
             report_figure3_write(&figure, stem, err);
    }
    points_clear(&p);
    return ok;
}

bool study_figures_draw(const struct study_dir *dir,
                        const struct study_agreement *agreement, json_t *json,
                        struct err *err)
{
    const struct evaluate_study *s = &agreement->reader.study;
    bool drawn2 = false, drawn3 = false;
    return draw_figure1(dir, s, json, err) && draw_figure2(dir, s, &drawn2, err) &&
           draw_figure3(dir, s, json, &drawn3, err) &&
           report_json_add(json, "figure2", json_boolean(drawn2), err) &&
           report_json_add(json, "figure3", json_boolean(drawn3), err);
}
