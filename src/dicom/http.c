#include "dicom/http.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/version.h"

enum {
    SAID = 4096, /* bytes kept of what a server says of a failure */
    SAID_SHOWN = DICOM_HTTP_SAID,
    SLOW_BYTES = 64 /* per second: less for timeout_s is silence */
};

struct dicom_http {
    CURL *curl;
    const struct dicom_peer *peer;
    long status;
    char why[CURL_ERROR_SIZE];
    char said[SAID]; /* beginning of an answer that is no success */
    size_t said_size;
    /* of the request that runs */
    const struct dicom_http_sink *sink;
    struct err refused; /* by the sink */
    bool begun;
};

/* ---- setting up ---- */

static bool set_up(struct dicom_http *h, struct err *err)
{
    CURL *c = h->curl;
    const struct dicom_peer *p = h->peer;
    char agent[64];
    bool ok = true;

    (void)snprintf(agent, sizeof agent, "cicatrix/%s", version_number());
#define SET(option, value) ok = ok && curl_easy_setopt(c, option, value) == CURLE_OK
    SET(CURLOPT_ERRORBUFFER, h->why);
    SET(CURLOPT_USERAGENT, agent);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L); /* see follow() */
    SET(CURLOPT_CONNECTTIMEOUT, (long)p->timeout_s);
    SET(CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
    SET(CURLOPT_LOW_SPEED_TIME, (long)p->timeout_s);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, p->insecure ? 0L : 1L);
    SET(CURLOPT_SSL_VERIFYHOST, p->insecure ? 0L : 2L);
    if (dicom_peer_is_loopback(p))
        SET(CURLOPT_NOPROXY, "*"); /* what is for this machine leaves it for none */
    if (p->ca)
        SET(CURLOPT_CAINFO, p->ca);
    if (p->cert) {
        SET(CURLOPT_SSLCERT, p->cert);
        SET(CURLOPT_SSLKEY, p->key);
        SET(CURLOPT_KEYPASSWD, ""); /* else OpenSSL asks on the terminal */
    }
    if (p->token) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        SET(CURLOPT_XOAUTH2_BEARER, p->token);
    }
    if (p->login) {
        SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        SET(CURLOPT_USERPWD, p->login);
    }
#undef SET
    return ok || ERR_FAIL(err, ERR_SUPPORT, "this libcurl lacks an option");
}

bool dicom_http_open(const struct dicom_peer *peer, struct dicom_http **out,
                     struct err *err)
{
    struct dicom_http *h = mem_alloc(1, sizeof *h, err);

    if (!h)
        return false;
    h->peer = peer;
    const bool global = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    h->curl = global ? curl_easy_init() : NULL;
    if (!h->curl || !set_up(h, err)) {
        err_record(err, ERR_NOMEM, "libcurl does not start");
        if (h->curl)
            curl_easy_cleanup(h->curl);
        if (global)
            curl_global_cleanup();
        mem_free(h);
        return false;
    }
    *out = h;
    return true;
}

void dicom_http_close(struct dicom_http *http)
{
    if (!http)
        return;
    curl_easy_cleanup(http->curl);
    curl_global_cleanup();
    mem_free(http);
}

const char *dicom_http_url(const struct dicom_http *http)
{
    return http->peer->url;
}

int dicom_http_status(const struct dicom_http *http)
{
    return (int)http->status;
}

/* ---- one answer ---- */

/* A part of what was asked for is none: nobody asked for a part. */
static bool is_success(long status)
{
    return status >= 200 && status < 300 && status != 206;
}

/* libcurl's callback: what arrives of a body. */
static size_t body(char *data, size_t one, size_t size, void *context)
{
    struct dicom_http *h = context;
    const char *type = NULL;

    (void)one; /* always 1 */
    (void)curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &h->status);
    if (!is_success(h->status)) {
        const size_t room = SAID - h->said_size, n = size < room ? size : room;
        memcpy(h->said + h->said_size, data, n);
        h->said_size += n;
        return n == size ? size : CURL_WRITEFUNC_ERROR; /* enough */
    }
    if (!h->begun) {
        (void)curl_easy_getinfo(h->curl, CURLINFO_CONTENT_TYPE, &type);
        h->begun = true;
        if (!h->sink->begin(h->sink->user, type ? type : "", &h->refused))
            return CURL_WRITEFUNC_ERROR;
    }
    return h->sink->data(h->sink->user, data, size, &h->refused) ? size
                                                                 : CURL_WRITEFUNC_ERROR;
}

/* A server's words as one short line of a message: markup left out, blanks joined.
 * Ends before a zero. */
