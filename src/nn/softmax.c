#include "nn/softmax.h"

#include <string.h>

#include "base/attr.h"

/* A number of each voxel.  The compiler makes of these what the CPU has. */
typedef float floats __attribute__((vector_size(4 * NN_SOFTMAX_VOXELS)));
typedef int32_t ints __attribute__((vector_size(4 * NN_SOFTMAX_VOXELS)));
typedef uint32_t bits __attribute__((vector_size(4 * NN_SOFTMAX_VOXELS)));

/* ln 2 in two parts; the first times a whole number to 126 is exact. */
#define LN2_HIGH 0x1.63p-1f
#define LN2_LOW (-0x1.bd0106p-13f)
#define LOG2_E 0x1.715476p+0f
/* Added and subtracted, it leaves a whole number, which its last bits are. */
#define TO_WHOLE 0x1.8p+23f
/* Below, a result would not be normal. */
#define LEAST (-87.33f)

#define PICK(where, yes, no)                                                           \
    ((floats)(((ints)(yes) & (where)) | ((ints)(no) & ~(where))))

/* exp(x), x <= 0: 2 to a whole power, and the series for the rest, at most ln 2 / 2
 * away from 0: nine digits. */
static inline __attribute__((always_inline)) void exp_of(floats *of)
{
    const floats x = *of;
    const floats sum = x * LOG2_E + TO_WHOLE;
    const floats whole = sum - TO_WHOLE;
    const floats r = (x - whole * LN2_HIGH) - whole * LN2_LOW;
    floats y = r * (1.0f / 5040.0f) + (1.0f / 720.0f);
    y = y * r + (1.0f / 120.0f);
    y = y * r + (1.0f / 24.0f);
    y = y * r + (1.0f / 6.0f);
    y = y * r + 0.5f;
    y = y * r + 1.0f;
    y = y * r + 1.0f;
    /* the last bits of the sum, moved to where the exponent is */
    const bits power = ((bits)sum + 127u) << 23;
    *of = PICK(x < LEAST, (floats){0}, y * (floats)power);
}

ATTR_CLONES
void nn_softmax(const float *logits, int block, int classes, int voxels,
                float p[static NN_MAX_CLASSES][NN_SOFTMAX_VOXELS])
{
    floats z[NN_MAX_CLASSES] = {0};
    for (int v = 0; v < voxels; v++)
        for (int k = 0; k < classes; k++)
            z[k][v] = logits[v * block + k];
    floats top = z[0], sum = {0};
    for (int k = 1; k < classes; k++)
        top = PICK(z[k] > top, z[k], top);
    for (int k = 0; k < classes; k++) {
        z[k] -= top;
        exp_of(&z[k]);
        sum += z[k];
    }
    for (int k = 0; k < classes; k++) {
        z[k] /= sum;
        memcpy(p[k], &z[k], sizeof z[k]);
    }
}

void nn_softmax_plain(const float *logits, int block, struct tensor_shape shape,
                      float *probabilities)
{
    const int64_t voxels = (int64_t)tensor_voxels(shape);
#pragma omp parallel for schedule(static)
    for (int64_t v = 0; v < voxels; v += NN_SOFTMAX_VOXELS) {
        const int64_t left = voxels - v;
        const int n = left < NN_SOFTMAX_VOXELS ? (int)left : NN_SOFTMAX_VOXELS;
        float p[NN_MAX_CLASSES][NN_SOFTMAX_VOXELS];
        nn_softmax(logits + v * block, block, shape.c, n, p);
        for (int k = 0; k < shape.c; k++)
            memcpy(probabilities + k * voxels + v, p[k], (size_t)n * sizeof p[k][0]);
    }
}
