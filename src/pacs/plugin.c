/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plugin.c - where Orthanc enters: its callbacks, and its REST interface for the rest.
 *
 * Why:    OrthancCPlugin.h is under the GPL, version 3 or later; what includes it is
 *         too.  So all that can do without it is elsewhere, under the licence of
 *         Cicatrix (Apache-2.0, which may be combined into a work under the GPL-3).
 * Layer:  pacs; a shared object of its own that runs the program `cicatrix` and links
 *         nothing of it but the files named in src/pacs/meson.build.
 * Thread: callbacks come in any thread.
 * Tests:  tests/cli/orthanc.t
 */
#include <orthanc/OrthancCPlugin.h>

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/version.h"
#include "pacs/config.h"
#include "pacs/explorer_js.h" /* EXPLORER_JS: made of explorer.js */
#include "pacs/json.h"
#include "pacs/service.h"

/* Orthanc's callbacks carry no argument of ours: the one place where there is a state
 * of the whole shared object.  `service` and `trouble` change while `guard` is held for
 * writing, when Orthanc starts and stops; the rest is set before that. */
static struct {
    pthread_rwlock_t guard;
    OrthancPluginContext *context;
    struct pacs_config config;
    struct pacs_server server;
    struct pacs_service *service;
    struct err trouble; /* why there is no service */
} plugin = {.guard = PTHREAD_RWLOCK_INITIALIZER};

/* ---- what src/pacs/server.h asks for ---- */

static const char *cause_of(OrthancPluginErrorCode code)
{
    const char *text = OrthancPluginGetErrorDescription(plugin.context, code);
    return text ? text : "unknown error";
}

/* One zero byte after it. */
static bool copy_bytes(const void *data, size_t size, struct bytes *out,
                       struct err *err)
{
    struct bytes b = {mem_alloc(size + 1, 1, err), size};

    if (!b.data)
        return false;
    if (size > 0)
        memcpy(b.data, data, size);
    *out = b;
    return true;
}

static enum pacs_reply call(void *user, enum pacs_method method, const char *uri,
                            const struct bytes *body, struct bytes *answer,
                            struct err *err)
{
    static const OrthancPluginHttpMethod methods[] = {
        [PACS_GET] = OrthancPluginHttpMethod_Get,
        [PACS_POST] = OrthancPluginHttpMethod_Post,
        [PACS_PUT] = OrthancPluginHttpMethod_Put,
        [PACS_DELETE] = OrthancPluginHttpMethod_Delete,
    };
    OrthancPluginMemoryBuffer got = {0};
    uint16_t status = 0;
    enum pacs_reply reply = PACS_REPLY_FAILED;

    (void)user;
    if (body && body->size > UINT32_MAX) {
        err_record(err, ERR_IO, "%s: more than 4 GiB to send", uri);
        return reply;
    }
    const OrthancPluginErrorCode code = OrthancPluginCallRestApi(
        plugin.context, &got, NULL, &status, methods[method], uri, 0, NULL, NULL,
        body ? body->data : NULL, body ? (uint32_t)body->size : 0, 0);
    if (code == OrthancPluginErrorCode_UnknownResource ||
        code == OrthancPluginErrorCode_InexistentItem || status == 404)
        reply = PACS_REPLY_MISSING;
    else if (code != OrthancPluginErrorCode_Success || status != 200)
        err_record(err, ERR_IO, "Orthanc: %s: %s (HTTP %u)", uri, cause_of(code),
                   (unsigned)status);
    else if (copy_bytes(got.data, got.size, answer, err))
        reply = PACS_REPLY_OK;
    if (got.data) /* also that of an error */
        OrthancPluginFreeMemoryBuffer(plugin.context, &got);
    return reply;
}

static bool keep(void *user, int64_t number, struct err *err)
{
    char text[24];

    (void)user;
    (void)snprintf(text, sizeof text, "%" PRId64, number);
    const OrthancPluginErrorCode code =
        OrthancPluginSetGlobalProperty(plugin.context, plugin.config.metadata, text);
    return code == OrthancPluginErrorCode_Success ||
           ERR_FAIL(err, ERR_IO, "Orthanc: global property %d: %s",
                    plugin.config.metadata, cause_of(code));
}

