#include "cli/pacs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "cli/say.h"
#include "dicom/uid.h"

/* ---- options ---- */

void pacs_opts(struct pacs_options *o, struct opt row[static PACS_OPTS])
{
    const struct opt rows[] = {
        {"pacs", 0, OPT_TEXT, &o->url, "URL",
         "a PACS: https://HOST/dicom-web (DICOMweb) or dicom://TITLE@HOST:PORT "
         "(DICOM's own protocol; dicoms:// with TLS)",
         0, 0, false},
        {"study", 0, OPT_LIST, &o->study, "UID",
         "take this study from the PACS; may be given several times", 0, 0, false},
        {"series", 0, OPT_LIST, &o->series, "UID",
         "of that study only this series; may be given several times; else all MR "
         "series are fetched",
         0, 0, false},
        {"pacs-login", 0, OPT_TEXT, &o->login, "FILE",
         "file with user:password in its first line; or set " PACS_LOGIN_VARIABLE, 0, 0,
         false},
        {"pacs-token", 0, OPT_TEXT, &o->token, "FILE",
         "file with a bearer token in its first line", 0, 0, false},
        {"pacs-ca", 0, OPT_TEXT, &o->ca, "FILE",
         "certificates (PEM) of the authorities to trust, instead of the system's", 0,
         0, false},
        {"pacs-cert", 0, OPT_TEXT, &o->cert, "FILE",
         "our own certificate (PEM), where the PACS asks for one", 0, 0, false},
        {"pacs-key", 0, OPT_TEXT, &o->key, "FILE", "its private key (PEM)", 0, 0,
         false},
        {"pacs-title", 0, OPT_TEXT, &o->title, "AET",
         "our application entity title with dicom://; default CICATRIX", 0, 0, false},
        {"pacs-timeout", 0, OPT_INT, &o->timeout_s, "S",
         "give up when nothing has come for S seconds", 1, 3600, false},
        {"pacs-insecure", 0, OPT_FLAG, &o->insecure, NULL,
         "do not check whose certificate it is, and send a password over http", 0, 0,
         false},
    };

    _Static_assert(ARRAY_LEN(rows) == PACS_OPTS, "count them");
    memcpy(row, rows, sizeof rows);
}

struct opt pacs_store_opt(struct pacs_options *o)
{
    return (struct opt){"store",
                        0,
                        OPT_FLAG,
                        &o->store,
                        NULL,
                        "send the DICOM results (seg.dcm, sr.dcm, overlay.dcm, "
                        "report.dcm) to the PACS; else nothing is sent there",
                        0,
                        0,
                        false};
}

/* A password from the file, else from the environment. */
static bool read_login(const struct pacs_options *o, struct dicom_peer *peer,
                       struct err *err)
{
    const char *said = getenv(PACS_LOGIN_VARIABLE);

    if (o->login)
        return dicom_peer_secret(o->login, &peer->login, err);
    /* a token was asked for, and DIMSE has no passwords: the variable is for another */
    if (!said || !said[0] || o->token || peer->kind == DICOM_PEER_DIMSE)
        return true;
    peer->login = mem_strdup(said, err);
    return peer->login != NULL;
}

static bool check_uids(const struct opt_list *list, const char *option, struct err *err)
{
    for (size_t i = 0; i < list->count; i++)
        if (!dicom_uid_ok(list->item[i]))
            return ERR_FAIL(err, ERR_ARG, "--%s %s: not a UID", option, list->item[i]);
    return true;
}

static bool check_words(const struct pacs_options *o, struct err *err)
{
    const bool other = o->login || o->token || o->ca || o->cert || o->key || o->title ||
                       o->insecure || o->store || o->study.count > 0;

    if (o->series.count > 0 && o->study.count != 1)
        return ERR_FAIL(err, ERR_ARG, "--series: of one --study");
    if (!o->url && other)
        return ERR_FAIL(err, ERR_ARG, "--pacs URL is missing");
    return check_uids(&o->study, "study", err) && check_uids(&o->series, "series", err);
}

