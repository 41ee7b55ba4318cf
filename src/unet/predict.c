#include "unet/predict.h"

#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "geom/components.h"
#include "unet/checkpoint.h"
#include "unet/infer.h"
#include "unet/locate.h"
#include "unet/network.h"

enum { MIN_MATRIX = 16, MAX_MATRIX = 2048, MAX_SLICES = 512 };
/* Training shifts patches by 6 mm (standard deviation): beyond this they are unusual. */
static const double OFF_CENTRE_MM = 15.0;
static const double MIN_PIXEL_MM = 0.2, MAX_PIXEL_MM = 6.0;

struct predictor {
    const struct model *model;
    struct nn_engine *engine;
    struct nn_net *locate_net, *segment_net;
    struct infer *locate, *segment;
    int poses;
};

static bool load_net(struct predictor *p, const struct unet_net_config *config,
                     const char *prefix, struct nn_net **net, struct infer **infer,
                     struct err *err)
{
    return unet_network_new(p->engine, config, false, net, err) &&
           checkpoint_get(*net, NN_WEIGHT, prefix, p->model->weights, err) &&
           nn_net_refresh(*net, err) && infer_new(*net, config, infer, err);
}

bool predictor_new(const struct model *model, const struct predict_options *options,
                   struct predictor **out, struct err *err)
{
    struct predictor *p = mem_alloc(1, sizeof *p, err);
    if (!p)
        return false;
    p->model = model;
    p->poses = options->tta > 0 ? options->tta : model->config.poses;
    if (p->poses != 1 && p->poses != 2 && p->poses != 4 && p->poses != 8) {
        err_record(err, ERR_ARG, "%d poses are not 1, 2, 4 or 8", p->poses);
        goto fail;
    }
    if (!nn_engine_new(options->threads, options->precision, &p->engine, err))
        goto fail;
    if (!load_net(p, &model->config.locate, "locate.", &p->locate_net, &p->locate,
                  err) ||
        !load_net(p, &model->config.segment, "segment.", &p->segment_net, &p->segment,
                  err)) {
        err_prefix(err, "%s", model->path);
        goto fail;
    }
    *out = p;
    return true;
fail:
    predictor_free(p);
    return false;
}

void predictor_free(struct predictor *p)
{
    if (!p)
        return;
    infer_free(p->locate);
    infer_free(p->segment);
    nn_net_free(p->locate_net);
    nn_net_free(p->segment_net);
    nn_engine_free(p->engine);
    mem_free(p);
}

const char *predictor_precision(const struct predictor *p)
{
    return nn_precision_name(nn_engine_precision(p->engine));
}

bool predictor_accepts(const struct image *image, struct err *err)
{
    const struct grid *g = &image->grid;
    for (int a = 0; a < 2; a++) {
        const double edge = grid_edge_mm(g, a);
        if (g->dim[a] < MIN_MATRIX || g->dim[a] > MAX_MATRIX)
            return ERR_FAIL(err, ERR_SUPPORT, "a matrix of %d x %d, outside %d..%d",
                            g->dim[0], g->dim[1], (int)MIN_MATRIX, (int)MAX_MATRIX);
        if (edge < MIN_PIXEL_MM || edge > MAX_PIXEL_MM)
            return ERR_FAIL(err, ERR_SUPPORT, "a pixel of %.3g mm, outside %g..%g mm",
                            edge, MIN_PIXEL_MM, MAX_PIXEL_MM);
    }
    if (g->dim[2] > MAX_SLICES)
        return ERR_FAIL(err, ERR_SUPPORT, "%d slices, more than %d", g->dim[2],
                        (int)MAX_SLICES);
    const size_t n = grid_voxels(g);
    for (size_t i = 1; i < n; i++)
        if (image->vox[i] != image->vox[0])
            return true;
    return ERR_FAIL(err, ERR_NUMERIC, "all voxels have the same value");
}

/* The left ventricle is one piece: keep the largest, with diagonal neighbours. */
static bool keep_one_heart(struct labels *labels, struct err *err)
{
    return geom_keep_largest(labels, LABELS_LV, GEOM_TOUCH_18, LABEL_BACKGROUND, err);
}

/* Fine pass round a centre, to labels on the native grid. */
static bool segment(struct predictor *p, const struct stack *fine,
                    const double centre_mm[static 2], struct labels *labels,
                    struct predict_info *told, struct err *err)
{
    const float *prob = NULL;
    int32_t passes = 0;
    const double start = clock_seconds();
    if (!infer_stack(p->segment, fine, centre_mm, p->poses, &prob, &passes, err))
        return false;
    const double inferred = clock_seconds();
    infer_to_labels(p->segment, prob, centre_mm, labels);
    if (!keep_one_heart(labels, err))
        return false;
    told->substacks += passes;
    told->network_s += inferred - start;
    told->merge_s += clock_seconds() - inferred;
    return true;
}

/* Segment, and once more if the heart turns out to lie off the patch's centre. */
static bool segment_centred(struct predictor *p, const struct stack *fine,
                            double centre_mm[static 2], struct labels *labels,
                            struct predict_info *told, struct err *err)
{
    double seen_mm[2];
    if (!segment(p, fine, centre_mm, labels, told, err))
        return false;
    if (!locate_in_labels(labels, seen_mm) ||
        hypot(seen_mm[0] - centre_mm[0], seen_mm[1] - centre_mm[1]) <= OFF_CENTRE_MM)
        return true;
    centre_mm[0] = seen_mm[0];
    centre_mm[1] = seen_mm[1];
    return segment(p, fine, centre_mm, labels, told, err);
}

bool predictor_run(struct predictor *p, const struct image *image, struct labels *out,
                   struct predict_info *info, struct err *err)
{
    struct stack fine = {0}, coarse = {0};
    struct labels labels = {0};
    struct predict_info told = {0};
    double centre_mm[2];
    bool ok = false;
    const double start = clock_seconds();
    if (!predictor_accepts(image, err) ||
        !stack_prepare(image, p->model->config.locate.pixel_mm, &coarse, err) ||
        !stack_prepare(image, p->model->config.segment.pixel_mm, &fine, err) ||
        !labels_alloc(&image->grid, &labels, err))
        goto done;
    const double prepared = clock_seconds();
    if (!infer_locate(p->locate, &coarse, grid_edge_mm(&image->grid, 2), centre_mm,
                      &told.heart_found, err))
        goto done;
    told.prepare_s = prepared - start;
    told.network_s = clock_seconds() - prepared;
    if (!segment_centred(p, &fine, centre_mm, &labels, &told, err))
        goto done;
    for (int a = 0; a < 2; a++)
        told.centre_vox[a] = centre_mm[a] / grid_edge_mm(&image->grid, a);
    if (info)
        *info = told;
    *out = labels;
    labels = (struct labels){0}; /* moved */
    ok = true;
done:
    stack_clear(&fine);
    stack_clear(&coarse);
    labels_clear(&labels);
    return ok;
}