static void one_line(const char *text, size_t size, char out[static SAID_SHOWN])
{
    size_t n = 0;
    bool markup = false, blank = false;

    for (size_t i = 0; i < size && text[i] && n + 2 < SAID_SHOWN; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c == '<' || c == '>') {
            markup = c == '<';
            blank = true;
        } else if (c <= 0x20 || c == 0x7f) {
            blank = true;
        } else if (!markup) {
            if (blank && n > 0)
                out[n++] = ' ';
            out[n++] = c < 0x80 ? (char)c : '?';
            blank = false;
        }
    }
    out[n] = '\0';
}

/* Of a failure told in JSON, what is meant for people; else all that was said. */
static void what_was_said(const struct dicom_http *h, char out[static SAID_SHOWN])
{
    static const char *const keys[] = {"Message", "message", "errorMessage", "error",
                                       "detail"};
    json_t *root = json_loadb(h->said, h->said_size, 0, NULL);
    const char *text = NULL;

    for (size_t i = 0; !text && i < ARRAY_LEN(keys); i++)
        text = json_string_value(json_object_get(root, keys[i]));
    one_line(text ? text : h->said, text ? strlen(text) : h->said_size, out);
    json_decref(root);
}

/* The first value of a Warning header, or one behind others. */
static bool is_persistent(const char *warning)
{
    return strncmp(warning, "299 ", 4) == 0 || strstr(warning, ", 299 ");
}

bool dicom_http_warned(const struct dicom_http *http, char said[static SAID_SHOWN])
{
    struct curl_header *h = NULL;

    for (size_t i = 0;
         curl_easy_header(http->curl, "Warning", i, CURLH_HEADER, -1, &h) == CURLHE_OK;
         i++)
        if (is_persistent(h->value)) {
            one_line(h->value, strlen(h->value), said);
            return true;
        }
    return false;
}

static bool say_status(const struct dicom_http *h, struct err *err)
{
    char said[SAID_SHOWN];
    const char *what = h->status == 206                       ? " (a part of it only)"
                       : h->status == 401 || h->status == 403 ? " (not allowed)"
                       : h->status == 404                     ? " (not found)"
                       : h->status >= 500                     ? " (its own failure)"
                                                              : "";

    said[0] = '\0';
    if (h->status != 206) /* that is not said of a failure: it is a patient's */
        what_was_said(h, said);
    return ERR_FAIL(err, ERR_FORMAT, "the server answers HTTP %ld%s%s%s", h->status,
                    what, said[0] ? ": " : "", said);
}

/* A redirect: only to the same server, and only of a question.  Else a password, or
 * images, would go where nobody said. */
static bool follow(struct dicom_http *h, bool question, struct err *err)
{
    static const CURLUPart parts[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
    CURLU *from = curl_url(), *to = curl_url();
    char *target = NULL;
    bool same = question && from && to;

    (void)curl_easy_getinfo(h->curl, CURLINFO_REDIRECT_URL, &target);
    same = same && target && curl_url_set(from, CURLUPART_URL, h->peer->url, 0) == 0 &&
           curl_url_set(to, CURLUPART_URL, target, 0) == 0;
    for (size_t i = 0; same && i < ARRAY_LEN(parts); i++) {
        char *a = NULL, *b = NULL;
        same = curl_url_get(from, parts[i], &a, CURLU_DEFAULT_PORT) == 0 &&
               curl_url_get(to, parts[i], &b, CURLU_DEFAULT_PORT) == 0 &&
               strcmp(a, b) == 0;
        curl_free(a);
        curl_free(b);
    }
    if (same)
        same = curl_easy_setopt(h->curl, CURLOPT_URL, target) == CURLE_OK;
    else
        err_record(err, ERR_FORMAT,
                   "the server answers HTTP %ld and sends on to %.*s, which is not "
                   "followed",
                   h->status, SAID_SHOWN, target ? target : "nowhere");
    curl_url_cleanup(from);
    curl_url_cleanup(to);
    return same;
}

static bool say_curl(const struct dicom_http *h, CURLcode code, struct err *err)
{
    const char *why = h->why[0] ? h->why : curl_easy_strerror(code);

    if (code == CURLE_OPERATION_TIMEDOUT)
        return ERR_FAIL(err, ERR_IO, "no answer for %d s", h->peer->timeout_s);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return ERR_FAIL(err, ERR_IO, "its certificate is not trusted: %s", why);
    return ERR_FAIL(err, code == CURLE_OUT_OF_MEMORY ? ERR_NOMEM : ERR_IO, "%s", why);
}

/* The connection broke, or the server asks for patience. */
static bool is_passing(CURLcode code, long status)
{
    if (code == CURLE_OK || code == CURLE_WRITE_ERROR)
        return status == 429 || (status >= 502 && status <= 504);
    return code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR ||
           code == CURLE_SEND_ERROR || code == CURLE_GOT_NOTHING ||
           code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
}

static void wait_before(int attempt)
{
    const struct timespec t = {attempt == 1 ? 0 : 2, attempt == 1 ? 500000000L : 0};
    (void)nanosleep(&t, NULL);
}

/* One request with its redirects.  True: `code` and h->status tell what came of it. */
static bool perform(struct dicom_http *h, bool question, CURLcode *code,
                    struct err *err)
{
    for (int hops = 0; hops <= DICOM_HTTP_REDIRECTS; hops++) {
        h->status = 0;
        h->said_size = 0;
        h->begun = false;
        h->why[0] = '\0';
        *code = curl_easy_perform(h->curl);
        (void)curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &h->status);
        if (*code != CURLE_OK || h->status < 301 || h->status > 308 || h->status == 304)
            return true;
        if (!follow(h, question, err))
            return false;
    }
    return ERR_FAIL(err, ERR_FORMAT, "the server sends on and on");
}

