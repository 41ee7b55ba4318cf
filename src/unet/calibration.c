#include "unet/calibration.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FORMAT = 1, MOST_PATIENTS = 10000000 };
static const double MOST = 1e12;

/* ---- to JSON ---- */

/* NULL, or a value that could not be made, makes the whole NULL at the end. */
static void put(json_t *o, const char *key, json_t *value, bool *ok)
{
    *ok = json_object_set_new(o, key, value) == 0 && *ok;
}

static json_t *signs(const double value[static MEASURE_SIGNS], bool *ok)
{
    json_t *o = json_object();

    for (int i = 0; i < MEASURE_SIGNS; i++)
        put(o, measure_signs_name((enum measure_sign)i), json_real(value[i]), ok);
    return o;
}

static json_t *cues(const double value[static MEASURE_CUES], bool *ok)
{
    json_t *o = json_object();

    for (int i = 0; i < MEASURE_CUES; i++)
        put(o, measure_signs_cue_name((enum measure_cue)i), json_real(value[i]), ok);
    return o;
}

static json_t *fences(const double value[static MEASURE_FENCES], bool *ok)
{
    json_t *o = json_object();

    for (int i = 0; i < MEASURE_FENCES; i++)
        put(o, measure_signs_fence_name((enum measure_fence)i), json_real(value[i]),
            ok);
    return o;
}

static json_t *look(const struct measure_confidence *c, bool *ok)
{
    if (c->looks == 0)
        return json_null();
    json_t *o = json_object(), *kinds = json_array();
    put(o, "usual", cues(c->usual_cue, ok), ok);
    put(o, "limit", json_real(c->look_limit), ok);
    put(o, "reject", json_real(c->look_reject), ok);
    for (int k = 0; k < c->looks; k++) {
        json_t *kind = cues(c->look[k], ok);
        put(kind, "offset", json_real(c->look[k][MEASURE_CUES]), ok);
        *ok = json_array_append_new(kinds, kind) == 0 && *ok;
    }
    put(o, "kinds", kinds, ok);
    return o;
}

char *calibration_to_json(const struct measure_confidence *c, struct err *err)
{
    json_t *root = json_object(), *large = json_object();
    bool ok = true;

    put(large, "offset", json_real(c->large.offset), &ok);
    put(large, "slope", json_real(c->large.slope), &ok);
    put(root, "format", json_integer(FORMAT), &ok);
    put(root, "patients", json_integer(c->patients), &ok);
    put(root, "error", signs(c->error, &ok), &ok);
    put(root, "bound", json_real(c->bound), &ok);
    put(root, "large", large, &ok);
    put(root, "doubt", signs(c->doubt, &ok), &ok);
    put(root, "doubt_limit", json_real(c->doubt_limit), &ok);
    put(root, "usual", signs(c->usual, &ok), &ok);
    put(root, "fences", fences(c->fence, &ok), &ok);
    put(root, "look", look(c, &ok), &ok);
    char *dump = ok ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    char *text = dump ? mem_strdup(dump, err) : NULL;
    if (!dump)
        err_record(err, ERR_NOMEM, "out of memory for a calibration");
    free(dump);
    json_decref(root);
    return text;
}

/* ---- from JSON ---- */

static bool take(json_t *o, const char *key, double least, double *out, struct err *err)
{
    json_t *v = json_object_get(o, key);
    const double x = json_number_value(v);

    if (!json_is_number(v) || !(x >= least && x <= MOST))
        return ERR_FAIL(err, ERR_FORMAT, "calibration: %s is missing or out of range",
                        key);
    *out = x;
    return true;
}

static bool take_signs(json_t *root, const char *key, double least, double *out,
                       struct err *err)
{
    json_t *o = json_object_get(root, key);

    for (int i = 0; i < MEASURE_SIGNS; i++)
        if (!take(o, measure_signs_name((enum measure_sign)i), least, &out[i], err)) {
            err_prefix(err, "%s", key);
            return false;
        }
    return true;
}

static bool take_cues(json_t *o, const char *what, double *out, struct err *err)
{
    for (int i = 0; i < MEASURE_CUES; i++)
        if (!take(o, measure_signs_cue_name((enum measure_cue)i), -MOST, &out[i],
                  err)) {
            err_prefix(err, "look.%s", what);
            return false;
        }
    return true;
}

static bool take_look(json_t *root, struct measure_confidence *c, struct err *err)
{
    json_t *o = json_object_get(root, "look"), *kinds = json_object_get(o, "kinds");
    const size_t n = json_array_size(kinds);

    if (json_is_null(o))
        return true;
    if (n < 1 || n > MEASURE_LOOKS)
        return ERR_FAIL(err, ERR_FORMAT, "calibration: look.kinds: 1 to %d are needed",
                        (int)MEASURE_LOOKS);
    if (!take_cues(json_object_get(o, "usual"), "usual", c->usual_cue, err) ||
        !take(o, "limit", 0.0, &c->look_limit, err) ||
        !take(o, "reject", 0.0, &c->look_reject, err))
        return false;
    for (size_t k = 0; k < n; k++) {
        json_t *kind = json_array_get(kinds, k);
        if (!take_cues(kind, "kinds", c->look[k], err) ||
            !take(kind, "offset", -MOST, &c->look[k][MEASURE_CUES], err))
            return false;
    }
    c->looks = (int)n;
    return true;
}

static bool take_all(json_t *root, struct measure_confidence *c, struct err *err)
{
    json_t *format = json_object_get(root, "format");
    json_t *large = json_object_get(root, "large");
    json_t *limits = json_object_get(root, "fences");
    double patients = 0.0;

    if (!json_is_integer(format))
        return ERR_FAIL(err, ERR_FORMAT, "calibration: format is missing");
    if (json_integer_value(format) != FORMAT)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "its calibration has format %lld, this program reads %d",
                        (long long)json_integer_value(format), (int)FORMAT);
    if (!take(root, "patients", 1.0, &patients, err) ||
        !take_signs(root, "error", 0.0, c->error, err) ||
        !take(root, "bound", 0.0, &c->bound, err) ||
        !take(large, "offset", -MOST, &c->large.offset, err) ||
        !take(large, "slope", 0.0, &c->large.slope, err) ||
        !take_signs(root, "doubt", 0.0, c->doubt, err) ||
        !take(root, "doubt_limit", 0.0, &c->doubt_limit, err) ||
        !take_signs(root, "usual", -MOST, c->usual, err) || !take_look(root, c, err))
        return false;
    for (int i = 0; i < MEASURE_FENCES; i++)
        if (!take(limits, measure_signs_fence_name((enum measure_fence)i), -MOST,
                  &c->fence[i], err))
            return false;
    if (!(c->error[SIGN_ALWAYS] > 0.0))
        return ERR_FAIL(err, ERR_FORMAT, "calibration: error.always is not above 0");
    if (patients > (double)MOST_PATIENTS)
        return ERR_FAIL(err, ERR_FORMAT, "calibration: patients is out of range");
    c->patients = (int)patients;
    return true;
}

bool calibration_from_json(const char *text, struct measure_confidence *out,
                           struct err *err)
{
    struct measure_confidence c = {0};
    json_error_t why;

    if (strlen(text) > CALIBRATION_MOST_BYTES)
        return ERR_FAIL(err, ERR_FORMAT, "calibration: longer than %d bytes",
                        (int)CALIBRATION_MOST_BYTES);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        return ERR_FAIL(err, ERR_FORMAT, "calibration: %s", why.text);
    const bool ok = take_all(root, &c, err);
    json_decref(root);
    if (ok)
        *out = c;
    return ok;
}
