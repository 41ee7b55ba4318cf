#include "cli/selftest_judge.h"

#include <float.h>
#include <math.h>

#include "base/mem.h"
#include "stat/pearson.h"

static const double LARGE_PERCENT = 15.0;

static double number_of(const struct selftest_group *g, size_t i,
                        enum selftest_number what)
{
    return g->patient[i].number[what];
}

static bool is_positive(const struct selftest_group *g, size_t i)
{
    return number_of(g, i, SELFTEST_TRUE_PERCENT) > 0.0;
}

/* ---- one number over the patients ---- */

/* A sample of one number: of all patients, or of those with scar. */
static bool judge_number(const struct selftest_group *g, enum selftest_number what,
                         bool positives, const struct selftest_check *like,
                         struct selftest_checks *out, struct err *err)
{
    size_t n = 0;
    double *sample = mem_alloc(g->patients, sizeof *sample, err);
    if (!sample)
        return false;
    for (size_t i = 0; i < g->patients; i++)
        if (isfinite(number_of(g, i, what)) && (!positives || is_positive(g, i)))
            sample[n++] = number_of(g, i, what);
    const bool ok = n == 0 || selftest_check_sample(out, like, sample, n, err);
    mem_free(sample);
    return ok;
}

/* Share of patients in whom lo <= number < hi. */
static bool judge_share(const struct selftest_group *g, enum selftest_number what,
                        double lo, double hi, const struct selftest_check *like,
                        struct selftest_checks *out, struct err *err)
{
    struct selftest_check c = *like;
    size_t inside = 0;
    c.n = 0;
    for (size_t i = 0; i < g->patients; i++) {
        const double v = number_of(g, i, what);
        c.n += isfinite(v) ? 1u : 0u;
        inside += v >= lo && v < hi ? 1u : 0u;
    }
    c.of = "share";
    c.mean = NAN;
    if (c.n == 0)
        return true;
    c.value = (double)inside / (double)c.n;
    return selftest_check_add(out, &c, err);
}

/* Mass 205 +- 80 g (Debl et al., Heart 2006;92:1447, doi 10.1136/hrt.2005.079392),
 * maximal wall 22 +- 4.5 mm and extent 19 / 35 / 46 % (J Cardiovasc Magn Reson 2008;
 * 10(S1):A317, doi 10.1186/1532-429X-10-S1-A317); the cavity of mid-diastole is assumed
 * to be 0.75 to 0.9 of 135 mL. */
static bool judge_anatomy(const struct selftest_group *g, struct selftest_checks *out,
                          struct err *err)
{
    static const char section[] = "Anatomy";
    static const struct {
        enum selftest_number what;
        struct selftest_check like;
    } sample[] = {
        {SELFTEST_MASS_G,
         {.section = section,
          .name = "LV mass, g",
          .of = "mean",
          .judged = true,
          .accept = {170, 240}}},
        {SELFTEST_CAVITY_ML,
         {.section = section,
          .name = "LV cavity, mL",
          .of = "mean",
          .judged = true,
          .accept = {80, 130}}},
        {SELFTEST_MAX_WALL_MM,
         {.section = section,
          .name = "maximal wall, mm",
          .of = "mean",
          .judged = true,
          .accept = {19.5, 23.5}}},
    };
    static const struct {
        double lo, hi;
        struct selftest_check like;
    } extent[] = {
        {0,
         3,
         {.section = section,
          .name = "thick segments 0-2",
          .judged = true,
          .accept = {0.09, 0.29}}},
        {3,
         8,
         {.section = section,
          .name = "thick segments 3-7",
          .judged = true,
          .accept = {0.25, 0.45}}},
        {8,
         17,
         {.section = section,
          .name = "thick segments 8-16",
          .judged = true,
          .accept = {0.36, 0.56}}},
    };
    for (size_t i = 0; i < ARRAY_LEN(sample); i++)
        if (!judge_number(g, sample[i].what, false, &sample[i].like, out, err))
            return false;
    for (size_t i = 0; i < ARRAY_LEN(extent); i++)
        if (!judge_share(g, SELFTEST_THICK_SEGMENTS, extent[i].lo, extent[i].hi,
                         &extent[i].like, out, err))
            return false;
    return true;
}

