/* The half of selftest_judge.h that looks at images, site by site. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "cli/selftest_judge.h"

static bool is_of(const struct selftest_patient *p, const char *site)
{
    return !site || strcmp(p->site, site) == 0;
}

/* ---- contrast, noise, sharpness ---- */

/* What is accepted in hypertrophic cardiomyopathy, after infarcts of EMIDEC:
 * docs/simulator.md, section 10. */
static const struct {
    struct selftest_range accept, tails;
} accepted[SIM_CALIBRATE_COUNT] = {
    [SIM_CALIBRATE_SCAR] = {{0.7, 1.0}, {0.35, 1.6}},
    [SIM_CALIBRATE_SD_BLOOD] = {{0.22, 0.36}, {0, 0}},
    [SIM_CALIBRATE_SD_REMOTE] = {{0.10, 0.25}, {0, 0}},
    [SIM_CALIBRATE_NOISE] = {{0.03, 0.07}, {0, 0}},
    [SIM_CALIBRATE_EDGE] = {{2.5, 4.5}, {0, 0}},
};

static bool judge_statistic(const struct sim_calibrate_table *table,
                            enum sim_calibrate_what what,
                            const struct selftest_check *like,
                            struct selftest_checks *out, struct err *err)
{
    size_t n = 0;
    double *sample = mem_alloc(table->slices, sizeof *sample, err);
    if (!sample)
        return false;
    for (size_t s = 0; s < table->slices; s++)
        if (isfinite(table->slice[s].value[what]))
            sample[n++] = table->slice[s].value[what];
    const bool ok = selftest_check_sample(out, like, sample, n, err);
    mem_free(sample);
    return ok;
}

static bool judge_site(const struct selftest_group *g, const char *site, bool judged,
                       enum sim_calibrate_what what, struct selftest_checks *out,
                       struct err *err)
{
    struct sim_calibrate_table all = {0};
    const struct selftest_check like = {.section = "Images (slices)",
                                        .name = sim_calibrate_name(what),
                                        .site = site,
                                        .of = "median",
                                        .judged = judged,
                                        .accept = accepted[what].accept,
                                        .tails = accepted[what].tails};
    bool ok = true;
    for (size_t i = 0; ok && i < g->patients; i++)
        if (is_of(&g->patient[i], site))
            ok = sim_calibrate_join(&all, &g->patient[i].calibrate, err);
    ok = ok && judge_statistic(&all, what, &like, out, err);
    sim_calibrate_clear(&all);
    return ok;
}

bool selftest_judge_images(const struct selftest_group *group, bool simulated,
                           struct selftest_checks *out, struct err *err)
{
    for (int w = 0; w < SIM_CALIBRATE_COUNT; w++) {
        const enum sim_calibrate_what what = (enum sim_calibrate_what)w;
        for (size_t s = 0; s < group->sites; s++)
            if (!judge_site(group, group->site[s], simulated, what, out, err))
                return false;
        if (group->sites != 1 && !judge_site(group, NULL, false, what, out, err))
            return false;
    }
    return true;
}

/* ---- thresholds ---- */

static double quotient(double a, double b)
{
    return b > 0.0 ? a / b : (double)NAN;
}

/* Harrigan et al., Radiology 2011;258:128: 55, 25 and 12 g, a visual reading 13 g. */
static bool judge_nsd_site(const struct selftest_group *g, const char *site,
                           struct selftest_checks *out, struct err *err)
{
    double ml[3] = {0}, truth = 0.0;
    size_t n = 0;
    for (size_t i = 0; i < g->patients; i++) {
        const struct selftest_patient *p = &g->patient[i];
        if (!is_of(p, site) || !isfinite(p->number[SELFTEST_TRUE_SCAR_ML]))
            continue;
        n++;
        truth += p->number[SELFTEST_TRUE_SCAR_ML];
        ml[0] += p->number[SELFTEST_2SD_ML];
        ml[1] += p->number[SELFTEST_4SD_ML];
        ml[2] += p->number[SELFTEST_6SD_ML];
    }
    const struct {
        const char *name;
        double value;
        struct selftest_range accept;
    } ratio[] = {{"2 SD : 6 SD", quotient(ml[0], ml[2]), {3.5, 5.5}},
                 {"4 SD : 6 SD", quotient(ml[1], ml[2]), {1.6, 2.5}},
                 {"6 SD : truth", quotient(ml[2], truth), {0.55, 1.45}}};
    for (size_t i = 0; i < ARRAY_LEN(ratio); i++) {
        const struct selftest_check c = {.section = "Burdens by n SD",
                                         .name = ratio[i].name,
                                         .site = site,
                                         .n = n,
                                         .mean = NAN,
                                         .of = "ratio",
                                         .value = ratio[i].value,
                                         .judged = true,
                                         .accept = ratio[i].accept};
        if (!selftest_check_add(out, &c, err))
            return false;
    }
    return true;
}

bool selftest_judge_nsd(const struct selftest_group *group, struct selftest_checks *out,
                        struct err *err)
{
    for (size_t s = 0; group->sites > 1 && s < group->sites; s++)
        if (!judge_nsd_site(group, group->site[s], out, err))
            return false;
    return judge_nsd_site(group, NULL, out, err);
}
