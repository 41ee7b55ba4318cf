/* selftest: are simulated patients and images near what is known of real ones. */
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/input_read.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "cli/selftest_gallery.h"
#include "cli/selftest_judge.h"
#include "report/json_out.h"

struct options {
    const char *cohort, *out, *gallery, *beside;
    bool json, quiet;
};

struct run {
    struct cohort cohort;
    struct selftest_patient
        *patient;        /* [cohort.rows], those that could be read first */
    struct err *failure; /* [cohort.rows] */
    const char **site;   /* [sites], borrowed from the cohort */
    size_t patients, sites;
    struct selftest_checks checks;
};

static void run_clear(struct run *r)
{
    for (size_t i = 0; r->patient && i < r->cohort.rows; i++)
        selftest_patient_clear(&r->patient[i]);
    mem_free(r->patient);
    mem_free(r->failure);
    mem_free(r->site);
    selftest_check_clear(&r->checks);
    cohort_clear(&r->cohort);
}

/* Read all patients, several at a time; a patient's own failure is said and the rest
 * goes on. */
static bool read_patients(struct run *r, FILE *progress, struct err *err)
{
    const size_t rows = r->cohort.rows;
    struct progress p = {0};
    int64_t done = 0;
    r->patient = mem_alloc(rows, sizeof *r->patient, err);
    r->failure = mem_alloc(rows, sizeof *r->failure, err);
    r->site = mem_alloc(rows, sizeof *r->site, err);
    if (!r->patient || !r->failure || !r->site)
        return false;
    progress_start(&p, progress, "measuring", 0, (int64_t)rows);
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < rows; i++) {
        const bool ok =
            selftest_patient_read(&r->cohort, i, &r->patient[i], &r->failure[i]);
#pragma omp critical
        {
            done += ok || r->failure[i].code != ERR_NONE ? 1 : 0;
            progress_update(&p, done, "");
        }
    }
    progress_finish(&p, "");
    for (size_t i = 0; i < rows; i++)
        if (r->failure[i].code != ERR_NONE)
            say_err(&r->failure[i]);
        else
            r->patients++;
    if (r->patients < rows)
        return ERR_FAIL(err, ERR_FORMAT, "%zu of %zu patients could not be read",
                        rows - r->patients, rows);
    return true;
}

/* Names of the sites, sorted. */
static void list_sites(struct run *r)
{
    for (size_t i = 0; i < r->patients; i++) {
        const char *site = r->patient[i].site;
        size_t at = 0;
        while (at < r->sites && strcmp(r->site[at], site) < 0)
            at++;
        if (at < r->sites && strcmp(r->site[at], site) == 0)
            continue;
        memmove(r->site + at + 1, r->site + at, (r->sites - at) * sizeof *r->site);
        r->site[at] = site;
        r->sites++;
    }
}

static bool judge(struct run *r, const struct selftest_group *g, struct err *err)
{
    const bool simulated = selftest_patient_simulated(&r->cohort);
    return (!simulated || selftest_judge_cohort(g, &r->checks, err)) &&
           selftest_judge_images(g, simulated, &r->checks, err) &&
           (!simulated || selftest_judge_nsd(g, &r->checks, err));
}

static json_t *as_json(const struct run *r, struct err *err)
{
    json_t *o = json_object();
    if (o &&
        report_json_add(o, "patients", json_integer((json_int_t)r->patients), err) &&
        report_json_add(o, "judged", json_integer((json_int_t)r->checks.judged), err) &&
        report_json_add(o, "passed", json_integer((json_int_t)r->checks.passed), err) &&
        report_json_add(o, "checks", selftest_check_json(&r->checks, err), err))
        return o;
    err_record(err, ERR_NOMEM, "selftest: out of memory");
    json_decref(o);
    return NULL;
}

static bool write_dir(const struct run *r, const struct selftest_group *g,
                      const json_t *json, const char *dir, struct err *err)
{
    char *path = file_make_dirs(dir, err) ? file_join(dir, "selftest.json", err) : NULL;
    const bool ok = path && report_json_write(path, json, err) &&
                    selftest_gallery_sites(&r->cohort, g, dir, err);
    mem_free(path);
    return ok;
}