/* Prevalence: docs/simulator.md, section 3; the other two are assumed.  The median over
 * all patients is 2.9 % in Freitas et al., J Cardiovasc Magn Reson 2019, doi
 * 10.1186/s12968-019-0561-4. */
static bool judge_burden(const struct selftest_group *g, struct selftest_checks *out,
                         struct err *err)
{
    static const char section[] = "Late enhancement";
    const struct selftest_check any = {.section = section,
                                       .name = "patients with LGE",
                                       .judged = true,
                                       .accept = {0.50, 0.65}};
    const struct selftest_check large = {.section = section,
                                         .name = "patients above 15 %",
                                         .judged = true,
                                         .accept = {0.07, 0.12}};
    const struct selftest_check all = {
        .section = section, .name = "%LGE, all", .of = "median"};
    const struct selftest_check positive = {.section = section,
                                            .name = "%LGE, patients with LGE",
                                            .of = "median",
                                            .judged = true,
                                            .accept = {4, 8}};
    const enum selftest_number what = SELFTEST_TRUE_PERCENT;
    return judge_share(g, what, DBL_TRUE_MIN, INFINITY, &any, out, err) &&
           judge_share(g, what, nextafter(LARGE_PERCENT, INFINITY), INFINITY, &large,
                       out, err) &&
           judge_number(g, what, false, &all, out, err) &&
           judge_number(g, what, true, &positive, out, err);
}

/* ---- where the scar is ---- */

/* Share of the patients with LGE in whom more than 2 % of a segment is scar; NaN if no
 * patient says. */
static double segment_share(const struct selftest_group *g, int segment, size_t *n)
{
    size_t scarred = 0;
    *n = 0;
    for (size_t i = 0; i < g->patients; i++) {
        const double share = g->patient[i].segment_scar[segment];
        if (!isfinite(share) || !is_positive(g, i))
            continue;
        *n += 1;
        scarred += share > 0.02 ? 1u : 0u;
    }
    return *n > 0 ? (double)scarred / (double)*n : (double)NAN;
}

static bool judge_map(const struct selftest_group *g, struct selftest_checks *out,
                      struct err *err)
{
    static const char *const name[SELFTEST_SEGMENTS] = {
        "1 basal anterior",
        "2 basal anteroseptal",
        "3 basal inferoseptal",
        "4 basal inferior",
        "5 basal inferolateral",
        "6 basal anterolateral",
        "7 mid anterior",
        "8 mid anteroseptal",
        "9 mid inferoseptal",
        "10 mid inferior",
        "11 mid inferolateral",
        "12 mid anterolateral",
        "13 apical anterior",
        "14 apical septal",
        "15 apical inferior",
        "16 apical lateral",
        "17 apex",
    };
    struct selftest_check c = {
        .section = "Scar by segment (> 2 % of it)", .mean = NAN, .of = "share"};
    double share[SELFTEST_SEGMENTS];
    for (int s = 0; s < SELFTEST_SEGMENTS; s++) {
        c.name = name[s];
        c.value = share[s] = segment_share(g, s, &c.n);
        if (c.n > 0 && !selftest_check_add(out, &c, err))
            return false;
    }
    if (c.n == 0)
        return true;
    /* basal and mid: septal far above anterior, that and inferior above lateral */
    const double septal = (share[1] + share[2] + share[7] + share[8]) / 4.0;
    const double anterior = (share[0] + share[6]) / 2.0;
    const double inferior = (share[3] + share[9]) / 2.0;
    const double lateral = (share[4] + share[5] + share[10] + share[11]) / 4.0;
    const struct {
        const char *name;
        double difference, least;
    } order[] = {{"septal - anterior", septal - anterior, 0.10},
                 {"anterior - lateral", anterior - lateral, 0.05},
                 {"inferior - lateral", inferior - lateral, 0.05}};
    c.judged = true;
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        c.name = order[i].name;
        c.value = order[i].difference;
        c.accept = (struct selftest_range){order[i].least, INFINITY};
        if (!selftest_check_add(out, &c, err))
            return false;
    }
    return true;
}