static bool request(struct dicom_http *h, const struct dicom_http_sink *sink,
                    bool question, struct err *err)
{
    CURLcode code = CURLE_OK;

    h->sink = sink;
    for (int attempt = 1;; attempt++) {
        h->refused = (struct err){0};
        if (!perform(h, question, &code, err))
            return false;
        if (h->refused.code != ERR_NONE)
            return ERR_FAIL(err, h->refused.code, "%s", h->refused.msg);
        if (code == CURLE_OK && is_success(h->status))
            return true;
        if (!question || attempt == DICOM_HTTP_TRIES || !is_passing(code, h->status))
            break;
        if (!sink->again(sink->user, err))
            return false;
        wait_before(attempt);
    }
    if (h->status != 0 && !is_success(h->status))
        return say_status(h, err);
    return say_curl(h, code, err);
}

/* With the address and headers of a request. */
static bool ask(struct dicom_http *h, const char *path, const char *const header[3],
                const struct dicom_http_sink *sink, bool question, struct err *err)
{
    const size_t size = strlen(h->peer->url) + strlen(path) + 1;
    char *url = mem_alloc(size, 1, err);
    struct curl_slist *list = NULL;
    bool ok = url != NULL;

    for (size_t i = 0; ok && i < 3; i++) {
        struct curl_slist *longer =
            header[i] ? curl_slist_append(list, header[i]) : list;
        ok = longer || !header[i] || ERR_FAIL(err, ERR_NOMEM, "out of memory");
        list = longer ? longer : list;
    }
    if (ok) {
        (void)snprintf(url, size, "%s%s", h->peer->url, path);
        ok = (curl_easy_setopt(h->curl, CURLOPT_URL, url) == CURLE_OK &&
              curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, list) == CURLE_OK &&
              curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, body) == CURLE_OK &&
              curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, h) == CURLE_OK) ||
             ERR_FAIL(err, ERR_NOMEM, "out of memory");
    }
    ok = ok && request(h, sink, question, err);
    if (!ok)
        err_prefix(err, "%s", h->peer->url);
    (void)curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(list);
    mem_free(url);
    return ok;
}

/* "Name: value", owned by the caller. */
static char *header_of(const char *name, const char *value, struct err *err)
{
    const size_t size = strlen(name) + strlen(value) + 3;
    char *text = mem_alloc(size, 1, err);

    if (text)
        (void)snprintf(text, size, "%s: %s", name, value);
    return text;
}

bool dicom_http_get(struct dicom_http *http, const char *path, const char *accept,
                    const struct dicom_http_sink *sink, struct err *err)
{
    char *accepts = header_of("Accept", accept, err);
    const char *const header[3] = {accepts};
    const bool ok = accepts &&
                    (curl_easy_setopt(http->curl, CURLOPT_HTTPGET, 1L) == CURLE_OK ||
                     ERR_FAIL(err, ERR_SUPPORT, "libcurl does not ask")) &&
                    ask(http, path, header, sink, true, err);

    mem_free(accepts);
    return ok;
}

bool dicom_http_post(struct dicom_http *http, const char *path,
                     const struct bytes *sent, const char *content_type,
                     const char *accept, const struct dicom_http_sink *sink,
                     struct err *err)
{
    char *accepts = header_of("Accept", accept, err);
    char *type = accepts ? header_of("Content-Type", content_type, err) : NULL;
    const char *const header[3] = {accepts, type, "Expect:"};
    CURL *c = http->curl;
    bool ok = type != NULL;

    ok = ok &&
         ((curl_easy_setopt(c, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_POSTFIELDS, sent->data) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)sent->size) ==
               CURLE_OK) ||
          ERR_FAIL(err, ERR_SUPPORT, "libcurl does not send")) &&
         ask(http, path, header, sink, false, err);
    (void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, NULL);
    mem_free(type);
    mem_free(accepts);
    return ok;
}
