#include "cli/selftest_gallery.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/selftest_sheet.h"

enum { OF_A_SITE = 12, SIMULATED = 16, BESIDE = 8 };

static void describe(const struct cohort *cohort, const struct selftest_patient *p,
                     size_t row, bool with_site, struct selftest_heart *out)
{
    const double percent = p->number[SELFTEST_TRUE_PERCENT];
    *out = (struct selftest_heart){.cohort = cohort, .row = row};
    (void)snprintf(out->caption, sizeof out->caption, "%s%s%.30s",
                   with_site ? p->site : "", with_site ? " " : "", p->id);
    if (isfinite(percent))
        (void)snprintf(out->value, sizeof out->value, "%.24s %.1f %%", p->subtype,
                       percent);
}

/* "Site 1/a" -> "Site_1_a" */
static void file_name(const char *site, char *out, size_t size)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-_";
    char safe[64];
    size_t n = 0;
    for (; site[n] && n + 1 < sizeof safe; n++)
        safe[n] = strchr(plain, site[n]) ? site[n] : '_';
    safe[n] = '\0';
    (void)snprintf(out, size, "montage-%s.png", n > 0 ? safe : "all");
}

static bool write_site(const struct cohort *cohort, const struct selftest_group *g,
                       const char *site, const char *dir, struct err *err)
{
    struct selftest_heart heart[OF_A_SITE];
    char name[96], title[96];
    size_t here = 0, seen = 0, hearts = 0;
    for (size_t i = 0; i < g->patients; i++)
        here += strcmp(g->patient[i].site, site) == 0;
    const size_t shown = here < OF_A_SITE ? here : OF_A_SITE;
    for (size_t i = 0; i < g->patients && hearts < shown; i++) {
        if (strcmp(g->patient[i].site, site) != 0)
            continue;
        if (seen++ * shown >= hearts * here) /* evenly spread */
            describe(cohort, &g->patient[i], i, false, &heart[hearts++]);
    }
    file_name(site, name, sizeof name);
    (void)snprintf(title, sizeof title, "Site %.32s: %zu of %zu patients", site, hearts,
                   here);
    char *path = file_join(dir, name, err);
    const bool ok = path && selftest_sheet_write(heart, hearts, title, path, err);
    mem_free(path);
    return ok;
}

bool selftest_gallery_sites(const struct cohort *cohort,
                            const struct selftest_group *group, const char *dir,
                            struct err *err)
{
    for (size_t s = 0; s < group->sites; s++)
        if (!write_site(cohort, group, group->site[s], dir, err))
            return false;
    return true;
}

/* How often the site and the subtype of a patient are on the sheet already. */
static int seen_before(const struct selftest_group *g, const size_t *chosen, size_t n,
                       size_t i)
{
    int seen = 0;
    for (size_t k = 0; k < n; k++) {
        const struct selftest_patient *a = &g->patient[chosen[k]], *b = &g->patient[i];
        if (chosen[k] == i)
            return 1000;
        seen += 2 * (strcmp(a->site, b->site) == 0);
        seen += strcmp(a->subtype, b->subtype) == 0;
    }
    return seen;
}

bool selftest_gallery_write(const struct cohort *cohort,
                            const struct selftest_group *group,
                            const struct cohort *beside, const char *path,
                            struct err *err)
{
    struct selftest_heart heart[SIMULATED + BESIDE];
    size_t chosen[SIMULATED], hearts = 0;
    while (hearts < SIMULATED && hearts < group->patients) {
        size_t best = 0;
        for (size_t i = 1; i < group->patients; i++)
            if (seen_before(group, chosen, hearts, i) <
                seen_before(group, chosen, hearts, best))
                best = i;
        chosen[hearts] = best;
        describe(cohort, &group->patient[best], best, true, &heart[hearts]);
        hearts++;
    }
    for (size_t k = 0; beside && k < BESIDE && k < beside->rows; k++) {
        const size_t row = k * beside->rows / BESIDE;
        struct selftest_heart *h = &heart[hearts++];
        *h = (struct selftest_heart){.cohort = beside, .row = row};
        (void)snprintf(h->caption, sizeof h->caption, "real %.36s",
                       cohort_get(beside, row, "id"));
    }
    return selftest_sheet_write(heart, hearts, "Middle slices, one rule for the window",
                                path, err);
}
