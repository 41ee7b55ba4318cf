#include "sim/consensus.h"

#include <inttypes.h>
#include <math.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/version.h"
#include "image/nifti.h"
#include "sim/cohort.h"
#include "sim/folder.h"

enum { FORMAT = 1 }; /* count up with any change here; patients have their own */

/* --- one patient --- */

/* What they have drawn in a voxel: of how many readers. */
struct votes {
    uint8_t scar, wall, cavity;
};

static void count_votes(const struct labels *r, struct votes *votes)
{
    for (size_t v = 0; v < grid_voxels(&r->grid); v++) {
        const bool is_scar = label_in(r->vox[v], LABELS_SCAR);
        const bool is_wall = label_in(r->vox[v], LABELS_MYOCARDIUM);
        votes[v].scar = (uint8_t)(votes[v].scar + is_scar);
        votes[v].wall = (uint8_t)(votes[v].wall + is_wall);
        votes[v].cavity = (uint8_t)(votes[v].cavity + (r->vox[v] == LABEL_LV_BLOOD));
    }
}

static bool most(uint8_t n)
{
    return 2 * n > SIM_CONSENSUS_READERS;
}

static uint8_t decide(struct votes v)
{
    return most(v.scar)     ? LABEL_SCAR
           : most(v.wall)   ? LABEL_MYOCARDIUM
           : most(v.cavity) ? LABEL_LV_BLOOD
                            : LABEL_BACKGROUND;
}

/* Readers of the cohorts of the next seeds. */
static bool ask(const struct sim_case *c, uint64_t seed, uint64_t index,
                struct votes *votes, double *percent_lge, struct err *err)
{
    double sum = 0.0;
    for (uint64_t k = 1; k <= SIM_CONSENSUS_READERS; k++) {
        struct labels r = {0};
        if (!sim_reader_read(&c->stack, seed + k, index, 0, &r, err))
            return false;
        count_votes(&r, votes);
        sum += fmax(sim_reader_percent_lge(&r), 0.0);
        labels_clear(&r);
    }
    *percent_lge = sum / SIM_CONSENSUS_READERS;
    return true;
}

bool sim_consensus_read(uint64_t seed, uint64_t index, struct labels *out,
                        double *percent_lge, struct err *err)
{
    struct sim_case c = {0};
    struct labels labels = {0};
    struct votes *votes = NULL;
    bool ok = false;

    if (!sim_case_make(seed, index, SIM_COHORT, &c, err))
        return false;
    votes = mem_alloc(grid_voxels(&c.stack.image.grid), sizeof *votes, err);
    if (!votes || !labels_alloc(&c.stack.image.grid, &labels, err) ||
        !ask(&c, seed, index, votes, percent_lge, err))
        goto done;
    for (size_t v = 0; v < grid_voxels(&labels.grid); v++)
        labels.vox[v] = decide(votes[v]);
    *out = labels;
    labels = (struct labels){0}; /* moved */
    ok = true;
done:
    labels_clear(&labels);
    mem_free(votes);
    sim_case_clear(&c);
    return ok;
}

/* --- the folder --- */

static int64_t test_patients(int64_t patients)
{
    int64_t n = 0;
    for (int64_t i = 0; i < patients; i++)
        n += sim_place_of((uint64_t)i).test;
    return n;
}

struct maker {
    const struct sim_consensus_plan *plan;
    uint64_t *index; /* of the test patients */
};

static void id_of(const void *maker, int64_t i, char id[AT_LEAST(SIM_FOLDER_ID)])
{
    sim_cohort_id(((const struct maker *)maker)->index[i], id);
}

static void put_names(const void *maker, FILE *to)
{
    (void)maker;
    fputs("id,label,readers_percent_lge\n", to);
}

static bool write_row(const char *path, const char *id, double percent_lge,
                      struct err *err)
{
    struct file_writer w = {0};
    if (!file_writer_open(path, &w, err))
        return false;
    (void)fprintf(w.stream, "%s,labels/%s.nii.gz,%.4f\n", id, id, percent_lge);
    const bool ok = file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}

static bool make(const void *maker, int64_t i, char *const *file, struct err *err)
{
    const struct maker *m = maker;
    struct labels labels = {0};
    char id[SIM_FOLDER_ID];
    double percent_lge = 0.0;

    id_of(maker, i, id);
    if (!sim_consensus_read(m->plan->seed, m->index[i], &labels, &percent_lge, err)) {
        err_prefix(err, "%s", id);
        return false;
    }
    const bool ok = nifti_write_labels(file[0], &labels, err) &&
                    write_row(file[1], id, percent_lge, err);
    labels_clear(&labels);
    return ok;
}

bool sim_consensus_write(const struct sim_consensus_plan *plan, struct err *err)
{
    static const char *const folders[] = {"labels"};
    char identity[160];
    const int64_t n = test_patients(plan->patients);
    struct maker m = {.plan = plan};

    if (n < 1)
        return ERR_FAIL(err, ERR_ARG, "%" PRId64 " patients: none is a test patient",
                        plan->patients);
    m.index = mem_alloc((size_t)n, sizeof *m.index, err);
    if (!m.index)
        return false;
    for (int64_t i = 0, at = 0; i < plan->patients; i++)
        if (sim_place_of((uint64_t)i).test)
            m.index[at++] = (uint64_t)i;
    (void)snprintf(identity, sizeof identity,
                   "cicatrix consensus %s, format %d of %d, %d readers, seed %" PRIu64,
                   version_number(), (int)FORMAT, (int)SIM_COHORT_FORMAT,
                   (int)SIM_CONSENSUS_READERS, plan->seed);
    const bool ok = sim_folder_write(&(struct sim_folder_plan){.dir = plan->dir,
                                                               .hidden = ".consensus",
                                                               .what = "a consensus",
                                                               .identity = identity,
                                                               .folder = folders,
                                                               .folders = 1,
                                                               .patients = n,
                                                               .threads = plan->threads,
                                                               .report = plan->report,
                                                               .user = plan->user,
                                                               .maker = &m,
                                                               .id = id_of,
                                                               .make = make,
                                                               .names = put_names},
                                     err);
    mem_free(m.index);
    return ok;
}
