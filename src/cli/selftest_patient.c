#include "cli/selftest_patient.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/nifti.h"
#include "measure/dice.h"
#include "measure/volumes.h"
#include "measure/nsd.h"

/* Does the first patient have something in this column? */
static bool is_given(const struct cohort *cohort, const char *column)
{
    const char *cell = cohort_get(cohort, 0, column);
    return cell && *cell;
}

bool selftest_patient_simulated(const struct cohort *cohort)
{
    return is_given(cohort, "truth") && is_given(cohort, "reader2") &&
           is_given(cohort, "true_percent_lge");
}

void selftest_patient_clear(struct selftest_patient *patient)
{
    sim_calibrate_clear(&patient->calibrate);
    *patient = (struct selftest_patient){0};
}

/* ---- cells ---- */

/* Up to `n` numbers separated by blanks; those that are not there stay as they are. */
static bool read_numbers(const struct cohort *cohort, size_t row, const char *column,
                         size_t n, double *out, struct err *err)
{
    const char *text = cohort_get(cohort, row, column);
    if (!text)
        return true;
    for (size_t i = 0; i < n && *text; i++) {
        char *end = NULL;
        const double v = strtod(text, &end);
        if (end == text || (*end != '\0' && *end != ' ') || !isfinite(v))
            return ERR_FAIL(err, ERR_FORMAT, "%s: column %s is '%s', not a number",
                            cohort_get(cohort, row, "id"), column, text);
        out[i] = v;
        text = end + strspn(end, " ");
    }
    return true;
}

static bool read_cells(const struct cohort *c, size_t row, struct selftest_patient *p,
                       struct err *err)
{
    static const struct {
        const char *column;
        enum selftest_number number;
    } cell[] = {
        {"max_wall_mm", SELFTEST_MAX_WALL_MM},
        {"thick_segments", SELFTEST_THICK_SEGMENTS},
        {"true_percent_lge", SELFTEST_TRUE_PERCENT},
        {"true_scar_ml", SELFTEST_TRUE_SCAR_ML},
    };
    for (size_t i = 0; i < ARRAY_LEN(cell); i++)
        if (!read_numbers(c, row, cell[i].column, 1, &p->number[cell[i].number], err))
            return false;
    return read_numbers(c, row, "segment_scar", SELFTEST_SEGMENTS, p->segment_scar,
                        err);
}

/* ---- files ---- */

struct files {
    struct image image;
    struct labels label, truth, second; /* reader 1, truth, reader 2 */
};

static void files_clear(struct files *f)
{
    image_clear(&f->image);
    labels_clear(&f->label);
    labels_clear(&f->truth);
    labels_clear(&f->second);
}

static bool read_labels(const struct cohort *c, size_t row, const char *column,
                        const struct image *image, struct labels *out, struct err *err)
{
    char *path = cohort_path(c, row, column, err);
    bool ok = path && nifti_read_labels(path, out, err);
    if (ok && !grid_same(&image->grid, &out->grid, 0.1))
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: not on the grid of the image", path);
    mem_free(path);
    return ok;
}

static bool read_files(const struct cohort *c, size_t row, bool simulated,
                       struct files *f, struct err *err)
{
    return cohort_image(c, row, &f->image, err) &&
           read_labels(c, row, "label", &f->image, &f->label, err) &&
           (!simulated || (read_labels(c, row, "truth", &f->image, &f->truth, err) &&
                           read_labels(c, row, "reader2", &f->image, &f->second, err)));
}

/* ---- measures ---- */

static bool measure_masks(const struct files *f, double number[], struct err *err)
{
    struct lv_measure truth = {0}, first = {0}, second = {0};
    bool ok = measure_lv(&f->truth, &truth, err) &&
              measure_lv(&f->label, &first, err) &&
              measure_lv(&f->second, &second, err);
    if (ok) {
        number[SELFTEST_MASS_G] = truth.myocardium_g;
        number[SELFTEST_CAVITY_ML] = truth.blood_pool_ml;
        number[SELFTEST_READER1_PERCENT] = first.percent_lge;
        number[SELFTEST_READER2_PERCENT] = second.percent_lge;
        number[SELFTEST_SLICES_READ] = 0.0;
        for (int32_t k = 0; k < first.n_slices; k++)
            number[SELFTEST_SLICES_READ] += first.slices[k].myocardium_ml > 0.0;
    }
    measure_lv_clear(&truth);
    measure_lv_clear(&first);
    measure_lv_clear(&second);
    return ok;
}

static bool measure_overlap(const struct files *f, double number[], struct err *err)
{
    const struct {
        const struct labels *a, *b;
        unsigned set;
        enum selftest_number number;
    } pair[] = {
        {&f->label, &f->second, LABELS_SCAR, SELFTEST_READERS_SCAR_DSC},
        {&f->label, &f->second, LABELS_MYOCARDIUM, SELFTEST_READERS_MYOCARDIUM_DSC},
        {&f->truth, &f->label, LABELS_SCAR, SELFTEST_TRUTH_SCAR_DSC},
        {&f->truth, &f->label, LABELS_MYOCARDIUM, SELFTEST_TRUTH_MYOCARDIUM_DSC},
    };
    for (size_t i = 0; i < ARRAY_LEN(pair); i++) {
        struct measure_dice d;
        if (!measure_dice(pair[i].a, pair[i].b, pair[i].set, &d, err))
            return false;
        number[pair[i].number] = d.dsc;
    }
    return true;
}

static bool find_nsd(const struct files *f, double number[], struct err *err)
{
    struct measure_nsd nsd;
    if (!measure_nsd(&f->image, &f->truth, &nsd, err))
        return false;
    number[SELFTEST_2SD_ML] = nsd.ml[0];
    number[SELFTEST_4SD_ML] = nsd.ml[1];
    number[SELFTEST_6SD_ML] = nsd.ml[2];
    return true;
}

bool selftest_patient_read(const struct cohort *cohort, size_t row,
                           struct selftest_patient *out, struct err *err)
{
    const bool simulated = selftest_patient_simulated(cohort);
    const char *site = cohort_get(cohort, row, "site");
    const char *subtype = cohort_get(cohort, row, "subtype");
    struct selftest_patient p = {.id = cohort_get(cohort, row, "id"),
                                 .site = site && site[0] ? site : "all",
                                 .subtype = subtype ? subtype : ""};
    struct files f = {0};
    for (int i = 0; i < SELFTEST_NUMBERS; i++)
        p.number[i] = NAN;
    for (int i = 0; i < SELFTEST_SEGMENTS; i++)
        p.segment_scar[i] = NAN;
    const bool ok = read_cells(cohort, row, &p, err) &&
                    read_files(cohort, row, simulated, &f, err) &&
                    sim_calibrate_add(&p.calibrate, &f.image,
                                      simulated ? &f.truth : &f.label, err) &&
                    (!simulated || (measure_masks(&f, p.number, err) &&
                                    measure_overlap(&f, p.number, err) &&
                                    find_nsd(&f, p.number, err)));
    files_clear(&f);
    if (ok)
        *out = p;
    else
        selftest_patient_clear(&p);
    return ok;
}
