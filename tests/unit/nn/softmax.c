/* softmax: exact in every voxel, whatever its neighbours are. */
#include "testing.h"

#include "base/rng.h"
#include "nn/softmax.h"

/* Rows are no multiple of what is computed at a time. */
enum { W = 37, ROWS = 2, ALL = W * ROWS, BLOCK = 16, K = 5 };

static const struct tensor_shape two = {2, 1, ROWS, W};

static void it_is_plain_and_sums_to_one(void **state)
{
    (void)state;
    static const int blocks[] = {8, BLOCK};
    for (size_t b = 0; b < ARRAY_LEN(blocks); b++) {
        const int block = blocks[b];
        struct rng r = rng_make(1, 2, 3);
        float z[ALL * BLOCK], p[K * ALL];
        for (int i = 0; i < ALL * block; i++) /* of the lanes beyond K nothing counts */
            z[i] = i % block < K ? (float)rng_range(&r, -20.0, 20.0) : NAN;
        nn_softmax_plain(z, block, (struct tensor_shape){K, ROWS, 1, W}, p);
        for (int v = 0; v < ALL; v++) {
            double sum = 0.0, total = 0.0;
            for (int k = 0; k < K; k++)
                sum += exp((double)z[v * block + k]);
            for (int k = 0; k < K; k++) {
                const double want = exp((double)z[v * block + k]) / sum;
                assert_near((double)p[k * ALL + v], want, 1e-6);
                total += (double)p[k * ALL + v];
            }
            assert_near(total, 1.0, 1e-6);
        }
    }
}

/* Two classes, ever farther apart: small probabilities are as exact as large ones, and
 * a logit that is no number spoils its own voxel alone. */
static void it_is_exact_in_every_voxel(void **state)
{
    (void)state;
    enum { WRONG = 18, ENDLESS = 40 };
    float z[ALL * BLOCK] = {0}, p[2 * ALL];
    for (int i = 0; i < ALL; i++) {
        z[i * BLOCK] = 3.0f + 1.17f * (float)i;
        z[i * BLOCK + 1] = 3.0f;
    }
    z[WRONG * BLOCK + 1] = NAN;
    z[ENDLESS * BLOCK] = INFINITY;
    nn_softmax_plain(z, BLOCK, two, p);
    for (int i = 0; i < ALL; i++) {
        const double apart = (double)z[i * BLOCK] - 3.0, small = exp(-apart);
        if (i == WRONG || i == ENDLESS) {
            assert_true(isnan(p[i]) && isnan(p[ALL + i]));
            continue;
        }
        assert_near((double)p[i] * (1.0 + small), 1.0, 3e-7);
        assert_near((double)p[ALL + i] / small * (1.0 + small), 1.0, 5e-7);
    }
}

/* From 0 to where it becomes 0, in small steps. */
static void every_difference_is_right(void **state)
{
    (void)state;
    enum { STEPS = 1 << 16 };
    for (int first = 0; first < STEPS; first += NN_SOFTMAX_VOXELS) {
        float z[2 * NN_SOFTMAX_VOXELS], p[NN_MAX_CLASSES][NN_SOFTMAX_VOXELS];
        for (int v = 0; v < NN_SOFTMAX_VOXELS; v++) {
            z[2 * v] = 1.0f;
            z[2 * v + 1] = 1.0f - (float)(first + v) * (100.0f / STEPS);
        }
        nn_softmax(z, 2, 2, NN_SOFTMAX_VOXELS, p);
        for (int v = 0; v < NN_SOFTMAX_VOXELS; v++) {
            const double x = (double)z[2 * v + 1] - 1.0, want = exp(x) / (1.0 + exp(x));
            if (x < -87.34)
                assert_true(p[1][v] == 0.0f && p[0][v] == 1.0f);
            else if (x > -87.32)
                assert_near((double)p[1][v] / want, 1.0, 5e-7);
        }
    }
}

/* However many voxels are asked for at once. */
static void each_voxel_stands_alone(void **state)
{
    (void)state;
    struct rng r = rng_make(4, 5, 6);
    float z[NN_SOFTMAX_VOXELS * K], all[NN_MAX_CLASSES][NN_SOFTMAX_VOXELS];
    for (size_t i = 0; i < ARRAY_LEN(z); i++)
        z[i] = (float)rng_range(&r, -9.0, 9.0);
    nn_softmax(z, K, K, NN_SOFTMAX_VOXELS, all);
    for (int n = 1; n < NN_SOFTMAX_VOXELS; n++) {
        float p[NN_MAX_CLASSES][NN_SOFTMAX_VOXELS];
        nn_softmax(z, K, K, n, p);
        for (int k = 0; k < K; k++)
            assert_memory_equal(p[k], all[k], (size_t)n * sizeof p[k][0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_plain_and_sums_to_one),
        cmocka_unit_test(it_is_exact_in_every_voxel),
        cmocka_unit_test(every_difference_is_right),
        cmocka_unit_test(each_voxel_stands_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
