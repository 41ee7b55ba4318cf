#include "testing.h"

#include "base/mem.h"
#include "unet/calibration.h"

static struct measure_confidence some(bool look)
{
    struct measure_confidence c = {.patients = 87,
                                   .bound = 2.25,
                                   .large = {-0.125, 1.75},
                                   .doubt_limit = 0.2,
                                   .looks = look ? 3 : 0,
                                   .look_limit = look ? 0.25 : 0.0,
                                   .look_reject = look ? 0.75 : 0.0};
    for (int i = 0; i < MEASURE_SIGNS; i++) {
        c.error[i] = 0.1 + 0.01 * i;
        c.doubt[i] = i % 3 == 0 ? 0.0 : 1.0 / (i + 1); /* all digits count */
        c.usual[i] = -0.3 + i;
    }
    for (int i = 0; i < MEASURE_FENCES; i++)
        c.fence[i] = i == 2 ? CONFIDENCE_NO_FENCE : -1.5 * i;
    for (int i = 0; look && i <= MEASURE_CUES; i++) {
        for (int k = 0; k < c.looks; k++)
            c.look[k][i] = 0.7 * i - 2.0 * k;
        if (i < MEASURE_CUES)
            c.usual_cue[i] = 0.1 * i;
    }
    return c;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct err err = {0};
    for (int look = 0; look < 2; look++) {
        const struct measure_confidence c = some(look == 1);
        struct measure_confidence back = {0};
        char *text = calibration_to_json(&c, &err);
        assert_non_null(text);
        assert_ok(calibration_from_json(text, &back, &err), err);
        assert_int_equal(back.patients, c.patients);
        assert_int_equal(back.looks, c.looks);
        char *again = calibration_to_json(&back, &err);
        assert_string_equal(again, text);
        assert_near(back.bound, c.bound, 0);
        assert_near(back.large.offset, c.large.offset, 0);
        assert_near(back.large.slope, c.large.slope, 0);
        assert_near(back.doubt_limit, c.doubt_limit, 0);
        assert_near(back.look_limit, c.look_limit, 0);
        assert_near(back.look_reject, c.look_reject, 0);
        for (int i = 0; i < MEASURE_SIGNS; i++) {
            assert_near(back.error[i], c.error[i], 1e-15);
            assert_near(back.doubt[i], c.doubt[i], 1e-15);
            assert_near(back.usual[i], c.usual[i], 1e-15);
        }
        for (int i = 0; i < MEASURE_FENCES; i++)
            assert_near(back.fence[i], c.fence[i], 1e-15);
        for (int i = 0; i <= MEASURE_CUES; i++)
            for (int k = 0; k < c.looks; k++)
                assert_near(back.look[k][i], c.look[k][i], 1e-15);
        mem_free(again);
        mem_free(text);
    }
}

/* The text with its first `from` replaced; owned by the caller. */
static char *with(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    const size_t size = strlen(text) + strlen(to) + 1;
    char *out = mem_alloc(size, 1, NULL);
    assert_non_null(out);
    (void)snprintf(out, size, "%.*s%s%s", (int)(at - text), text, to,
                   at + strlen(from));
    return out;
}

static void what_is_wrong_is_refused(void **state)
{
    (void)state;
    struct err err = {0};
    const struct measure_confidence c = some(true);
    struct measure_confidence out = {.patients = -7};
    char *text = calibration_to_json(&c, &err);
    const struct {
        const char *from, *to, *why;
        enum err_code code;
    } row[] = {
        {"{", "", "calibration:", ERR_FORMAT},
        {"\"format\":1", "\"format\":2", "format 2", ERR_SUPPORT},
        {"\"format\":1", "\"format\":\"1\"", "format is missing", ERR_FORMAT},
        {"\"patients\":87", "\"patients\":0", "patients", ERR_FORMAT},
        {"\"patients\":87", "\"patients\":1e11", "patients", ERR_FORMAT},
        {"\"bound\":2.25", "\"bound\":-2.25", "bound", ERR_FORMAT},
        {"\"bound\":2.25", "\"bound\":2.25e20", "bound", ERR_FORMAT},
        {"\"bound\":2.25", "\"bound\":null", "bound", ERR_FORMAT},
        {"\"slope\":1.75", "\"slope\":-1.75", "slope", ERR_FORMAT},
        {"\"always\":0.1", "\"always\":0", "always", ERR_FORMAT},
        {"\"always\":0.1", "\"always\":-1", "error: calibration: always", ERR_FORMAT},
        {"\"scar_grey\"", "\"scar_gray\"", "scar_grey", ERR_FORMAT},
        {"\"usual\":{\"texture\"", "\"usual\":{\"structure\"", "look.usual",
         ERR_FORMAT},
        {"\"kinds\":[", "\"kinds\":[],\"k\":[", "look.kinds", ERR_FORMAT},
        {"\"kinds\":[", "\"kinds\":[1,", "look.kinds", ERR_FORMAT},
        {"\"kinds\":[", "\"kinds\":[{},{},{},{},{},{},", "look.kinds", ERR_FORMAT},
        {"\"fences\"", "\"fense\"", "wall_entropy", ERR_FORMAT},
        {"\"bound\":2.25", "\"bound\":2.25,\"bound\":1", "duplicate", ERR_FORMAT},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        char *bad = with(text, row[i].from, row[i].to);
        assert_refused(calibration_from_json(bad, &out, &err), err, row[i].code,
                       row[i].why);
        mem_free(bad);
    }
    char *huge = mem_alloc(CALIBRATION_MOST_BYTES + 2, 1, &err);
    memset(huge, ' ', CALIBRATION_MOST_BYTES + 1);
    assert_refused(calibration_from_json(huge, &out, &err), err, ERR_FORMAT, "longer");
    assert_int_equal(out.patients, -7);
    mem_free(huge);
    mem_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_is_wrong_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
