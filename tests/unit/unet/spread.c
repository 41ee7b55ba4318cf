#include "testing.h"

#include "base/rng.h"
#include "unet/spread.h"

enum { SIZE = 8, AREA = SIZE * SIZE, NZ = 3, CLASSES = 5, PASSES = 4 };

static const struct unet_net_config config = {
    .size = SIZE, .classes = CLASSES, .class_of = {0, 1, 2, 3, 4, 0}};

/* Four passes are those of one network in four poses, or of two members in two. */
static const struct spread_passes one = {1, 1}, four = {1, 4}, two_by_two = {2, 2};

/* Probabilities of pass p: [NZ][CLASSES][AREA]. */
static void draw(float *prob, uint64_t seed)
{
    struct rng r = rng_make(seed, 0, 0);
    for (int z = 0; z < NZ; z++)
        for (int i = 0; i < AREA; i++) {
            double v[CLASSES], sum = 0.0;
            for (int k = 0; k < CLASSES; k++) {
                v[k] = exp(3.0 * rng_normal(&r));
                sum += v[k];
            }
            for (int k = 0; k < CLASSES; k++)
                prob[(z * CLASSES + k) * AREA + i] = (float)(v[k] / sum);
        }
}

/* Passes with their weights, posed as the network would see them, and their mean. */
struct passes {
    float prob[PASSES][NZ * CLASSES * AREA], mean[NZ * CLASSES * AREA];
    double weight[NZ];
};

static float pass_weight(int pass, int z)
{
    return (float)(1 + (pass + z) % 3);
}

static void gather(struct passes *p, const struct spread_passes *n, bool by_turns,
                   struct spread *s)
{
    const int passes = n->members * n->poses;
    struct err err = {0};
    static float posed[CLASSES * AREA];
    memset(p->mean, 0, sizeof p->mean);
    memset(p->weight, 0, sizeof p->weight);
    spread_init(s, &config);
    assert_ok(spread_begin(s, NZ, &err), err);
    if (by_turns)
        spread_by_turns(s, n->members - 1);
    for (int pass = 0; pass < passes; pass++)
        for (int z = 0; z < NZ; z++) {
            const float *from = p->prob[pass] + z * CLASSES * AREA;
            const float w = pass_weight(pass, z);
            for (int k = 0; k < CLASSES; k++)
                for (int y = 0; y < SIZE; y++)
                    for (int x = 0; x < SIZE; x++)
                        posed[(size_t)k * AREA + pose_at(pass % n->poses, SIZE, x, y)] =
                            from[k * AREA + y * SIZE + x];
            spread_add(s, z, pass / n->poses * UNET_POSES + pass % n->poses, w, posed,
                       AREA);
            p->weight[z] += (double)w;
            for (int i = 0; i < CLASSES * AREA; i++)
                p->mean[z * CLASSES * AREA + i] += w * from[i];
        }
    for (int z = 0; z < NZ; z++)
        for (int i = 0; i < CLASSES * AREA; i++)
            p->mean[z * CLASSES * AREA + i] /= (float)p->weight[z];
}

static double wall(const float *prob, int z, int i)
{
    const float *p = prob + z * CLASSES * AREA + i;
    return (double)p[2 * AREA] + (double)p[3 * AREA] + (double)p[4 * AREA];
}

static double scar(const float *prob, int z, int i)
{
    const float *p = prob + z * CLASSES * AREA + i;
    return (double)p[3 * AREA] + (double)p[4 * AREA];
}

static double sd_of(const double x[static PASSES])
{
    double mean = 0, rest = 0;
    for (int k = 0; k < PASSES; k++)
        mean += x[k] / PASSES;
    for (int k = 0; k < PASSES; k++)
        rest += pow(x[k] - mean, 2) / (PASSES - 1);
    return sqrt(rest);
}

/* All again from the definitions, in double. */
static void agree_with_the_definitions(const struct spread_passes *n)
{
    static struct passes p;
    struct spread s = {0};
    struct measure_features f;
    for (int k = 0; k < PASSES; k++)
        draw(p.prob[k], 5 + (uint64_t)k);
    gather(&p, n, false, &s);
    measure_features_none(&f);
    spread_find(&s, p.mean, p.weight, n, &f);
    double expected = 0, scarred = 0, entropy = 0, deviation = 0, grey = 0, likely = 0;
    double pose_wall[PASSES] = {0}, pose_scar[PASSES] = {0};
    for (int z = 0; z < NZ; z++)
        for (int i = 0; i < AREA; i++) {
            const double q = wall(p.mean, z, i), t = scar(p.mean, z, i);
            double square = 0;
            for (int k = 0; k < PASSES; k++) {
                const double w = (double)pass_weight(k, z) / p.weight[z];
                square += w * pow(wall(p.prob[k], z, i) - q, 2);
                pose_wall[k] += wall(p.prob[k], z, i);
                pose_scar[k] += scar(p.prob[k], z, i);
            }
            expected += q;
            scarred += t;
            if (q > 1e-3 && q < 1 - 1e-3)
                entropy += -q * log2(q) - (1 - q) * log2(1 - q);
            deviation += sqrt(square);
            grey += (t > 0.25) - (t > 0.75);
            likely += q > 0.5;
        }
    assert_near(f.value[MEASURE_WALL_ENTROPY], entropy / expected, 1e-4);
    assert_near(f.value[MEASURE_WALL_SPREAD], deviation / expected, 1e-3);
    assert_near(f.value[MEASURE_LGE_EXPECTED], 100 * scarred / expected, 1e-3);
    assert_near(f.value[MEASURE_SCAR_GREY], 100 * grey / likely, 1e-3);
    double lge[PASSES];
    for (int k = 0; k < PASSES; k++)
        lge[k] = 100 * pose_scar[k] / pose_wall[k];
    assert_near(f.value[MEASURE_LGE_SPREAD], sd_of(lge), 1e-3);
    assert_true(isnan(f.value[MEASURE_TEXTURE])); /* not its business */
    spread_clear(&s);
}

