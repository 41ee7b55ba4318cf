/* roc_curve: every point and the area against counting, with ties; the degenerate. */
#include "testing.h"

#include "base/rng.h"
#include "stat/auc.h"
#include "stat/roc_curve.h"

enum { N = 120 };

/* Scores of `levels` values: the fewer, the more ties. */
static void make(int levels, double score[N], bool positive[N])
{
    struct rng rng = rng_make(11, (uint64_t)levels, 0);

    for (int i = 0; i < N; i++) {
        positive[i] = rng_uniform(&rng) < 0.3;
        score[i] = floor(levels * (rng_uniform(&rng) + (positive[i] ? 0.4 : 0.0)));
    }
}

static void agrees_with_counting(void **state)
{
    (void)state;
    static const int LEVELS[] = {1, 2, 5, 30, 1000000};
    double score[N];
    bool positive[N];

    for (size_t l = 0; l < ARRAY_LEN(LEVELS); l++) {
        struct stat_roc_curve c;
        struct err err = {0};
        make(LEVELS[l], score, positive);
        assert_ok(stat_roc_curve(score, positive, N, &c, &err), err);
        assert_true(c.available);
        double area = 0.0, distinct = 0.0;
        for (int i = 0; i < N; i++) {
            int first = 1;
            for (int j = 0; j < N; j++) {
                first = first && (j >= i || score[j] != score[i]);
                if (positive[i] && !positive[j])
                    area += score[i] > score[j] ? 1.0 : score[i] < score[j] ? 0.0 : 0.5;
            }
            distinct += first;
        }
        assert_near((double)c.n, distinct + 1.0, 0.0);
        assert_near(c.area, area / (double)(c.positives * c.negatives), 1e-12);
        struct stat_auc auc;
        assert_ok(stat_auc(score, positive, N, &auc, &err), err);
        assert_near(c.area, auc.auc, 1e-12); /* the tables say what is drawn */
        for (size_t p = 0; p < c.n; p++) {
            double tp = 0.0, fp = 0.0;
            for (int i = 0; i < N; i++) {
                tp += positive[i] && score[i] >= c.point[p].threshold;
                fp += !positive[i] && score[i] >= c.point[p].threshold;
            }
            assert_near(c.point[p].sensitivity, tp / (double)c.positives, 1e-15);
            assert_near(c.point[p].false_alarms, fp / (double)c.negatives, 1e-15);
        }
        assert_near(c.point[c.n - 1].sensitivity, 1.0, 0.0);
        assert_near(c.point[c.n - 1].false_alarms, 1.0, 0.0);
        stat_roc_curve_clear(&c);
    }
}

/* Scores that rounding alone parts enter together; the lower is the threshold. */
static void rounding_is_no_step(void **state)
{
    (void)state;
    const double score[] = {0.3, 0.1 + 0.2};
    const bool positive[] = {false, true};
    struct stat_roc_curve c;
    struct err err = {0};
    assert_true(score[1] > score[0]);
    assert_ok(stat_roc_curve(score, positive, 2, &c, &err), err);
    assert_near((double)c.n, 2.0, 0.0);
    assert_near(c.area, 0.5, 1e-15);
    assert_near(c.point[1].threshold, score[0], 0.0);
    stat_roc_curve_clear(&c);
}

/* The score turned round: the area is what is left of 1; monotone maps change nothing.
 */
static void turns_with_the_score(void **state)
{
    (void)state;
    double score[N], other[N];
    bool positive[N];
    struct stat_roc_curve a, b;
    struct err err = {0};

    make(9, score, positive);
    assert_ok(stat_roc_curve(score, positive, N, &a, &err), err);
    for (int i = 0; i < N; i++)
        other[i] = -score[i];
    assert_ok(stat_roc_curve(other, positive, N, &b, &err), err);
    assert_near(a.area + b.area, 1.0, 1e-12);
    stat_roc_curve_clear(&b);
    for (int i = 0; i < N; i++)
        other[i] = exp(0.1 * score[i]);
    assert_ok(stat_roc_curve(other, positive, N, &b, &err), err);
    assert_near(a.area, b.area, 0.0);
    assert_int_equal(a.n, b.n);
    stat_roc_curve_clear(&a);
    stat_roc_curve_clear(&b);
}

static void one_class_has_no_curve(void **state)
{
    (void)state;
    const double score[] = {1.0, 2.0, 3.0};
    const bool all[] = {true, true, true};
    struct stat_roc_curve c;
    struct err err = {0};

    assert_ok(stat_roc_curve(score, all, 3, &c, &err), err);
    assert_false(c.available);
    assert_true(isnan(c.area));
    assert_int_equal(c.positives, 3);
    assert_null(c.point);
    assert_ok(stat_roc_curve(NULL, NULL, 0, &c, &err), err);
    assert_false(c.available);
}

static void refuses(void **state)
{
    (void)state;
    const double score[] = {1.0, NAN};
    const bool positive[] = {true, false};
    struct stat_roc_curve c = {.n = 99};
    struct err err = {0};

    assert_refused(stat_roc_curve(score, positive, 2, &c, &err), err, ERR_NUMERIC,
                   "value 2");
    assert_int_equal(c.n, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_counting),
        cmocka_unit_test(rounding_is_no_step),
        cmocka_unit_test(turns_with_the_score),
        cmocka_unit_test(one_class_has_no_curve),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