static bool write_gallery(const struct options *o, const struct run *r,
                          const struct selftest_group *g, struct err *err)
{
    struct cohort beside = {0};
    const bool read = !o->beside || cohort_read(o->beside, &beside, err);
    beside.read_image = input_read_path;
    const bool ok =
        read && selftest_gallery_write(&r->cohort, g, o->beside ? &beside : NULL,
                                       o->gallery, err);
    cohort_clear(&beside);
    return ok;
}

static bool run_all(const struct options *o, struct run *r, json_t **json,
                    struct err *err)
{
    if (!cohort_read(o->cohort, &r->cohort, err))
        return false;
    r->cohort.read_image = input_read_path;
    if (!read_patients(r, say_progress(o->quiet), err))
        return false;
    list_sites(r);
    const struct selftest_group g = {r->patient, r->patients, r->site, r->sites};
    if (!judge(r, &g, err) || !(*json = as_json(r, err)))
        return false;
    if (o->out && !write_dir(r, &g, *json, o->out, err))
        return false;
    if (o->gallery && !write_gallery(o, r, &g, err))
        return false;
    if (o->json)
        return report_json_print(stdout, *json, err);
    printf("%s: %zu patients\n\n", o->cohort, r->patients);
    selftest_check_print(&r->checks, stdout);
    return true;
}

static int run(const struct options *o)
{
    struct run r = {0};
    struct err err = {0};
    json_t *json = NULL;
    const bool ok = run_all(o, &r, &json, &err);
    if (!ok)
        say_err(&err);
    const bool passed = ok && r.checks.passed == r.checks.judged;
    json_decref(json);
    run_clear(&r);
    return passed ? EXIT_DONE : EXIT_FAILED;
}

int command_selftest(int argc, char **argv)
{
    struct options o = {0};
    struct opt_list words = {0};
    int status = EXIT_FAILED;
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.out, "DIR",
         "folder for selftest.json and montage-<site>.png", 0, 0, false},
        {"gallery", 'g', OPT_TEXT, &o.gallery, "FILE.png",
         "one sheet of 16 hearts of different sites and subtypes", 0, 0, false},
        {"beside", 'b', OPT_TEXT, &o.beside, "COHORT.csv",
         "another cohort, real patients: 8 of them go on the sheet of --gallery", 0, 0,
         false},
        {"json", 'j', OPT_FLAG, &o.json, NULL, "print selftest.json, not the tables", 0,
         0, false},
        {"quiet", 'q', OPT_FLAG, &o.quiet, NULL, "no progress line", 0, 0, false},
    };
    const struct opt_command command = {
        .name = "selftest",
        .usage = "COHORT.csv [options]",
        .summary = "Are simulated patients near what is known of real ones: anatomy, "
                   "scar, readers, and the look of the images, site by site.",
        .details =
            "Of a cohort that `cicatrix simulate` wrote, masses, volumes, wall "
            "thickness, burdens of scar, agreement of its two readers, contrast, noise "
            "and sharpness of the images and burdens by 2, 4 and 6 sd are compared "
            "with published ranges; the ranges are meant for 300 patients or more. Of "
            "any other cohort with labels the statistics of the images are printed, "
            "without verdict. B, M and S are the medians of blood, remote myocardium "
            "and scar in a slice. The exit status is 1 if a check fails.",
        .example = "  cicatrix simulate -o cohort --patients 300\n"
                   "  cicatrix selftest cohort/COHORT.csv -o selftest\n"
                   "  cicatrix selftest emidec/COHORT.csv",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 1,
        .max_args = 1,
    };
    if (opt_parse(&command, argc, argv, &words, &status)) {
        o.cohort = words.item[0];
        if (o.beside && !o.gallery) {
            say_error("selftest: --beside goes with --gallery");
            status = EXIT_USAGE;
        } else {
            status = run(&o);
        }
    }
    opt_list_clear(&words);
    return status;
}
