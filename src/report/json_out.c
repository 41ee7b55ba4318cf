#include "report/json_out.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "report/utf8.h"

/* 15 digits are what any decimal number keeps on its way through a double. */
enum { MAX_DIGITS = 15 };

double report_rounded(double value, int digits)
{
    char text[40];

    if (!isfinite(value))
        return value;
    (void)snprintf(text, sizeof text, "%.*g", digits, value);
    const double rounded = strtod(text, NULL);
    return rounded == 0.0 ? 0.0 : rounded; /* not -0 */
}

json_t *report_json_number(double value, int digits)
{
    return isfinite(value) ? json_real(report_rounded(value, digits)) : json_null();
}

json_t *report_json_text(const char *text)
{
    if (text == NULL)
        return json_null();
    json_t *plain = json_string(text);
    if (plain != NULL)
        return plain;

    char *clean = report_utf8_clean(text);
    if (!clean)
        return NULL;
    plain = json_string(clean);
    mem_free(clean);
    return plain;
}

bool report_json_add(json_t *object, const char *key, json_t *take_value,
                     struct err *err)
{
    if (json_object_set_new(object, key, take_value) != 0)
        return ERR_FAIL(err, ERR_NOMEM, "JSON: no memory for \"%s\"", key);
    return true;
}

bool report_json_append(json_t *array, json_t *take_value, struct err *err)
{
    if (json_array_append_new(array, take_value) != 0)
        return ERR_FAIL(err, ERR_NOMEM, "JSON: no memory for an array");
    return true;
}

bool report_json_print(FILE *stream, const json_t *root, struct err *err)
{
    char *text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(MAX_DIGITS));

    if (text == NULL)
        return ERR_FAIL(err, ERR_NOMEM, "JSON: no memory for the text");
    errno = 0;
    const bool ok = fputs(text, stream) >= 0 && fputc('\n', stream) != EOF;
    free(text);
    if (!ok)
        return ERR_FAIL(err, ERR_IO, "cannot write: %s",
                        errno != 0 ? file_cause(errno) : "the stream is closed");
    return true;
}

bool report_json_write(const char *path, const json_t *root, struct err *err)
{
    struct file_writer writer = {0};
    bool ok = false;

    if (!file_writer_open(path, &writer, err))
        return false;
    if (!report_json_print(writer.stream, root, err)) {
        err_prefix(err, "%s", path);
        goto done;
    }
    ok = file_writer_commit(&writer, err);
done:
    file_writer_abort(&writer);
    return ok;
}