static bool kept(void *user, int64_t *number, struct err *err)
{
    char *end = NULL;
    char *text =
        OrthancPluginGetGlobalProperty(plugin.context, plugin.config.metadata, "");

    (void)user;
    if (!text)
        return ERR_FAIL(err, ERR_IO, "Orthanc: global property %d cannot be read",
                        plugin.config.metadata);
    errno = 0;
    const long long n = strtoll(text, &end, 10);
    const bool ok = end != text && *end == '\0' && errno == 0 && n >= 0;
    const bool none = *text == '\0';
    OrthancPluginFreeString(plugin.context, text);
    if (!ok && !none)
        return ERR_FAIL(err, ERR_FORMAT,
                        "Orthanc: global property %d is another plugin's: set "
                        "\"Metadata\" to another number",
                        plugin.config.metadata);
    *number = ok ? (int64_t)n : -1;
    return true;
}

static void log_line(void *user, const char *line)
{
    char text[600];

    (void)user;
    (void)snprintf(text, sizeof text, "Cicatrix: %s", line);
    OrthancPluginLogWarning(plugin.context, text);
}

/* ---- routes ---- */

static void answer(OrthancPluginRestOutput *output, const struct bytes *json)
{
    OrthancPluginAnswerBuffer(plugin.context, output, (const char *)json->data,
                              (uint32_t)json->size, "application/json");
}

static void answer_error(OrthancPluginRestOutput *output, uint16_t status,
                         const struct err *err)
{
    struct bytes json = {0};

    (void)!pacs_json_print(json_pack("{s:o}", "error", pacs_json_ascii(err->msg)),
                           JSON_COMPACT, &json, NULL);
    OrthancPluginSendHttpStatus(plugin.context, output, status, (const char *)json.data,
                                (uint32_t)json.size);
    bytes_clear(&json);
}

static OrthancPluginErrorCode on_queue(OrthancPluginRestOutput *output, const char *url,
                                       const OrthancPluginHttpRequest *request)
{
    struct err err = {0};
    struct bytes json = {0};

    (void)url;
    if (request->method != OrthancPluginHttpMethod_Get) {
        OrthancPluginSendMethodNotAllowed(plugin.context, output, "GET");
        return OrthancPluginErrorCode_Success;
    }
    (void)pthread_rwlock_rdlock(&plugin.guard);
    if (!plugin.service)
        answer_error(output, 503, &plugin.trouble);
    else if (!pacs_service_queue(plugin.service, &json, &err))
        answer_error(output, 500, &err);
    else
        answer(output, &json);
    (void)pthread_rwlock_unlock(&plugin.guard);
    bytes_clear(&json);
    return OrthancPluginErrorCode_Success;
}

/* The state of a series, or a new run of it. */
static void series(OrthancPluginRestOutput *output, const char *id, bool again)
{
    struct err err = {0};
    struct bytes json = {0};
    const enum pacs_reply reply =
        pacs_service_series(plugin.service, id, again, &json, &err);

    if (reply == PACS_REPLY_OK) {
        answer(output, &json);
    } else if (reply == PACS_REPLY_MISSING) {
        err_record(&err, ERR_ARG, "no such series");
        answer_error(output, 404, &err);
    } else {
        answer_error(output, err.code == ERR_ARG ? 400 : 500, &err);
    }
    bytes_clear(&json);
}

static OrthancPluginErrorCode on_series(OrthancPluginRestOutput *output,
                                        const char *url,
                                        const OrthancPluginHttpRequest *request)
{
    const char *id = request->groupsCount > 0 ? request->groups[0] : "";
    const bool again = request->method == OrthancPluginHttpMethod_Post;

    (void)url;
    if (!again && request->method != OrthancPluginHttpMethod_Get) {
        OrthancPluginSendMethodNotAllowed(plugin.context, output, "GET,POST");
        return OrthancPluginErrorCode_Success;
    }
    (void)pthread_rwlock_rdlock(&plugin.guard);
    if (plugin.service)
        series(output, id, again);
    else
        answer_error(output, 503, &plugin.trouble);
    (void)pthread_rwlock_unlock(&plugin.guard);
    return OrthancPluginErrorCode_Success;
}