/* ---- readers ---- */

/* Pearson's r of two numbers over the patients with LGE. */
static bool judge_r(const struct selftest_group *g, enum selftest_number a,
                    enum selftest_number b, const struct selftest_check *like,
                    struct selftest_checks *out, struct err *err)
{
    struct selftest_check c = *like;
    struct stat_pearson p = {0};
    bool ok = false;
    double *x = mem_alloc(g->patients, sizeof *x, err);
    double *y = mem_alloc(g->patients, sizeof *y, err);
    if (!x || !y)
        goto done;
    for (size_t i = 0; i < g->patients; i++) {
        if (!is_positive(g, i) || !isfinite(number_of(g, i, a)) ||
            !isfinite(number_of(g, i, b)))
            continue;
        x[c.n] = number_of(g, i, a);
        y[c.n++] = number_of(g, i, b);
    }
    if (!stat_pearson(x, y, c.n, &p, err))
        goto done;
    c.of = "r";
    c.mean = NAN;
    c.value = p.r;
    ok = !p.available || selftest_check_add(out, &c, err);
done:
    mem_free(x);
    mem_free(y);
    return ok;
}

/* Over the patients with LGE; both empty is excluded, one empty counts 0.  Slices:
 * 7,775 in 1041 patients (the study's abstract, SCMR 2019); the other ranges are
 * assumed. */
static bool judge_readers(const struct selftest_group *g, struct selftest_checks *out,
                          struct err *err)
{
    static const char section[] = "Readers (patients with LGE)";
    static const struct {
        enum selftest_number what;
        struct selftest_check like;
    } sample[] = {
        {SELFTEST_READERS_SCAR_DSC,
         {.section = section,
          .name = "scar DSC, readers",
          .of = "mean",
          .judged = true,
          .accept = {0.70, 0.85}}},
        {SELFTEST_TRUTH_SCAR_DSC,
         {.section = section,
          .name = "scar DSC, truth and reader",
          .of = "mean",
          .judged = true,
          .accept = {0.50, 0.70}}},
        {SELFTEST_TRUTH_MYOCARDIUM_DSC,
         {.section = section,
          .name = "wall DSC, truth and reader",
          .of = "mean",
          .judged = true,
          .accept = {0.86, 0.95}}},
        {SELFTEST_READERS_MYOCARDIUM_DSC,
         {.section = section, .name = "wall DSC, readers", .of = "mean"}},
        {SELFTEST_SLICES_READ,
         {.section = section,
          .name = "slices contoured",
          .of = "mean",
          .judged = true,
          .accept = {6.5, 8.5}}},
    };
    const struct selftest_check readers = {.section = section,
                                           .name = "r of %LGE, readers",
                                           .judged = true,
                                           .accept = {0.9, 1}};
    const struct selftest_check truth = {.section = section,
                                         .name = "r of %LGE, truth and reader"};
    for (size_t i = 0; i < ARRAY_LEN(sample); i++)
        if (!judge_number(g, sample[i].what, true, &sample[i].like, out, err))
            return false;
    return judge_r(g, SELFTEST_READER1_PERCENT, SELFTEST_READER2_PERCENT, &readers, out,
                   err) &&
           judge_r(g, SELFTEST_TRUE_PERCENT, SELFTEST_READER1_PERCENT, &truth, out,
                   err);
}

bool selftest_judge_cohort(const struct selftest_group *group,
                           struct selftest_checks *out, struct err *err)
{
    return judge_anatomy(group, out, err) && judge_burden(group, out, err) &&
           judge_map(group, out, err) && judge_readers(group, out, err);
}
