#include "cli/study_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "nn/engine.h"
#include "report/json_out.h"

/* The first failure stays in `err`, which study_json_make() looks at once, at its end.
 */
static void set(json_t *o, const char *key, json_t *take_value, struct err *err)
{
    if (!report_json_add(o, key, take_value, err))
        return;
}

static void set_real(json_t *o, const char *key, double v, struct err *err)
{
    set(o, key, report_json_number(v, REPORT_DIGITS), err);
}

static void set_count(json_t *o, const char *key, size_t n, struct err *err)
{
    set(o, key, json_integer((json_int_t)n), err);
}

static void set_text(json_t *o, const char *key, const char *text, struct err *err)
{
    set(o, key, report_json_text(text), err);
}

/* Share a value of another document; what is not there becomes null. */
static void set_shared(json_t *o, const char *key, json_t *value, struct err *err)
{
    set(o, key, value ? json_incref(value) : json_null(), err);
}

/* ---- the summaries of the comparisons ---- */

static json_t *method_of(const struct study_comparison *c, size_t m)
{
    return json_array_get(json_object_get(c->summary, "methods"), m);
}

static json_t *overall(const struct study_comparison *c, size_t m)
{
    return json_object_get(method_of(c, m), "overall");
}

static json_t *member(json_t *o, const char *a, const char *b)
{
    return json_object_get(json_object_get(o, a), b);
}

static json_t *dsc_of(const struct study_comparison *c, size_t m)
{
    return member(overall(c, m), "dsc", "scar");
}

static json_t *r_of(const struct study_comparison *c, size_t m, const char *quantity)
{
    return json_object_get(member(overall(c, m), quantity, "pearson"), "r");
}

/* {"3D": ..., "2D": ..., ...}: every method over all patients. */
static json_t *everybody(const struct study_comparison *c, struct err *err)
{
    json_t *o = json_object();
    for (size_t m = 0; m < c->study.n_methods; m++)
        set_shared(o, c->study.methods[m].name, overall(c, m), err);
    return o;
}

/* [{"group": "S1", "3D": ..., "2D": ...}, ...] */
static json_t *grouped(const struct study_comparison *c, const char *by,
                       struct err *err)
{
    json_t *list = json_array();
    for (size_t k = 1; k < c->study.n_keys; k++) {
        const struct evaluate_key *key = &c->study.keys[k];
        if (strcmp(key->by, by) != 0)
            continue;
        json_t *o = json_object();
        set_text(o, "group", key->value, err);
        for (size_t m = 0; m < c->study.n_methods; m++)
            set_shared(
                o, c->study.methods[m].name,
                json_array_get(json_object_get(method_of(c, m), "groups"), k - 1), err);
        if (!report_json_append(list, o, err))
            break;
    }
    return list;
}

/* ---- the parts of study.json ---- */

static json_t *program_json(struct err *err)
{
    json_t *o = json_object();
    set_text(o, "name", "cicatrix", err);
    set_text(o, "version", version_number(), err);
    set_text(o, "commit", version_commit(), err);
    return o;
}

static json_t *plan_json(const struct study_plan *p, struct err *err)
{
    const struct train_options flat = study_plan_training(p, STUDY_2D);
    struct unet_config deep;
    json_t *o = json_object();
    char seed[32];
    (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)p->seed);
    set_text(o, "preset", p->preset, err);
    set_text(o, "seed", seed, err); /* 64 bits: a JSON number may lose some */
    set_count(o, "patients", (size_t)p->patients, err);
    set_count(o, "epochs", (size_t)p->epochs, err);
    set_count(o, "epochs_2d", (size_t)flat.epochs, err);
    set_count(o, "locate_epochs", (size_t)p->locate_epochs, err);
    set_count(o, "batch", (size_t)p->batch, err);
    set_count(o, "batch_2d", (size_t)flat.accumulate, err);
    if (study_plan_config(p, STUDY_3D, &deep, err)) {
        set_count(o, "slices_3d", (size_t)deep.segment.depth, err);
        set_count(o, "flat_levels_3d", (size_t)deep.segment.flat_levels, err);
        set_count(o, "levels", (size_t)deep.segment.pools + 1, err);
    }
    set_real(o, "rate", p->rate, err);
    set_real(o, "decay", p->decay, err);
    set_real(o, "average", p->average, err);
    set_real(o, "large_share", p->large, err);
    set_real(o, "early_share", p->early, err);
    set_count(o, "base", (size_t)p->base, err);
    set_count(o, "poses", (size_t)p->poses, err);
    set_count(o, "threads", (size_t)p->threads, err);
    return o;
}