bool pacs_open(const struct pacs_options *o, struct pacs *out, struct err *err)
{
    *out = (struct pacs){.o = o};
    if (!check_words(o, err))
        return false;
    if (!o->url)
        return true;
    if (!dicom_peer_parse(o->url, &out->peer, err)) {
        err_prefix(err, "--pacs");
        return false;
    }
    struct dicom_peer *p = &out->peer;
    p->ca = o->ca;
    p->cert = o->cert;
    p->key = o->key;
    p->insecure = o->insecure;
    p->timeout_s = o->timeout_s;
    if (o->title && !dicom_peer_call(p, o->title, err)) {
        err_prefix(err, "--pacs-title");
        return false;
    }
    if (!read_login(o, p, err) ||
        (o->token && !dicom_peer_secret(o->token, &p->token, err)))
        return false;
    if (!dicom_peer_check(p, err)) {
        err_prefix(err, "--pacs");
        return false;
    }
    out->ready = true;
    return true;
}

static bool connect_once(struct pacs *pacs, struct err *err)
{
    return pacs->remote || dicom_remote_open(&pacs->peer, &pacs->remote, err);
}

/* ---- in ---- */

/* What progress is shown of. */
struct arrivals {
    struct progress progress;
    int64_t promised; /* 0: unknown */
};

static void arrived(void *user, size_t count)
{
    struct arrivals *a = user;
    char note[64];

    (void)snprintf(note, sizeof note, "%zu instances", count);
    progress_update(&a->progress, (int64_t)count, note);
}

/* Only what may be an MR image, and of that what was asked for. */
static bool is_wanted(const struct pacs_options *o, const struct dicom_remote_series *s)
{
    for (size_t i = 0; i < o->series.count; i++)
        if (strcmp(o->series.item[i], s->uid) == 0)
            return true;
    return o->series.count == 0 && (!s->modality[0] || strcmp(s->modality, "MR") == 0);
}

static bool is_listed(const struct dicom_remote_list *list, const char *uid)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->series[i].uid, uid) == 0)
            return true;
    return false;
}

/* Leave the wanted series in the list. */
static bool keep_wanted(const struct pacs *pacs, const char *study,
                        struct dicom_remote_list *list, struct err *err)
{
    const size_t all = list->count;

    list->count = 0;
    for (size_t i = 0; i < all; i++)
        if (is_wanted(pacs->o, &list->series[i]))
            list->series[list->count++] = list->series[i];
    if (all == 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no study %s there", pacs->peer.url,
                        study);
    if (list->count == 0 && pacs->o->series.count == 0)
        return ERR_FAIL(err, ERR_FORMAT, "%s: no MR series in study %s", pacs->peer.url,
                        study);
    for (size_t i = 0; i < pacs->o->series.count; i++)
        if (!is_listed(list, pacs->o->series.item[i]))
            return ERR_FAIL(err, ERR_FORMAT, "%s: no such MR series in study %s: %s",
                            pacs->peer.url, study, pacs->o->series.item[i]);
    return true;
}

/* Whoever measures must know that nobody counted. */
static void warn_of_uncounted(const struct pacs *pacs, const char *study,
                              const struct dicom_remote_list *list)
{
    size_t n = 0;

    for (size_t i = 0; i < list->count; i++)
        n += list->series[i].instances <= 0;
    if (n > 0)
        say_warning("%s: study %s: of %zu of %zu series the PACS does not say how many "
                    "instances it has; a slice that did not come is perhaps not missed",
                    pacs->peer.url, study, n, list->count);
}

/* `list` is cleared by the caller, also on failure. */
static bool fetch(struct pacs *pacs, const char *study, const char *folder,
                  struct dicom_remote_list *list, struct err *err)
{
    struct arrivals a = {0};
    struct dicom_inbox box = {.folder = folder, .arrived = arrived, .user = &a};
    bool ok = connect_once(pacs, err) &&
              dicom_remote_find(pacs->remote, study, list, err) &&
              keep_wanted(pacs, study, list, err);

