/* study: the published study, repeated from patients to report on a simulated cohort.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/cohort_progress.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "cli/say.h"
#include "cli/study_figures.h"
#include "cli/study_json.h"
#include "cli/study_train.h"
#include "report/json_out.h"
#include "report/study_report.h"
#include "sim/cohort.h"
#include "sim/consensus.h"
#include "sim/folder.h"

/* What the command line says; 0 or less keeps what the preset has. */
struct options {
    const char *out, *preset;
    int patients, epochs, locate_epochs, threads;
    uint64_t seed;
};

/* A study at work. */
struct study {
    struct study_plan plan;
    struct study_dir dir;
};

static bool make_plan(const struct options *o, struct study_plan *out, struct err *err)
{
    struct study_plan p;
    if (!study_plan_preset(o->preset, &p, err))
        return false;
    p.seed = o->seed;
    p.threads = o->threads;
    if (o->patients > 0)
        p.patients = o->patients;
    if (o->epochs > 0)
        p.epochs = o->epochs;
    if (o->locate_epochs > 0)
        p.locate_epochs = o->locate_epochs;
    *out = p;
    return true;
}

/* ---- stages; each is done when what it makes is there ---- */

/* Patients that are there are of this program's simulator, or it is refused: further
 * readers read what the first ones did. */

static bool simulate(const struct study *s, struct err *err)
{
    struct cohort_progress progress = {.what = "simulate", .stream = stderr};
    const bool there = file_exists(s->dir.table);
    const bool ok = sim_cohort_write(
        &(struct sim_cohort_plan){
            .dir = s->dir.cohort,
            .seed = s->plan.seed,
            .mode = SIM_COHORT,
            .patients = s->plan.patients,
            .threads = sim_folder_threads(s->plan.threads),
            .report = there ? NULL : cohort_progress_show,
            .user = &progress,
        },
        err);
    cohort_progress_end(&progress, ok);
    return ok;
}

static bool ask_readers(const struct study *s, struct err *err)
{
    struct cohort_progress progress = {.what = "further readers", .stream = stderr};
    const bool there = file_exists(s->dir.agreed_table);
    const bool ok = sim_consensus_write(
        &(struct sim_consensus_plan){
            .dir = s->dir.consensus,
            .seed = s->plan.seed,
            .patients = s->plan.patients,
            .threads = sim_folder_threads(s->plan.threads),
            .report = there ? NULL : cohort_progress_show,
            .user = &progress,
        },
        err);
    cohort_progress_end(&progress, ok);
    return ok;
}

static bool train_3d(const struct study *s, struct err *err)
{
    return study_train_network(&s->plan, &s->dir, STUDY_3D, err);
}

static bool train_2d(const struct study *s, struct err *err)
{
    return study_train_network(&s->plan, &s->dir, STUDY_2D, err);
}

/* Before the 2D network, which starts from this model's file: from the same bytes,
 * also when it is made again. */
static bool tune_3d(const struct study *s, struct err *err)
{
    return study_tune_network(&s->plan, &s->dir, STUDY_3D, err);
}

static bool tune_2d(const struct study *s, struct err *err)
{
    return study_tune_network(&s->plan, &s->dir, STUDY_2D, err);
}

static bool predict(const struct study *s, struct err *err)
{
    return study_predict_network(&s->plan, &s->dir, STUDY_3D, err) &&
           study_predict_network(&s->plan, &s->dir, STUDY_2D, err);
}

/* study.json comes last: it says that the report is complete. */
static bool write_report(const struct study *s, const struct study_facts *facts,
                         struct err *err)
{
    char path[WORK_PATH];
    json_t *timing = study_json_timing(facts->speed, err);
    json_t *json = timing ? study_json_make(facts, err) : NULL;
    const bool ok = json && file_make_dirs(s->dir.report, err) &&
                    report_json_write(s->dir.timing, timing, err) &&
                    study_figures_draw(&s->dir, facts->agreement, json, err) &&
                    work_dir_join(s->dir.report, "report.md", path, err) &&
                    report_study_write(path, json, err) &&
                    report_json_write(s->dir.json, json, err);
    json_decref(json);
    json_decref(timing);
    return ok;
}

