/*
 * A seed's patients stay the ones that they are.
 *
 * The models in models/ were trained on simulated patients, and docs/evidence speaks of
 * them by seed and number: a change of the simulator that changes them is a decision,
 * never a side effect.  Bytes are not compared, since the last digit of a sine is that
 * of the C library; sums over a volume are.
 *
 * After such a decision: CICATRIX_PRINT=1 build/tests/unit/test_sim_unchanged prints
 * the table anew.
 */
#include "testing.h"

#include "sim/case.h"

/* Labels of truth and readings, and the image: what is summed of a patient. */
struct summary {
    double voxels[LABEL_COUNT]; /* of the truth */
    double myocardium_ml, scar_ml;
    double slope, inter;
    double mean, sd;          /* of the image */
    double in[LABEL_COUNT];   /* mean of the image in a label; 0: there is none */
    double probe;             /* of the image; see look() */
    double read[SIM_READERS]; /* voxels of myocardium */
    double scar[SIM_READERS];
};

struct known {
    enum sim_mode mode;
    uint64_t index;
    struct summary is;
};

enum { SEED = 1 };

/* Every site, both reconstructions, thin slices; every mode; no-reflow. */
static const struct known patients[] = {
#include "unchanged.h"
};

/* Plus or minus 1: which, nobody could tell. */
static double sign_of(size_t v)
{
    uint64_t z = (uint64_t)v * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z >> 63) != 0 ? 1.0 : -1.0;
}

static void count_reading(const struct labels *labels, double *myocardium, double *scar)
{
    for (size_t v = 0; labels->vox && v < grid_voxels(&labels->grid); v++) {
        *myocardium += label_in(labels->vox[v], LABELS_MYOCARDIUM);
        *scar += label_in(labels->vox[v], LABELS_SCAR);
    }
}

/* The probe sums the image with signs, as a share of its SD: noise, texture and place
 * are all in it, and of any other image it is another normal number. */
static void look(const struct sim_case *c, struct summary *out)
{
    const struct sim_stack *k = &c->stack;
    const size_t n = grid_voxels(&k->image.grid);
    struct summary s = {.myocardium_ml = k->true_myocardium_ml,
                        .scar_ml = k->true_scar_ml,
                        .slope = k->slope,
                        .inter = k->inter};
    double squares = 0, probe = 0;
    for (size_t v = 0; v < n; v++) {
        const double value = (double)k->image.vox[v];
        s.mean += value / (double)n;
        s.voxels[k->truth.vox[v]]++;
        s.in[k->truth.vox[v]] += value;
    }
    for (size_t v = 0; v < n; v++) {
        const double off = (double)k->image.vox[v] - s.mean;
        squares += off * off;
        probe += sign_of(v) * off;
    }
    s.sd = sqrt(squares / (double)n);
    s.probe = probe / sqrt(squares);
    for (int l = 0; l < LABEL_COUNT; l++)
        s.in[l] /= fmax(s.voxels[l], 1);
    for (int r = 0; r < SIM_READERS; r++)
        count_reading(&c->reading[r], &s.read[r], &s.scar[r]);
    *out = s;
}

static void print(const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        printf("%s%.9g", i > 0 ? ", " : "", v[i]);
}

static void print_row(const struct known *k, const struct summary *s)
{
    const double rest[] = {s->myocardium_ml, s->scar_ml, s->slope,
                           s->inter,         s->mean,    s->sd};
    printf("{%d, %d, {{", (int)k->mode, (int)k->index);
    print(s->voxels, LABEL_COUNT);
    printf("}, ");
    print(rest, ARRAY_LEN(rest));
    printf(", {");
    print(s->in, LABEL_COUNT);
    printf("}, %.9g, {", s->probe);
    print(s->read, SIM_READERS);
    printf("}, {");
    print(s->scar, SIM_READERS);
    printf("}}},\n");
}

static void compare_labels(const struct summary *is, const struct summary *was)
{
    for (int l = 0; l < LABEL_COUNT; l++)
        assert_near(is->voxels[l], was->voxels[l], 3 + 0.002 * was->voxels[l]);
    assert_near(is->myocardium_ml, was->myocardium_ml, 1e-3 * was->myocardium_ml);
    assert_near(is->scar_ml, was->scar_ml, 0.05 + 2e-3 * was->scar_ml);
    for (int r = 0; r < SIM_READERS; r++) {
        assert_near(is->read[r], was->read[r], 4 + 0.01 * was->read[r]);
        assert_near(is->scar[r], was->scar[r], 8 + 0.03 * was->scar[r]);
    }
}

static void compare_images(const struct summary *is, const struct summary *was)
{
    assert_near(is->slope, was->slope, 1e-4 * was->slope);
    assert_near(is->inter, was->inter, 1e-4 * fabs(was->inter));
    assert_near(is->mean, was->mean, 1e-3 * was->sd);
    assert_near(is->sd, was->sd, 1e-3 * was->sd);
    for (int l = 0; l < LABEL_COUNT; l++)
        assert_near(is->in[l], was->in[l], 0.01 * was->sd);
    assert_near(is->probe, was->probe, 0.02);
}

static void patients_stay_the_same(void **state)
{
    (void)state;
    const bool printing = getenv("CICATRIX_PRINT") != NULL;
    const size_t n = testing_slow_machine() ? 2 : ARRAY_LEN(patients);
    for (size_t i = 0; i < n; i++) {
        const struct known *k = &patients[i];
        struct sim_case c = {0};
        struct summary is;
        struct err err = {0};
        assert_ok(sim_case_make(SEED, k->index, k->mode, &c, &err), err);
        look(&c, &is);
        sim_case_clear(&c);
        if (printing) {
            print_row(k, &is);
            continue;
        }
        print_message("# mode %d, patient %d\n", (int)k->mode, (int)k->index);
        compare_labels(&is, &k->is);
        compare_images(&is, &k->is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patients_stay_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