/* ---- life ---- */

static void start(void)
{
    (void)pthread_rwlock_wrlock(&plugin.guard);
    if (!plugin.service && plugin.trouble.code == ERR_NONE &&
        !pacs_service_start(&plugin.config, &plugin.server, &plugin.service,
                            &plugin.trouble))
        log_line(NULL, plugin.trouble.msg);
    (void)pthread_rwlock_unlock(&plugin.guard);
}

static void stop(void)
{
    (void)pthread_rwlock_wrlock(&plugin.guard);
    struct pacs_service *s = plugin.service;
    plugin.service = NULL;
    err_record(&plugin.trouble, ERR_IO, "Orthanc stops");
    (void)pthread_rwlock_unlock(&plugin.guard);
    pacs_service_stop(s);
}

static void poke(void)
{
    (void)pthread_rwlock_rdlock(&plugin.guard);
    if (plugin.service)
        pacs_service_poke(plugin.service);
    (void)pthread_rwlock_unlock(&plugin.guard);
}

/* The database answers between these two events, so that is when there is a service. */
static OrthancPluginErrorCode on_change(OrthancPluginChangeType change,
                                        OrthancPluginResourceType resource,
                                        const char *id)
{
    (void)resource;
    (void)id;
    if (change == OrthancPluginChangeType_OrthancStarted)
        start();
    else if (change == OrthancPluginChangeType_OrthancStopped)
        stop();
    else if (change == OrthancPluginChangeType_StableSeries)
        poke();
    return OrthancPluginErrorCode_Success;
}

/* What is wrong with the configuration is said, and Orthanc starts without a service:
 * its images matter more. */
static void configure(void)
{
    char *json = OrthancPluginGetConfiguration(plugin.context);

    if (!json)
        err_record(&plugin.trouble, ERR_IO, "no configuration");
    else if (pacs_config_read(json, &plugin.config, &plugin.trouble) &&
             !plugin.config.enabled)
        err_record(&plugin.trouble, ERR_SUPPORT, "not enabled in the configuration");
    if (json)
        OrthancPluginFreeString(plugin.context, json);
    if (plugin.trouble.code != ERR_NONE)
        log_line(NULL, plugin.trouble.msg);
}

ORTHANC_PLUGINS_API int32_t OrthancPluginInitialize(OrthancPluginContext *context);
ORTHANC_PLUGINS_API void OrthancPluginFinalize(void);
/* the header's has no prototype */
/* NOLINTNEXTLINE(readability-redundant-declaration) */
ORTHANC_PLUGINS_API const char *OrthancPluginGetName(void);
ORTHANC_PLUGINS_API const char *OrthancPluginGetVersion(void);

ORTHANC_PLUGINS_API int32_t OrthancPluginInitialize(OrthancPluginContext *context)
{
    plugin.context = context;
    if (OrthancPluginCheckVersion(context) == 0) {
        OrthancPluginLogError(context, "Cicatrix: this Orthanc is too old");
        return -1;
    }
    plugin.server = (struct pacs_server){NULL, call, keep, kept, log_line};
    configure();
    OrthancPluginSetDescription(
        context, "Measures myocardial scar in late-enhancement series. Research "
                 "software, not a medical device.");
    OrthancPluginExtendOrthancExplorer(context, EXPLORER_JS);
    OrthancPluginRegisterRestCallbackNoLock(context, "/cicatrix/queue", on_queue);
    OrthancPluginRegisterRestCallbackNoLock(context, "/cicatrix/series/([0-9a-f-]+)",
                                            on_series);
    OrthancPluginRegisterOnChangeCallback(context, on_change);
    return 0;
}

ORTHANC_PLUGINS_API void OrthancPluginFinalize(void)
{
    stop();
}

ORTHANC_PLUGINS_API const char *OrthancPluginGetName(void)
{
    return "cicatrix";
}

ORTHANC_PLUGINS_API const char *OrthancPluginGetVersion(void)
{
    return version_number();
}