/* The processor's name as Linux gives it; the file has no size, so it is read by lines.
 */
static void cpu_name(char *name, size_t size)
{
    char line[512];
    FILE *f = fopen("/proc/cpuinfo", "re");
    (void)snprintf(name, size, "unknown CPU");
    while (f && fgets(line, sizeof line, f)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        const char *from = colon + 1 + strspn(colon + 1, " ");
        (void)snprintf(name, size, "%.*s", (int)strcspn(from, "\n"), from);
        break;
    }
    if (f)
        (void)fclose(f);
}

static json_t *machine_json(const struct study_facts *f, struct err *err)
{
    json_t *o = json_object();
    char text[160];
    cpu_name(text, sizeof text);
    set_text(o, "cpu", text, err);
    nn_engine_describe(text, sizeof text);
    set_text(o, "engine", text, err);
    set_text(o, "precision", f->speed[STUDY_3D].precision, err);
    return o;
}

static json_t *accuracy_json(const struct study_comparison *c, size_t m,
                             struct err *err)
{
    json_t *o = json_object(), *large = json_object_get(overall(c, m), "large");
    json_t *share = json_object_get(large, "accuracy");
    set_shared(o, "correct", json_object_get(share, "k"), err);
    set_shared(o, "n", json_object_get(share, "n"), err);
    set_shared(o, "ci95", json_object_get(share, "ci95"), err);
    set_shared(o, "ci95_method", json_object_get(share, "ci95_method"), err);
    set_shared(o, "rule", json_object_get(large, "rule"), err);
    set_shared(o, "sensitivity", json_object_get(large, "sensitivity"), err);
    set_shared(o, "specificity", json_object_get(large, "specificity"), err);
    return o;
}

static void set_paper(json_t *o, const struct study_comparison *c, struct err *err)
{
    set_shared(o, "r_volume", r_of(c, STUDY_3D, "scar_ml"), err);
    set_shared(o, "r_percent_lge", r_of(c, STUDY_3D, "percent_lge"), err);
    set_shared(o, "r_volume_2d", r_of(c, STUDY_2D, "scar_ml"), err);
    set_shared(o, "r_percent_lge_2d", r_of(c, STUDY_2D, "percent_lge"), err);
    set_shared(o, "dsc_3d", dsc_of(c, STUDY_3D), err);
    set_shared(o, "dsc_2d", dsc_of(c, STUDY_2D), err);
    set(o, "large_accuracy", accuracy_json(c, STUDY_3D, err), err);
    set(o, "large_accuracy_2d", accuracy_json(c, STUDY_2D, err), err);
}

/* An entry of `between_groups`: one method over the groups of a column. */
static json_t *between(const struct study_comparison *c, size_t m, const char *by)
{
    json_t *list = json_object_get(method_of(c, m), "between_groups");
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *o = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(o, "by"));
        if (name && strcmp(name, by) == 0)
            return o;
    }
    return NULL;
}

/* Which of the two a paired test is in favour of: `more` says whether more is better.
 * Above P = .05 there is no direction to speak of. */
static const char *better(const json_t *wilcoxon, bool more)
{
    const json_t *p = json_object_get(wilcoxon, "p");
    const double r = json_number_value(json_object_get(wilcoxon, "rank_biserial_r"));
    if (!json_is_number(p) || !(json_number_value(p) < 0.05) || !(r < 0.0 || r > 0.0))
        return "neither";
    return (r > 0.0) == more ? "3D" : "2D";
}

/* P values, each with the name of its test: pairs of patients by Wilcoxon's test, since
 * DSC are far from normal; groups by that of Kruskal and Wallis. */
static void set_tests(json_t *o, const struct study_comparison *c, struct err *err)
{
    json_t *pair = json_array_get(json_object_get(c->summary, "compare"), 0);
    json_t *dsc = member(pair, "scar_dsc", "wilcoxon");
    json_t *error = member(pair, "percent_lge_error", "wilcoxon");
    set_shared(o, "p_3d_vs_2d", json_object_get(dsc, "p"), err);
    set_text(o, "p_3d_vs_2d_method", "Wilcoxon's signed-rank test", err);
    set_text(o, "p_3d_vs_2d_better", better(dsc, true), err);
    set_shared(o, "difference_dsc", member(pair, "scar_dsc", "difference"), err);
    set_shared(o, "p_3d_vs_2d_t", json_object_get(member(pair, "scar_dsc", "t"), "p"),
               err);
    set_shared(o, "p_error_percent_lge", json_object_get(error, "p"), err);
    set_text(o, "p_error_percent_lge_method", "Wilcoxon's signed-rank test", err);
    set_text(o, "p_error_percent_lge_better", better(error, false), err);
    set_shared(o, "difference_error_percent_lge",
               member(pair, "percent_lge_error", "difference"), err);
    set_shared(o, "p_vendor",
               member(between(c, STUDY_3D, "vendor"), "kruskal_wallis", "p"), err);
    set_text(o, "p_vendor_method",
             "the Kruskal-Wallis test of patients with scar by reader 1", err);
    set_shared(o, "p_vendor_anova",
               member(between(c, STUDY_3D, "vendor"), "anova", "p"), err);
    set_shared(o, "p_site", member(between(c, STUDY_3D, "site"), "kruskal_wallis", "p"),
               err);
    set_text(o, "p_site_method",
             "the Kruskal-Wallis test of patients with scar by reader 1", err);
    set_shared(o, "compare", json_object_get(c->summary, "compare"), err);
}

