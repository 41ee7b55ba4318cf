#include "sim/cohort.h"

#include <inttypes.h>

#include "base/file.h"
#include "base/version.h"
#include "image/nifti.h"
#include "sim/cohort_row.h"
#include "sim/folder.h"
#include "sim/series.h"

static const char NOT_A_PATIENT[] = "simulated by Cicatrix, not a patient";

/* Folders of files in the order in which a patient's are written. */
enum { IMAGES, TRUTH, READER1, READER2, FOLDERS };
static const char *const folders[FOLDERS] = {"images", "truth", "reader1", "reader2"};

static int folders_of(enum sim_mode mode)
{
    return sim_mode_is_wide(mode) ? READER1 : FOLDERS; /* nobody reads those */
}

const char *sim_cohort_mode_name(enum sim_mode mode)
{
    static const char *const names[SIM_MODES] = {[SIM_COHORT] = "cohort",
                                                 [SIM_RANDOM] = "random",
                                                 [SIM_CONTROL] = "control",
                                                 [SIM_ACUTE] = "acute"};
    return names[mode];
}

void sim_cohort_id(uint64_t index, char id[AT_LEAST(32)])
{
    (void)snprintf(id, 32, "sim-%04" PRIu64, index + 1);
}

static void id_of(const void *maker, int64_t i, char id[AT_LEAST(SIM_FOLDER_ID)])
{
    const struct sim_cohort_plan *plan = maker;
    sim_cohort_id((uint64_t)(plan->first + i), id);
}

static void put_names(const void *maker, FILE *to)
{
    (void)maker;
    sim_cohort_row_names(to);
}

static bool write_row(const struct sim_cohort_plan *plan, const struct sim_case *c,
                      const char *path, struct err *err)
{
    struct file_writer w = {0};
    char id[32];
    sim_cohort_id(c->patient.index, id);
    if (!file_writer_open(path, &w, err))
        return false;
    sim_cohort_row(c, id, plan->dicom, w.stream);
    const bool ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}

static bool write_image(const struct sim_cohort_plan *plan, const struct sim_case *c,
                        const char *path, struct err *err)
{
    return plan->dicom ? sim_series_write(c, path, err)
                       : nifti_write_stored(path, &c->stack.image, c->stack.slope,
                                            c->stack.inter, NOT_A_PATIENT, err);
}

static bool make_patient(const void *maker, int64_t i, char *const *file,
                         struct err *err)
{
    const struct sim_cohort_plan *plan = maker;
    const uint64_t index = (uint64_t)(plan->first + i);
    const int n = folders_of(plan->mode);
    struct sim_case c = {0};

    if (!(plan->make ? plan->make : sim_case_make)(plan->seed, index, plan->mode, &c,
                                                   err)) {
        err_prefix(err, "patient %" PRIu64, index + 1);
        return false;
    }
    bool ok = (!plan->dicom || sim_series_turn(&c, err)) &&
              write_image(plan, &c, file[IMAGES], err) &&
              nifti_write_labels(file[TRUTH], &c.stack.truth, err);
    for (int f = READER1; f < n && ok; f++)
        ok = nifti_write_labels(file[f], &c.reading[f - READER1], err);
    ok = ok && write_row(plan, &c, file[n], err);
    sim_case_clear(&c);
    return ok;
}

/* In mode control patients once changed when the others did not. */
static int format_of(enum sim_mode mode)
{
    return mode == SIM_CONTROL ? SIM_COHORT_FORMAT + 1 : SIM_COHORT_FORMAT;
}

bool sim_cohort_write(const struct sim_cohort_plan *plan, struct err *err)
{
    char identity[240], part[40] = "";
    if (plan->patients < 1 || plan->patients > SIM_COHORT_MAX_PATIENTS ||
        plan->first < 0 || plan->first > SIM_COHORT_MAX_PATIENTS)
        return ERR_FAIL(err, ERR_ARG,
                        "%" PRId64 " patients from %" PRId64 ": out of range",
                        plan->patients, plan->first);
    if (plan->first > 0)
        (void)snprintf(part, sizeof part, ", from %" PRId64, plan->first);
    (void)snprintf(identity, sizeof identity,
                   "cicatrix simulate %s, format %d%s, mode %s, seed %" PRIu64 "%s",
                   version_number(), format_of(plan->mode), plan->dicom ? " dicom" : "",
                   sim_cohort_mode_name(plan->mode), plan->seed, part);
    const struct sim_folder_plan folder = {
        .dir = plan->dir,
        .hidden = ".simulate",
        .what = "a simulation",
        .identity = identity,
        .folder = folders,
        .folders = folders_of(plan->mode),
        .series = plan->dicom,
        .patients = plan->patients,
        .threads = plan->threads,
        .report = plan->report,
        .user = plan->user,
        .maker = plan,
        .id = id_of,
        .make = make_patient,
        .names = put_names,
    };
    return sim_folder_write(&folder, err);
}