static void agrees_with_the_definitions(void **state)
{
    (void)state;
    agree_with_the_definitions(&four);
    agree_with_the_definitions(&two_by_two);
}

/* %LGE of a weighted mean of two passes in every slice, or of one (`other` the same).
 */
static double lge_of_both(const struct passes *p, int pass, int other)
{
    double all = 0.0, scarred = 0.0;
    for (int z = 0; z < NZ; z++) {
        const double a = (double)pass_weight(pass, z);
        const double b = (double)pass_weight(other, z);
        for (int i = 0; i < AREA; i++) {
            all += (a * wall(p->prob[pass], z, i) + b * wall(p->prob[other], z, i)) /
                   (a + b);
            scarred +=
                (a * scar(p->prob[pass], z, i) + b * scar(p->prob[other], z, i)) /
                (a + b);
        }
    }
    return 100.0 * scarred / all;
}

/* Two poses of a member that sees by turns are one view, which counts twice; those of
 * another member are not. */
static void turns_are_one_view(void **state)
{
    (void)state;
    static struct passes p;
    struct spread s = {0};
    struct measure_features f;
    for (int k = 0; k < PASSES; k++)
        draw(p.prob[k], 5 + (uint64_t)k);
    gather(&p, &two_by_two, true, &s);
    measure_features_none(&f);
    spread_find(&s, p.mean, p.weight, &two_by_two, &f);
    const double both = lge_of_both(&p, 2, 3);
    const double lge[PASSES] = {lge_of_both(&p, 0, 0), lge_of_both(&p, 1, 1), both,
                                both};
    assert_near(f.value[MEASURE_LGE_SPREAD], sd_of(lge), 1e-3);
    /* the next stack is another */
    struct err err = {0};
    assert_ok(spread_begin(&s, NZ, &err), err);
    assert_int_equal(s.by_turns, 0);
    spread_clear(&s);
}

/* Passes that agree have no spread; probabilities of 0 and 1 no entropy. */
static void no_doubt_is_zero(void **state)
{
    (void)state;
    static struct passes p;
    struct spread s = {0};
    struct measure_features f;
    for (int k = 0; k < PASSES; k++)
        draw(p.prob[k], 5);
    gather(&p, &four, false, &s);
    spread_find(&s, p.mean, p.weight, &four, &f);
    assert_near(f.value[MEASURE_WALL_SPREAD], 0.0, 1e-3);
    assert_near(f.value[MEASURE_LGE_SPREAD], 0.0, 1e-4);
    assert_true(f.value[MEASURE_WALL_ENTROPY] > 0.1);
    spread_clear(&s);
    for (int i = 0; i < NZ * CLASSES * AREA; i++)
        p.prob[0][i] = (i / AREA) % CLASSES == 2 + i % 2 ? 1.0f : 0.0f;
    gather(&p, &one, false, &s);
    spread_find(&s, p.mean, p.weight, &one, &f);
    const enum measure_feature zero[] = {MEASURE_WALL_ENTROPY, MEASURE_WALL_SPREAD,
                                         MEASURE_SCAR_ENTROPY, MEASURE_SCAR_SPREAD,
                                         MEASURE_SCAR_GREY,    MEASURE_LGE_SPREAD};
    for (size_t i = 0; i < ARRAY_LEN(zero); i++)
        assert_near(f.value[zero[i]], 0.0, 0.0);
    assert_near(f.value[MEASURE_LGE_EXPECTED], 50.0, 1e-9);
    spread_clear(&s);
}

/* A network without a class for scar, and one that saw no heart. */
static void what_is_not_there_is_not_available(void **state)
{
    (void)state;
    struct err err = {0};
    struct unet_net_config c = config;
    static float mean[NZ * CLASSES * AREA];
    const double weight[NZ] = {1, 1, 1};
    struct spread s = {0};
    struct measure_features f;
    c.class_of[LABEL_SCAR] = c.class_of[LABEL_NO_REFLOW] = 2;
    spread_init(&s, &c);
    assert_ok(spread_begin(&s, NZ, &err), err);
    measure_features_none(&f);
    spread_find(&s, mean, weight, &one, &f); /* all zero */
    assert_true(isnan(f.value[MEASURE_WALL_ENTROPY]));
    for (int i = 0; i < NZ * CLASSES * AREA; i++)
        mean[i] = 0.2f;
    spread_find(&s, mean, weight, &one, &f);
    assert_true(isfinite(f.value[MEASURE_WALL_ENTROPY]));
    assert_true(isnan(f.value[MEASURE_SCAR_ENTROPY]));
    assert_true(isnan(f.value[MEASURE_LGE_EXPECTED]));
    spread_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_definitions),
        cmocka_unit_test(turns_are_one_view),
        cmocka_unit_test(no_doubt_is_zero),
        cmocka_unit_test(what_is_not_there_is_not_available),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
