#include "dicom/peer.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

enum { SECRET = 64 * 1024, DICOM_PORT = 104, DICOM_TLS_PORT = 2762 };

static const char *const SCHEMES[] = {"http", "https", "dicom", "dicoms"};

/* A part of an address, or "" if it has none.  False: it cannot be, or is too long. */
static bool part(CURLU *u, CURLUPart what, unsigned flags, char *out, size_t size)
{
    char *text = NULL;
    const CURLUcode code = curl_url_get(u, what, &text, flags);
    const size_t n = code == CURLUE_OK ? strlen(text) : 0;
    const bool ok = code == CURLUE_OK
                        ? n < size
                        : code >= CURLUE_NO_SCHEME && code <= CURLUE_NO_FRAGMENT;

    if (ok) {
        memcpy(out, n > 0 ? text : "", n);
        out[n] = '\0';
    }
    curl_free(text);
    return ok;
}

static bool is_title(const char *text)
{
    const size_t n = strlen(text);

    if (n == 0 || n >= DICOM_AET || strspn(text, " ") == n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (text[i] < 0x20 || text[i] > 0x7e || text[i] == '\\')
            return false;
    return true;
}

static bool read_web(CURLU *u, struct dicom_peer *p, struct err *err)
{
    char user[DICOM_URL], password[DICOM_URL], query[DICOM_URL], fragment[DICOM_URL];

    if (!part(u, CURLUPART_USER, 0, user, sizeof user) ||
        !part(u, CURLUPART_PASSWORD, 0, password, sizeof password) || user[0] ||
        password[0])
        return ERR_FAIL(err, ERR_ARG,
                        "an address with a user or password in it: everybody on this "
                        "machine could read it");
    if (!part(u, CURLUPART_QUERY, 0, query, sizeof query) ||
        !part(u, CURLUPART_FRAGMENT, 0, fragment, sizeof fragment) || query[0] ||
        fragment[0])
        return ERR_FAIL(err, ERR_ARG, "an address with ? or # in it");
    if (!part(u, CURLUPART_URL, 0, p->url, sizeof p->url))
        return ERR_FAIL(err, ERR_ARG, "an address that is too long");
    for (size_t n = strlen(p->url); n > 0 && p->url[n - 1] == '/'; n--)
        p->url[n - 1] = '\0';
    return true;
}

static bool read_dimse(CURLU *u, struct dicom_peer *p, struct err *err)
{
    char text[DICOM_URL];
    bool ok = part(u, CURLUPART_USER, CURLU_URLDECODE, text, sizeof text);

    if (!ok || !is_title(text))
        return ERR_FAIL(
            err, ERR_ARG,
            "an address without the title of the PACS (1 to 16 characters): "
            "dicom://TITLE@HOST:PORT");
    (void)snprintf(p->called, sizeof p->called, "%.*s", (int)DICOM_AET - 1, text);
    ok = part(u, CURLUPART_PASSWORD, 0, text, sizeof text) && !text[0] &&
         part(u, CURLUPART_QUERY, 0, text, sizeof text) && !text[0] &&
         part(u, CURLUPART_FRAGMENT, 0, text, sizeof text) && !text[0] &&
         part(u, CURLUPART_PATH, 0, text, sizeof text) &&
         (!text[0] || strcmp(text, "/") == 0);
    if (!ok)
        return ERR_FAIL(err, ERR_ARG,
                        "an address with more than dicom://TITLE@HOST:PORT");
    if (p->port == 0)
        p->port = p->tls ? DICOM_TLS_PORT : DICOM_PORT;
    const int n = snprintf(p->url, sizeof p->url, "dicom%s://%s@%s:%d",
                           p->tls ? "s" : "", p->called, p->host, p->port);
    return (n > 0 && n < DICOM_URL) ||
           ERR_FAIL(err, ERR_ARG, "an address that is too long");
}

static bool read_url(CURLU *u, const char *url, struct dicom_peer *p, struct err *err)
{
    char scheme[16], port[16];
    size_t s = 0;

    if (curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        !part(u, CURLUPART_SCHEME, 0, scheme, sizeof scheme) ||
        !part(u, CURLUPART_HOST, 0, p->host, sizeof p->host) || !p->host[0] ||
        !part(u, CURLUPART_PORT, 0, port, sizeof port))
        return ERR_FAIL(err, ERR_ARG,
                        "not an address such as https://HOST/dicom-web or "
                        "dicom://TITLE@HOST:PORT");
    while (s < ARRAY_LEN(SCHEMES) && strcmp(scheme, SCHEMES[s]) != 0)
        s++;
    if (s == ARRAY_LEN(SCHEMES))
        return ERR_FAIL(
            err, ERR_ARG,
            "the address begins with %s://, not http, https, dicom or dicoms", scheme);
    p->kind = s < 2 ? DICOM_PEER_WEB : DICOM_PEER_DIMSE;
    p->tls = s % 2 == 1;
    p->port = (int)strtol(port, NULL, 10);
    return p->kind == DICOM_PEER_WEB ? read_web(u, p, err) : read_dimse(u, p, err);
}

bool dicom_peer_parse(const char *url, struct dicom_peer *out, struct err *err)
{
    struct dicom_peer p = {.calling = "CICATRIX", .timeout_s = 60};
    CURLU *u = strstr(url, "://") ? curl_url() : NULL;
    const bool ok = u ? read_url(u, url, &p, err)
                      : ERR_FAIL(err, ERR_ARG,
                                 "not an address such as https://HOST/dicom-web or "
                                 "dicom://TITLE@HOST:PORT");

    curl_url_cleanup(u);
    if (ok)
        *out = p;
    return ok;
}

bool dicom_peer_call(struct dicom_peer *peer, const char *title, struct err *err)
{
    if (!is_title(title))
        return ERR_FAIL(err, ERR_ARG, "'%s' is no title of 1 to 16 characters", title);
    (void)snprintf(peer->calling, sizeof peer->calling, "%s", title);
    return true;
}

bool dicom_peer_is_loopback(const struct dicom_peer *p)
{
    const char *host = p->host;
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (strncmp(host, "127.", 4) == 0 &&
            strspn(host, "0123456789.") == strlen(host));
}

bool dicom_peer_check(const struct dicom_peer *p, struct err *err)
{
    const bool secret = p->login || p->token;

    if (!p->cert != !p->key)
        return ERR_FAIL(err, ERR_ARG, "a certificate and its key come together");
    if (p->login && p->token)
        return ERR_FAIL(err, ERR_ARG, "a password and a token: one of them, not both");
    if (p->login && (p->login[0] == ':' || !strchr(p->login, ':')))
        return ERR_FAIL(err, ERR_ARG, "the login is not user:password");
    if (secret && p->kind == DICOM_PEER_DIMSE)
        return ERR_FAIL(
            err, ERR_ARG,
            "dicom:// knows no password or token, but certificates (dicoms://)");
    if ((p->ca || p->cert) && !p->tls)
        return ERR_FAIL(err, ERR_ARG, "%s: certificates are for https:// and dicoms://",
                        p->url);
    if (secret && !p->tls && !p->insecure && !dicom_peer_is_loopback(p))
        return ERR_FAIL(
            err, ERR_ARG,
            "%s: a password or token is not sent over http, which others can "
            "read",
            p->url);
    return true;
}

bool dicom_peer_secret(const char *path, char **out, struct err *err)
{
    struct bytes b = {0};
    char *text = NULL;

    if (!file_read(path, SECRET, &b, err))
        return false;
    char *line = (char *)b.data;
    const size_t n = strcspn(line, "\r\n");
    bool ok = n > 0;
    for (size_t i = 0; i < n; i++)
        ok = ok && (unsigned char)line[i] >= 0x20 && line[i] != 0x7f;
    line[n] = '\0';
    if (!ok)
        err_record(err, ERR_FORMAT, "%s: its first line is empty or not text", path);
    text = ok ? mem_strdup(line, err) : NULL;
    explicit_bzero(b.data, b.size);
    bytes_clear(&b);
    if (text)
        *out = text;
    return text != NULL;
}

void dicom_peer_forget(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    mem_free(secret);
}

void dicom_peer_clear(struct dicom_peer *peer)
{
    dicom_peer_forget(peer->login);
    dicom_peer_forget(peer->token);
    *peer = (struct dicom_peer){0};
}