static void set_reader(json_t *o, const struct study_comparison *c, struct err *err)
{
    json_t *reader = json_object();
    const double ours = json_number_value(json_object_get(dsc_of(c, STUDY_3D), "mean"));
    const double theirs =
        json_number_value(json_object_get(dsc_of(c, STUDY_READER2), "mean"));
    set_shared(reader, "dsc", json_object_get(dsc_of(c, STUDY_READER2), "mean"), err);
    set_shared(reader, "dsc_sd", json_object_get(dsc_of(c, STUDY_READER2), "sd"), err);
    set_shared(reader, "r_volume", r_of(c, STUDY_READER2, "scar_ml"), err);
    set_shared(reader, "r_percent_lge", r_of(c, STUDY_READER2, "percent_lge"), err);
    set(o, "reader", reader, err);
    set_real(o, "dsc_3d_of_reader", theirs > 0.0 ? ours / theirs : (double)NAN, err);
}

static json_t *decision_json(const struct unet_decision *d, struct err *err)
{
    json_t *o = json_object();
    set_real(o, "scar_odds", d->scar_odds, err);
    set_real(o, "island_ml", d->island_ml, err);
    set_real(o, "smallest_ml", d->smallest_ml, err);
    return o;
}

json_t *study_json_make(const struct study_facts *f, struct err *err)
{
    const struct study_comparison *reader = &f->agreement->reader;
    struct err failed = {0};
    json_t *o = json_object();
    set(o, "simulated", json_true(), &failed);
    set(o, "program", program_json(&failed), &failed);
    set(o, "study", plan_json(f->plan, &failed), &failed);
    set(o, "machine", machine_json(f, &failed), &failed);
    set(o, "decision_3d", decision_json(&f->decision[STUDY_3D], &failed), &failed);
    set(o, "decision_2d", decision_json(&f->decision[STUDY_2D], &failed), &failed);
    set_count(o, "n_train", reader->study.cohort.rows - reader->study.n_rows, &failed);
    set_count(o, "n_test", reader->study.n_rows, &failed);
    set_paper(o, reader, &failed);
    set_tests(o, reader, &failed);
    set_reader(o, reader, &failed);
    set_real(o, "seconds_per_image", f->speed[STUDY_3D].seconds_per_image, &failed);
    set_real(o, "seconds_per_image_2d", f->speed[STUDY_2D].seconds_per_image, &failed);
    set(o, "reader1", everybody(reader, &failed), &failed);
    set(o, "truth", everybody(&f->agreement->truth, &failed), &failed);
    set(o, "by_site", grouped(reader, "site", &failed), &failed);
    set(o, "by_vendor", grouped(reader, "vendor", &failed), &failed);
    if (failed.code == ERR_NONE)
        return o;
    json_decref(o);
    err_record(err, failed.code, "%s", failed.msg);
    return NULL;
}

json_t *study_json_timing(const struct study_speed speed[AT_LEAST(STUDY_NETWORKS)],
                          struct err *err)
{
    struct err failed = {0};
    json_t *o = json_object();
    for (int n = 0; n < STUDY_NETWORKS; n++) {
        json_t *one = json_object();
        set_count(one, "patients", speed[n].patients, &failed);
        set_count(one, "images", speed[n].images, &failed);
        set_real(one, "seconds_per_image", speed[n].seconds_per_image, &failed);
        set_real(one, "network_seconds_per_image", speed[n].network_s, &failed);
        set_text(one, "precision", speed[n].precision, &failed);
        set(o, study_plan_name((enum study_network)n), one, &failed);
    }
    if (failed.code == ERR_NONE)
        return o;
    json_decref(o);
    err_record(err, failed.code, "%s", failed.msg);
    return NULL;
}
