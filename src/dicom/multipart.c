#include "dicom/multipart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- headers ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* RFC 2046: digits, letters and these; a blank must not come last. */
static bool is_boundary(const char *text, size_t n)
{
    static const char others[] = "'()+_,-./:=? ";

    if (n == 0 || n >= DICOM_BOUNDARY || text[n - 1] == ' ')
        return false;
    for (size_t i = 0; i < n; i++) {
        const char c = text[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
            !(c >= 'A' && c <= 'Z') && !strchr(others, c))
            return false;
    }
    return true;
}

/* One `name=value` or `name="value"` after a semicolon. */
struct parameter {
    const char *name, *value;
    size_t name_size, value_size;
};

/* Reads a parameter at *at and moves on.  False: there is none, or it is no parameter;
 * *at then stands at the end or at what is wrong. */
static bool next_parameter(const char **at, struct parameter *p)
{
    const char *s = *at;

    s += strspn(s, " \t");
    if (*s != ';')
        return false;
    s++;
    s += strspn(s, " \t");
    p->name = s;
    p->name_size = strcspn(s, " \t;=\"");
    s += p->name_size;
    if (p->name_size == 0 || *s != '=')
        return false;
    s++;
    const bool quoted = *s == '"';
    s += quoted;
    p->value = s;
    p->value_size = strcspn(s, quoted ? "\"" : " \t;\"");
    s += p->value_size;
    if (quoted && *s++ != '"')
        return false;
    *at = s;
    return true;
}

static bool is_named(const struct parameter *p, const char *name)
{
    return strlen(name) == p->name_size &&
           strncasecmp(p->name, name, p->name_size) == 0;
}

static const char DICOM_TYPE[] = "application/dicom";

static bool is_dicom_type(const char *text, size_t size)
{
    return size == sizeof DICOM_TYPE - 1 && strncasecmp(text, DICOM_TYPE, size) == 0;
}

bool dicom_multipart_boundary(const char *content_type,
                              char boundary[static DICOM_BOUNDARY], struct err *err)
{
    static const char related[] = "multipart/related";
    const char *at = content_type;
    struct parameter p, found = {0};

    at += strspn(at, " \t");
    const size_t n = strcspn(at, " \t;");
    if (n != sizeof related - 1 || strncasecmp(at, related, n) != 0)
        return ERR_FAIL(err, ERR_FORMAT, "the answer is '%.*s', not %s",
                        (int)(n < 64 ? n : 64), at, related);
    at += n;
    while (next_parameter(&at, &p)) {
        if (is_named(&p, "boundary"))
            found = p;
        if (is_named(&p, "type") && !is_dicom_type(p.value, p.value_size))
            return ERR_FAIL(err, ERR_FORMAT, "the answer has parts of '%.*s', not %s",
                            (int)(p.value_size < 64 ? p.value_size : 64), p.value,
                            DICOM_TYPE);
    }
    at += strspn(at, " \t;");
    if (*at != '\0' || !found.value || !is_boundary(found.value, found.value_size))
        return ERR_FAIL(err, ERR_FORMAT, "the answer has no sound boundary");
    memcpy(boundary, found.value, found.value_size);
    boundary[found.value_size] = '\0';
    return true;
}

/* A header line of a part, without its end. */
static bool read_header(struct dicom_multipart *m, const char *line, struct err *err)
{
    const size_t name = strcspn(line, ":");
    const char *value = line + name;

    if (name == 0 || *value != ':')
        return ERR_FAIL(err, ERR_FORMAT, "a part's header is no header");
    value++;
    value += strspn(value, " \t");
    const size_t n = strcspn(value, " \t;");
    if (name == 12 && strncasecmp(line, "Content-Type", name) == 0) {
        m->typed = is_dicom_type(value, n);
        return m->typed || ERR_FAIL(err, ERR_FORMAT, "a part is '%.*s', not %s",
                                    (int)(n < 64 ? n : 64), value, DICOM_TYPE);
    }
    if (name == 25 && strncasecmp(line, "Content-Transfer-Encoding", name) == 0 &&
        !(n == 6 && strncasecmp(value, "binary", n) == 0) &&
        !(n == 4 && strncasecmp(value, "8bit", n) == 0))
        return ERR_FAIL(err, ERR_FORMAT, "a part is encoded as '%.*s'",
                        (int)(n < 64 ? n : 64), value);
    if (name == 14 && strncasecmp(line, "Content-Length", name) == 0) {
        if (n == 0 || n > 15 || strspn(value, "0123456789") != n)
            return ERR_FAIL(err, ERR_FORMAT, "a part's length is no number");
        m->promised = (int64_t)strtoll(value, NULL, 10);
    }
    return true;
}

/* The headers are complete: an empty line ends them. */
static bool read_head(struct dicom_multipart *m, struct err *err)
{
    char *line = m->head;

    m->promised = -1;
    m->typed = false;
    if (memchr(m->head, '\0', m->head_size))
        return ERR_FAIL(err, ERR_FORMAT, "a part's header is no header");
    m->head[m->head_size - 2] = '\0'; /* without the empty line */
    while (*line) {
        char *end = strstr(line, "\r\n");
        if (!end)
            return ERR_FAIL(err, ERR_FORMAT, "a part's header has no end");
        *end = '\0';
        /* a line that goes on the one before says nothing that is needed here */
        if (!is_blank(*line) && !read_header(m, line, err))
            return false;
        line = end + 2;
    }
    return m->typed ||
           ERR_FAIL(err, ERR_FORMAT, "a part does not say that it is %s", DICOM_TYPE);
}