    if (ok) {
        for (size_t i = 0; i < list->count; i++)
            a.promised += list->series[i].instances > 0 ? list->series[i].instances : 0;
        progress_start(&a.progress, say_progress(false), "fetching", 0, a.promised);
        ok = dicom_remote_fetch(pacs->remote, study, list, &box, err);
        progress_finish(&a.progress, "");
    }
    if (ok)
        warn_of_uncounted(pacs, study, list);
    return ok;
}

/* "https://host/dicom-web/studies/1.2.3", as the standard writes it; DIMSE has no such
 * address, but looks alike. */
static char *name_of(const struct pacs *pacs, const char *study, struct err *err)
{
    const size_t size = strlen(pacs->peer.url) + strlen(study) + 16;
    char *name = mem_alloc(size, 1, err);

    if (name)
        (void)snprintf(name, size, "%s/studies/%s", pacs->peer.url, study);
    return name;
}

static bool add_study(struct pacs *pacs, const char *study, struct inputs *inputs,
                      const struct inputs_options *options, struct err *err)
{
    struct tmpdir *dir = &pacs->dir[pacs->dirs];
    struct dicom_remote_list list = {0};
    char *name = name_of(pacs, study, err);
    bool ok = name && tmpdir_make("cicatrix-pacs", dir, err);

    if (ok) {
        const struct inputs_study fetched = {dir->path, name, study, &list};
        pacs->dirs++;
        ok = fetch(pacs, study, dir->path, &list, err) &&
             inputs_add_study(inputs, &fetched, options, err);
        if (!ok) { /* room for the next */
            tmpdir_remove(dir);
            pacs->dirs--;
        }
    }
    dicom_remote_list_clear(&list);
    mem_free(name);
    return ok;
}

void pacs_add_studies(struct pacs *pacs, struct inputs *inputs,
                      const struct inputs_options *options,
                      void (*failed)(void *user, const struct err *err), void *user)
{
    const struct opt_list *studies = &pacs->o->study;
    struct err none = {0};

    if (studies->count == 0)
        return;
    pacs->dir = mem_alloc(studies->count, sizeof *pacs->dir, &none);
    if (!pacs->dir) {
        failed(user, &none);
        return;
    }
    for (size_t i = 0; i < studies->count; i++) {
        struct err err = {0};
        if (!add_study(pacs, studies->item[i], inputs, options, &err))
            failed(user, &err);
    }
}

/* ---- out ---- */

bool pacs_store(struct pacs *pacs, const char *folder, struct err *err)
{
    static const char *const files[] = {"seg.dcm", "sr.dcm", "overlay.dcm",
                                        "report.dcm"};
    char *path[ARRAY_LEN(files)] = {0};
    size_t count = 0;
    bool ok = true;

    if (!pacs->ready || !pacs->o->store)
        return true;
    for (size_t i = 0; ok && i < ARRAY_LEN(files); i++) {
        path[count] = file_join(folder, files[i], err);
        ok = path[count] != NULL;
        if (ok && file_exists(path[count]))
            count++;
        else
            mem_free(path[count]);
    }
    if (ok && count == 0)
        ok = ERR_FAIL(err, ERR_SUPPORT, "nothing of it is DICOM: the input was not");
    ok = ok && connect_once(pacs, err) &&
         dicom_remote_store(pacs->remote, path, count, err);
    for (size_t i = 0; i < count; i++)
        mem_free(path[i]);
    if (!ok)
        err_prefix(err, "%s: not stored", folder);
    return ok;
}

void pacs_clear(struct pacs *pacs)
{
    for (size_t i = 0; i < pacs->dirs; i++)
        tmpdir_remove(&pacs->dir[i]);
    mem_free(pacs->dir);
    dicom_remote_close(pacs->remote);
    dicom_peer_clear(&pacs->peer);
    *pacs = (struct pacs){0};
}
