#include "cli/selftest_check.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "report/json_out.h"
#include "stat/describe.h"

void selftest_check_clear(struct selftest_checks *list)
{
    mem_free(list->item);
    *list = (struct selftest_checks){0};
}

static bool has_tails(const struct selftest_check *c)
{
    return c->tails.hi > c->tails.lo;
}

static bool within(const struct selftest_check *c)
{
    return c->value >= c->accept.lo && c->value <= c->accept.hi &&
           (!has_tails(c) || (c->quantile[0] >= c->tails.lo &&
                              c->quantile[SELFTEST_QUANTILES - 1] <= c->tails.hi));
}

bool selftest_check_add(struct selftest_checks *list,
                        const struct selftest_check *check, struct err *err)
{
    if (list->count == list->room) {
        const size_t room = 2 * list->room + 16;
        struct selftest_check *grown =
            mem_grow(list->item, list->room, room, sizeof *grown, err);
        if (!grown)
            return false;
        list->item = grown;
        list->room = room;
    }
    struct selftest_check *c = &list->item[list->count++];
    *c = *check;
    c->judged = check->judged && check->n > 0;
    c->pass = c->judged && within(c);
    list->judged += c->judged ? 1u : 0u;
    list->passed += c->pass ? 1u : 0u;
    return true;
}

bool selftest_check_sample(struct selftest_checks *list,
                           const struct selftest_check *like, const double *sample,
                           size_t n, struct err *err)
{
    static const double part[SELFTEST_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
    struct selftest_check c = *like;
    double *sorted = mem_alloc(n, sizeof *sorted, err);
    bool ok = sorted && stat_all_finite(sample, n, err);
    if (!ok)
        goto done;
    if (n > 0)
        memcpy(sorted, sample, n * sizeof *sorted);
    stat_sort(sorted, n);
    c.n = n;
    c.mean = n > 0 ? stat_mean(sample, n) : (double)NAN;
    c.sd = n > 1 ? stat_sd(sample, n, c.mean) : (double)NAN;
    for (int q = 0; q < SELFTEST_QUANTILES; q++)
        c.quantile[q] = n > 0 ? stat_quantile(sorted, n, part[q]) : (double)NAN;
    c.value = strcmp(c.of, "mean") == 0 ? c.mean : c.quantile[SELFTEST_QUANTILES / 2];
    ok = selftest_check_add(list, &c, err);
done:
    mem_free(sorted);
    return ok;
}

/* ---- as text ---- */

static void put(FILE *to, double v)
{
    if (isfinite(v))
        fprintf(to, " %7.*f", fabs(v) >= 9.995 ? 1 : fabs(v) >= 0.9995 ? 2 : 3, v);
    else
        fprintf(to, " %7s", "-");
}

static bool is_sample(const struct selftest_check *c)
{
    return isfinite(c->mean) && c->n > 0;
}

static void print_one(const struct selftest_check *c, FILE *to)
{
    char range[64] = "";
    const struct selftest_range *a = &c->accept;
    const char *verdict = c->pass ? "PASS" : c->judged ? "FAIL" : "";
    if (c->judged && isfinite(a->hi))
        (void)snprintf(range, sizeof range, "%g to %g", a->lo, a->hi);
    else if (c->judged)
        (void)snprintf(range, sizeof range, ">= %g", a->lo);
    fprintf(to, "  %-30s %-4.8s %5zu", c->name, c->site ? c->site : "all", c->n);
    if (is_sample(c)) {
        put(to, c->mean);
        put(to, c->sd);
        for (int q = 0; q < SELFTEST_QUANTILES; q++)
            put(to, c->quantile[q]);
    } else {
        put(to, c->value);
        fprintf(to, "%*s", 8 * (SELFTEST_QUANTILES + 1), "");
    }
    if (!c->judged) {
        fputc('\n', to);
        return;
    }
    fprintf(to, "  %-6s %-13s %s", c->of, range, verdict);
    if (has_tails(c))
        fprintf(to, "  (5 %% >= %g, 95 %% <= %g)", c->tails.lo, c->tails.hi);
    fputc('\n', to);
}

void selftest_check_print(const struct selftest_checks *list, FILE *to)
{
    const char *section = "";
    for (size_t i = 0; i < list->count; i++) {
        const struct selftest_check *c = &list->item[i];
        if (strcmp(section, c->section) != 0)
            fprintf(to, "%s%-32s %-4s %5s %7s %7s %7s %7s %7s %7s %7s  accepted\n",
                    i > 0 ? "\n" : "", c->section, "site", "n", "mean", "sd", "5 %",
                    "25 %", "50 %", "75 %", "95 %");
        section = c->section;
        print_one(c, to);
    }
    if (list->judged > 0)
        fprintf(to, "\n%zu of %zu checks passed\n", list->passed, list->judged);
}

/* ---- as JSON ---- */

static bool add_number(json_t *o, const char *key, double v, struct err *err)
{
    return report_json_add(o, key, report_json_number(v, REPORT_DIGITS), err);
}

static bool add_sample(json_t *o, const struct selftest_check *c, struct err *err)
{
    static const char *const name[SELFTEST_QUANTILES] = {"p5", "p25", "p50", "p75",
                                                         "p95"};
    bool ok = add_number(o, "mean", c->mean, err) && add_number(o, "sd", c->sd, err);
    for (int q = 0; ok && q < SELFTEST_QUANTILES; q++)
        ok = add_number(o, name[q], c->quantile[q], err);
    return ok;
}

static bool add_verdict(json_t *o, const struct selftest_check *c, struct err *err)
{
    return report_json_add(o, "judged", report_json_text(c->of), err) &&
           add_number(o, "accept_from", c->accept.lo, err) &&
           add_number(o, "accept_to", c->accept.hi, err) &&
           report_json_add(o, "pass", json_boolean(c->pass), err);
}

static json_t *json_of(const struct selftest_check *c, struct err *err)
{
    json_t *o = json_object();
    if (!o) {
        err_record(err, ERR_NOMEM, "selftest: out of memory");
        return NULL;
    }
    const char *site = c->site ? c->site : "all";
    if (report_json_add(o, "section", report_json_text(c->section), err) &&
        report_json_add(o, "statistic", report_json_text(c->name), err) &&
        report_json_add(o, "site", report_json_text(site), err) &&
        report_json_add(o, "n", json_integer((json_int_t)c->n), err) &&
        add_number(o, "value", c->value, err) &&
        (!is_sample(c) || add_sample(o, c, err)) &&
        (!c->judged || add_verdict(o, c, err)))
        return o;
    json_decref(o);
    return NULL;
}

json_t *selftest_check_json(const struct selftest_checks *list, struct err *err)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < list->count; i++) {
        json_t *o = json_of(&list->item[i], err);
        if (!o || !report_json_append(array, o, err)) {
            json_decref(array);
            return NULL;
        }
    }
    if (!array)
        err_record(err, ERR_NOMEM, "selftest: out of memory");
    return array;
}
