#include "nn/ref/adamw.h"

#include <assert.h>
#include <math.h>

void nn_ref_adamw_step(const struct nn_ref_adamw *opt, int64_t t, const double *g,
                       struct nn_ref_adamw_state *state)
{
    assert(t >= 1);

    const double unbias1 = 1.0 / (1.0 - pow(opt->beta1, (double)t));
    const double unbias2 = 1.0 / (1.0 - pow(opt->beta2, (double)t));

    for (size_t i = 0; i < state->n; i++) {
        double *w = &state->w[i], *m = &state->m[i], *v = &state->v[i];
        *m = opt->beta1 * *m + (1.0 - opt->beta1) * g[i];
        *v = opt->beta2 * *v + (1.0 - opt->beta2) * g[i] * g[i];
        *w -= opt->lr *
              (*m * unbias1 / (sqrt(*v * unbias2) + opt->eps) + opt->decay * *w);
    }
}