/* ---- the stream ---- */

void dicom_multipart_init(struct dicom_multipart *m, const char *boundary,
                          const struct dicom_multipart_sink *sink)
{
    *m = (struct dicom_multipart){.sink = *sink, .promised = -1};
    (void)snprintf(m->delimiter, sizeof m->delimiter, "\r\n--%s", boundary);
    m->length = strlen(m->delimiter);
    m->matched = 2; /* the first one may stand at the very beginning */
}

static bool pass_on(struct dicom_multipart *m, const void *data, size_t size,
                    struct err *err)
{
    if (size == 0)
        return true;
    if (m->state == DICOM_MULTIPART_START) {
        m->skipped += size;
        return m->skipped <= DICOM_MULTIPART_PREAMBLE ||
               ERR_FAIL(err, ERR_FORMAT, "the answer does not begin with its boundary");
    }
    m->part_size += size;
    return m->sink.data(m->sink.user, data, size, err);
}

/* A delimiter was seen: in the body it ends the part. */
static bool at_delimiter(struct dicom_multipart *m, struct err *err)
{
    const bool was_body = m->state == DICOM_MULTIPART_BODY;

    m->state = DICOM_MULTIPART_LINE;
    m->matched = 0;
    m->line_size = 0;
    if (!was_body)
        return true;
    if (m->promised >= 0 && (uint64_t)m->promised != m->part_size)
        return ERR_FAIL(err, ERR_FORMAT, "a part has %llu bytes, %lld were promised",
                        (unsigned long long)m->part_size, (long long)m->promised);
    m->parts++;
    return m->sink.end(m->sink.user, err);
}

/* Text up to the next delimiter, or all of it.  The delimiter begins with the only CR
 * that is in it, so after a mismatch no shorter beginning of it can have matched. */
static bool feed_text(struct dicom_multipart *m, const char **at, const char *end,
                      struct err *err)
{
    while (*at < end && m->matched < m->length) {
        const char *s = *at;
        if (m->matched == 0) {
            const char *cr = memchr(s, '\r', (size_t)(end - s));
            *at = cr ? cr + 1 : end;
            m->matched = cr != NULL;
            if (!pass_on(m, s, (size_t)((cr ? cr : end) - s), err))
                return false;
        } else if (*s == m->delimiter[m->matched]) {
            m->matched++;
            (*at)++;
        } else {
            const size_t n = m->matched;
            m->matched = 0;
            if (!pass_on(m, m->delimiter, n, err))
                return false;
        }
    }
    return m->matched < m->length || at_delimiter(m, err);
}

/* After a delimiter: "--" ends all, CR LF begins a part; blanks may stand between. */
static bool feed_line(struct dicom_multipart *m, char c, struct err *err)
{
    if (is_blank(c) && m->line_size == 0)
        return true;
    m->line[m->line_size++] = c;
    if (m->line_size < 2)
        return true;
    if (memcmp(m->line, "--", 2) == 0) {
        m->state = DICOM_MULTIPART_END;
        return true;
    }
    if (memcmp(m->line, "\r\n", 2) != 0)
        return ERR_FAIL(err, ERR_FORMAT, "something stands behind a boundary");
    m->state = DICOM_MULTIPART_HEAD;
    m->head_size = 0;
    return true;
}

static bool feed_head(struct dicom_multipart *m, char c, struct err *err)
{
    if (m->head_size + 1 >= sizeof m->head)
        return ERR_FAIL(err, ERR_FORMAT, "a part's headers are longer than %d bytes",
                        DICOM_MULTIPART_HEADERS);
    m->head[m->head_size++] = c;
    const char *tail = m->head + m->head_size;
    const bool none = m->head_size == 2 && memcmp(m->head, "\r\n", 2) == 0;
    if (!none && !(m->head_size >= 4 && memcmp(tail - 4, "\r\n\r\n", 4) == 0))
        return true;
    if (!read_head(m, err))
        return false;
    m->state = DICOM_MULTIPART_BODY;
    m->part_size = 0;
    m->matched = 0;
    return m->sink.begin(m->sink.user, err);
}

bool dicom_multipart_feed(struct dicom_multipart *m, const void *data, size_t size,
                          struct err *err)
{
    const char *at = data, *const end = at + size;
    bool ok = true;

    while (ok && at < end) {
        switch (m->state) {
        case DICOM_MULTIPART_START:
        case DICOM_MULTIPART_BODY:
            ok = feed_text(m, &at, end, err);
            break;
        case DICOM_MULTIPART_LINE:
            ok = feed_line(m, *at++, err);
            break;
        case DICOM_MULTIPART_HEAD:
            ok = feed_head(m, *at++, err);
            break;
        case DICOM_MULTIPART_END:
            at = end;
            break;
        }
    }
    return ok;
}

bool dicom_multipart_finish(const struct dicom_multipart *m, struct err *err)
{
    return m->state == DICOM_MULTIPART_END ||
           ERR_FAIL(err, ERR_FORMAT, "the answer was cut off after %zu instances",
                    m->parts);
}