static bool report(const struct study *s, struct err *err)
{
    struct study_agreement agreement = {0};
    struct study_speed speed[STUDY_NETWORKS];
    struct unet_decision decision[STUDY_NETWORKS];
    if (file_exists(s->dir.json))
        return true;
    const struct study_facts facts = {&s->plan, &agreement, speed, decision};
    const bool ok = study_predict_speed(&s->dir, STUDY_3D, &speed[STUDY_3D], err) &&
                    study_predict_speed(&s->dir, STUDY_2D, &speed[STUDY_2D], err) &&
                    study_tune_read(&s->dir, decision, err) &&
                    study_agreement_run(&s->dir, &agreement, err) &&
                    write_report(s, &facts, err);
    study_agreement_clear(&agreement);
    return ok;
}

static const struct stage {
    const char *name;
    bool (*run)(const struct study *study, struct err *err);
} STAGES[] = {
    {"simulate the cohort", simulate},    {"train the 3D network", train_3d},
    {"fit it to the reader", tune_3d},    {"train the 2D network", train_2d},
    {"fit it to the reader", tune_2d},    {"segment the test patients", predict},
    {"ask further readers", ask_readers}, {"compare and write the report", report},
};

static int run(void *options, const struct opt_list *args, struct err *err)
{
    const struct options *o = options;
    struct study s;
    (void)args;
    if (!make_plan(o, &s.plan, err))
        return EXIT_USAGE;
    if (!study_dir_claim(o->out, &s.plan, &s.dir, err))
        return EXIT_FAILED;
    for (size_t i = 0; i < ARRAY_LEN(STAGES); i++) {
        const double began = clock_seconds();
        if (!STAGES[i].run(&s, err))
            return EXIT_FAILED;
        printf("%zu/%zu %s: %.0f s\n", i + 1, ARRAY_LEN(STAGES), STAGES[i].name,
               clock_seconds() - began);
        if (fflush(stdout) != 0) {
            err_record(err, ERR_IO, "cannot write to standard output");
            return EXIT_FAILED;
        }
    }
    printf("%s/report.md: the report; all patients in it are simulated\n",
           s.dir.report);
    return EXIT_DONE;
}

int command_study(int argc, char **argv)
{
    struct options o = {.preset = "full", .seed = 1};
    const struct opt opts[] = {
        {"output", 'o', OPT_TEXT, &o.out, "DIR",
         "Folder of the study; what is there of it already is not made again.", 0, 0,
         true},
        {"preset", 0, OPT_TEXT, &o.preset, "NAME",
         "full: 1073 patients as in the paper, some hours. small: 48 patients, a few "
         "minutes, to see that everything works; its networks learn too little to be "
         "judged.",
         0, 0, false},
        {"seed", 0, OPT_U64, &o.seed, "N", "Of patients, scanners, readers, training.",
         0, 0, false},
        {"patients", 0, OPT_INT, &o.patients, "N", "Instead of the preset's number.",
         12, 100000, false},
        {"epochs", 0, OPT_INT, &o.epochs, "N",
         "Of the 3D network, instead of the preset's; the 2D network follows.", 1, 6000,
         false},
        {"locate-epochs", 0, OPT_INT, &o.locate_epochs, "N",
         "Of the coarse network, instead of the preset's.", 1, 10000, false},
        {"threads", 't', OPT_INT, &o.threads, "N", "Threads; 0: all cores.", 0, 256,
         false},
    };
    const struct opt_command command = {
        .name = "study",
        .usage = "-o DIR [--preset full|small] [options]",
        .summary = "Repeat the published study on simulated patients.",
        .details =
            "Simulates patients of seven sites with two readers, trains a 3D and a 2D "
            "network on the first reader's contours, segments the test patients, asks "
            "nine further readers of them, compares networks, readers and the exact "
            "truth, and writes "
            "DIR/report/report.md with figures and study.json beside the paper's "
            "numbers (Fahmy et al., Radiology 2020;294:52-60). All patients are "
            "simulated.\n\n"
            "It may be stopped at any time; the same command goes on where it stopped "
            "and ends with the same result. What is removed from DIR is made again "
            "(report/ for a new report).",
        .example = "  cicatrix study --preset small -o small-study\n"
                   "  cicatrix study --preset full --seed 1 -o study\n",
        .opts = opts,
        .n_opts = ARRAY_LEN(opts),
        .min_args = 0,
        .max_args = 0,
    };
    return opt_run(&command, argc, argv, run, &o);
}
