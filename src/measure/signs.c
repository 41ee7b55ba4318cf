#include "measure/signs.h"

#include <math.h>

static const char *const SIGN[MEASURE_SIGNS] = {
    [SIGN_ALWAYS] = "always",           [SIGN_WALL_ENTROPY] = "wall_entropy",
    [SIGN_WALL_SPREAD] = "wall_spread", [SIGN_SCAR_ENTROPY] = "scar_entropy",
    [SIGN_SCAR_SPREAD] = "scar_spread", [SIGN_SCAR_GREY] = "scar_grey",
    [SIGN_LGE_SPREAD] = "lge_spread",   [SIGN_LGE_SHIFT] = "lge_shift",
    [SIGN_SCAR_VAGUE] = "scar_vague",   [SIGN_OPEN_WALL] = "open_wall",
    [SIGN_AXIS_BEND] = "axis_bend_mm",  [SIGN_AREA_JUMP] = "area_jump",
    [SIGN_ELONGATION] = "elongation",
};

static const char *const CUE[MEASURE_CUES] = {
    [CUE_TEXTURE] = "texture",           [CUE_WALL_RANK] = "wall_rank",
    [CUE_BLOOD_RANK] = "blood_rank",     [CUE_NULLING] = "nulling",
    [CUE_CONTRAST] = "contrast",         [CUE_BLOOD_SPREAD] = "blood_spread",
    [CUE_WALL_ENTROPY] = "wall_entropy", [CUE_WALL_SPREAD] = "wall_spread",
    [CUE_ELONGATION] = "elongation",
};

static const char *const FENCE[MEASURE_FENCES] = {
    [FENCE_WALL_ENTROPY] = "wall_entropy", [FENCE_WALL_SPREAD] = "wall_spread",
    [FENCE_ELONGATION] = "elongation",     [FENCE_AXIS_BEND] = "axis_bend_mm",
    [FENCE_AREA_JUMP] = "area_jump",
};

const char *measure_signs_name(enum measure_sign sign)
{
    return SIGN[sign];
}

const char *measure_signs_cue_name(enum measure_cue cue)
{
    return CUE[cue];
}

const char *measure_signs_fence_name(enum measure_fence fence)
{
    return FENCE[fence];
}

void measure_signs_find(const struct measure_features *f, double percent_lge,
                        double sign[AT_LEAST(MEASURE_SIGNS)])
{
    const double *v = f->value;

    sign[SIGN_ALWAYS] = 1.0;
    sign[SIGN_WALL_ENTROPY] = v[MEASURE_WALL_ENTROPY];
    sign[SIGN_WALL_SPREAD] = v[MEASURE_WALL_SPREAD];
    sign[SIGN_SCAR_ENTROPY] = v[MEASURE_SCAR_ENTROPY];
    sign[SIGN_SCAR_SPREAD] = v[MEASURE_SCAR_SPREAD];
    sign[SIGN_SCAR_GREY] = v[MEASURE_SCAR_GREY];
    sign[SIGN_LGE_SPREAD] = v[MEASURE_LGE_SPREAD];
    sign[SIGN_LGE_SHIFT] = fabs(v[MEASURE_LGE_EXPECTED] - percent_lge);
    sign[SIGN_SCAR_VAGUE] =
        v[MEASURE_SCAR_GREY] / (v[MEASURE_SCAR_GREY] + v[MEASURE_LGE_EXPECTED] + 1.0);
    sign[SIGN_OPEN_WALL] = v[MEASURE_OPEN_WALL];
    sign[SIGN_AXIS_BEND] = v[MEASURE_AXIS_BEND_MM];
    sign[SIGN_AREA_JUMP] = v[MEASURE_AREA_JUMP];
    sign[SIGN_ELONGATION] = v[MEASURE_ELONGATION] - 1.0;
}

/* Logarithm of a value brought into a range; NaN stays. */
static double log_within(double v, double least, double most)
{
    return isfinite(v) ? log(fmin(fmax(v, least), most)) : (double)NAN;
}

void measure_signs_cues(const struct measure_features *f,
                        double cue[AT_LEAST(MEASURE_CUES)])
{
    const double *v = f->value;
    const double nulling = v[MEASURE_NULLING];

    cue[CUE_TEXTURE] = log_within(v[MEASURE_TEXTURE], 1e-3, 1e3);
    cue[CUE_WALL_RANK] = v[MEASURE_WALL_RANK];
    cue[CUE_BLOOD_RANK] = v[MEASURE_BLOOD_RANK];
    cue[CUE_NULLING] = isfinite(nulling) ? fmin(fmax(nulling, -1.0), 2.0) : (double)NAN;
    cue[CUE_CONTRAST] = log_within(v[MEASURE_CONTRAST], 0.05, 1e3);
    cue[CUE_BLOOD_SPREAD] = log_within(v[MEASURE_BLOOD_SPREAD], 1e-3, 10.0);
    cue[CUE_WALL_ENTROPY] = log_within(v[MEASURE_WALL_ENTROPY], 1e-3, 1e3);
    cue[CUE_WALL_SPREAD] = log_within(v[MEASURE_WALL_SPREAD], 1e-3, 1e3);
    cue[CUE_ELONGATION] = log_within(v[MEASURE_ELONGATION], 1.0, 1e3);
}

double measure_signs_fenced(const struct measure_features *f, enum measure_fence fence)
{
    static const struct {
        enum measure_feature feature;
        bool logarithm;
    } of[MEASURE_FENCES] = {
        [FENCE_WALL_ENTROPY] = {MEASURE_WALL_ENTROPY, true},
        [FENCE_WALL_SPREAD] = {MEASURE_WALL_SPREAD, true},
        [FENCE_ELONGATION] = {MEASURE_ELONGATION, false},
        [FENCE_AXIS_BEND] = {MEASURE_AXIS_BEND_MM, false},
        [FENCE_AREA_JUMP] = {MEASURE_AREA_JUMP, false},
    };
    const double v = f->value[of[fence].feature];

    /* one pass has no spread: 0.001 stands for none */
    return of[fence].logarithm ? log_within(v, 1e-3, 1e3) : v;
}
