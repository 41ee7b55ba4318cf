#include "nn/ref/conv3d.h"

#include <assert.h>

/* The arrays of the pass being run; those it does not use are NULL. */
struct arrays {
    const double *x, *w, *dy;
    double *y, *dx, *dw;
};

/* What a pass does with x[i], w[j], y[k] that meet in one product. */
typedef void meet_fn(const struct arrays *a, size_t i, size_t j, size_t k);

static void meet_forward(const struct arrays *a, size_t i, size_t j, size_t k)
{
    a->y[k] += a->x[i] * a->w[j];
}

static void meet_data(const struct arrays *a, size_t i, size_t j, size_t k)
{
    a->dx[i] += a->dy[k] * a->w[j];
}

static void meet_weights(const struct arrays *a, size_t i, size_t j, size_t k)
{
    a->dw[j] += a->x[i] * a->dy[k];
}

/* Positions p of y for which p + shift lies on the grid too. */
struct span {
    int32_t begin, end;
};

static struct span overlap(int32_t n, int32_t shift)
{
    return (struct span){.begin = shift < 0 ? -shift : 0,
                         .end = shift > 0 ? n - shift : n};
}

/* One tap of one kernel: every voxel of y whose x under this tap is on the grid. */
static inline void visit_tap(const struct nn_ref_conv3d *s, const int32_t channel[2],
                             const int32_t shift[3], size_t j, meet_fn *meet,
                             const struct arrays *a)
{
    const struct tensor_shape g = s->x;
    const struct span dd = overlap(g.d, shift[0]);
    const struct span hh = overlap(g.h, shift[1]);
    const struct span ww = overlap(g.w, shift[2]);

    for (int32_t d = dd.begin; d < dd.end; d++)
        for (int32_t h = hh.begin; h < hh.end; h++)
            for (int32_t w = ww.begin; w < ww.end; w++)
                meet(a,
                     tensor_index(g, channel[1], d + shift[0], h + shift[1],
                                  w + shift[2]),
                     j, tensor_index(g, channel[0], d, h, w));
}

/* Every triple (x, w, y) that meets in a product, once. */
static inline void visit(const struct nn_ref_conv3d *s, meet_fn *meet,
                         const struct arrays *a)
{
    assert(s->kd % 2 == 1 && s->kh % 2 == 1 && s->kw % 2 == 1);

    size_t j = 0; /* runs through w in its own order */
    for (int32_t co = 0; co < s->co; co++)
        for (int32_t ci = 0; ci < s->x.c; ci++)
            for (int32_t kd = 0; kd < s->kd; kd++)
                for (int32_t kh = 0; kh < s->kh; kh++)
                    for (int32_t kw = 0; kw < s->kw; kw++) {
                        const int32_t channel[2] = {co, ci};
                        const int32_t shift[3] = {kd - s->kd / 2, kh - s->kh / 2,
                                                  kw - s->kw / 2};
                        visit_tap(s, channel, shift, j++, meet, a);
                    }
}

size_t nn_ref_conv3d_weights(const struct nn_ref_conv3d *s)
{
    return (size_t)s->co * (size_t)s->x.c * (size_t)s->kd * (size_t)s->kh *
           (size_t)s->kw;
}

void nn_ref_conv3d_forward(const struct nn_ref_conv3d *s, const double *x,
                           const double *w, const double *b, double *y)
{
    const size_t voxels = tensor_voxels(s->x);
    for (int32_t co = 0; co < s->co; co++)
        for (size_t i = 0; i < voxels; i++)
            y[(size_t)co * voxels + i] = b ? b[co] : 0.0;
    visit(s, meet_forward, &(struct arrays){.x = x, .w = w, .y = y});
}

void nn_ref_conv3d_backward_data(const struct nn_ref_conv3d *s, const double *dy,
                                 const double *w, double *dx)
{
    visit(s, meet_data, &(struct arrays){.w = w, .dy = dy, .dx = dx});
}

void nn_ref_conv3d_backward_weights(const struct nn_ref_conv3d *s, const double *x,
                                    const double *dy, double *dw, double *db)
{
    visit(s, meet_weights, &(struct arrays){.x = x, .dy = dy, .dw = dw});
    if (!db)
        return;
    const size_t voxels = tensor_voxels(s->x);
    for (int32_t co = 0; co < s->co; co++)
        for (size_t i = 0; i < voxels; i++)
            db[co] += dy[(size_t)co * voxels + i];
}
