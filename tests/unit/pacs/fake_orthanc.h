/*
 * fake_orthanc.h - as much of Orthanc as src/pacs asks for, and a program that does as
 * `cicatrix` does, for tests.
 *
 * What a series is for the fake program stands in the file of its first instance: a
 * word that fake_program() knows.
 */
#ifndef FAKE_ORTHANC_H
#define FAKE_ORTHANC_H

#include <jansson.h>
#include <pthread.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "dicom/meta.h"
#include "pacs/answer.h"
#include "pacs/config.h"
#include "pacs/queue.h"
#include "pacs/server.h"

enum { FAKE_SERIES = 80, FAKE_INSTANCES = 256, FAKE_CHANGES = 800 };

struct fake_series {
    char id[PACS_ID_SIZE], uid[PACS_UID_SIZE], modality[8], orientation[32];
    char description[32];
    bool stable, there;
    char *mark; /* owned; NULL: none */
};

struct fake_instance {
    char id[PACS_ID_SIZE], uid[PACS_UID_SIZE];
    int series;    /* -1: a result */
    char what[32]; /* content of an image */
    bool there;
};

struct fake_orthanc {
    pthread_mutex_t lock;
    struct fake_series series[FAKE_SERIES];
    int n_series;
    struct fake_instance instance[FAKE_INSTANCES];
    int n_instances;
    struct {
        const char *type, *resource;
        char id[PACS_ID_SIZE];
    } change[FAKE_CHANGES];
    int n_changes;
    int64_t kept;
    int calls;      /* so far */
    int dies_after; /* calls; then everything fails and has no effect; 0: never */
    int loses_at;   /* the call before which all that is there is deleted; 0: never */
    bool refuses;   /* to store */
    char logged[256];
};

static const char FAKE_STUDY[] = "aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa";

/* Copy a text, which may stand in the same struct. */
static inline void fake_copy(char *to, size_t size, const char *text)
{
    const size_t n = strlen(text);
    assert_true(n < size);
    memmove(to, text, n + 1);
}

/* An Orthanc-like name made of a text. */
static inline void fake_id(const char *text, char id[AT_LEAST(PACS_ID_SIZE)])
{
    char hex[SHA256_HEX];
    assert_true(sha256_hex(text, strlen(text), hex, NULL));
    (void)snprintf(id, PACS_ID_SIZE, "%.8s-%.8s-%.8s-%.8s-%.8s", hex, hex + 8, hex + 16,
                   hex + 24, hex + 32);
}

static inline void fake_log(struct fake_orthanc *o, const char *type,
                            const char *resource, const char *id)
{
    assert_true(o->n_changes < FAKE_CHANGES);
    o->change[o->n_changes].type = type;
    o->change[o->n_changes].resource = resource;
    fake_copy(o->change[o->n_changes++].id, PACS_ID_SIZE, id);
}

static inline void fake_add_instance(struct fake_orthanc *o, int series,
                                     const char *uid, const char *what)
{
    struct fake_instance *i = &o->instance[o->n_instances++];

    assert_true(o->n_instances <= FAKE_INSTANCES);
    fake_id(uid, i->id);
    (void)snprintf(i->uid, sizeof i->uid, "%.64s", uid);
    (void)snprintf(i->what, sizeof i->what, "%s", what);
    i->series = series;
    i->there = true;
    fake_log(o, "NewInstance", "Instance", i->id);
}

/* A stable series of two images: number of the series. */
static inline int fake_add_series(struct fake_orthanc *o, const char *uid,
                                  const char *what)
{
    char first[PACS_UID_SIZE], second[PACS_UID_SIZE];
    const int n = o->n_series++;
    struct fake_series *s = &o->series[n];

    assert_true(o->n_series <= FAKE_SERIES);
    fake_id(uid, s->id);
    (void)snprintf(s->uid, sizeof s->uid, "%s", uid);
    (void)snprintf(s->modality, sizeof s->modality, "MR");
    (void)snprintf(s->orientation, sizeof s->orientation, "series %d", n);
    s->stable = s->there = true;
    (void)snprintf(first, sizeof first, "%.60s.1", uid);
    (void)snprintf(second, sizeof second, "%.60s.2", uid);
    fake_log(o, "NewSeries", "Series", s->id);
    fake_add_instance(o, n, first, what);
    fake_add_instance(o, n, second, what);
    fake_log(o, "StableSeries", "Series", s->id);
    return n;
}

static inline json_t *fake_series_json(const struct fake_orthanc *o, int n)
{
    const struct fake_series *s = &o->series[n];
    json_t *instances = json_array();

    for (int i = 0; i < o->n_instances; i++)
        if (o->instance[i].there && o->instance[i].series == n)
            json_array_append_new(instances, json_string(o->instance[i].id));
    return json_pack("{s:s, s:s, s:b, s:o, s:{s:s, s:s, s:s, s:s}}", "ID", s->id,
                     "ParentStudy", FAKE_STUDY, "IsStable", s->stable, "Instances",
                     instances, "MainDicomTags", "SeriesInstanceUID", s->uid,
                     "Modality", s->modality, "ImageOrientationPatient", s->orientation,
                     "SeriesDescription", s->description);
}

static inline struct fake_instance *fake_find(struct fake_orthanc *o, const char *id)
{
    for (int i = 0; i < o->n_instances; i++)
        if (o->instance[i].there && strcmp(o->instance[i].id, id) == 0)
            return &o->instance[i];
    return NULL;
}

/* Results with this identifier that are there. */
static inline int fake_results(const struct fake_orthanc *o, const char *uid)
{
    int n = 0;
    for (int i = 0; i < o->n_instances; i++)
        n += o->instance[i].there && o->instance[i].series < 0 &&
             (!uid || strcmp(o->instance[i].uid, uid) == 0);
    return n;
}

static inline json_t *fake_changes(const struct fake_orthanc *o, int since)
{
    json_t *all = json_array();
    int i = since;

    for (; i < o->n_changes && i < since + 100; i++)
        json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:i}", "ChangeType",
                                             o->change[i].type, "ResourceType",
                                             o->change[i].resource, "ID",
                                             o->change[i].id, "Seq", i + 1));
    return json_pack("{s:o, s:b, s:i}", "Changes", all, "Done", i == o->n_changes,
                     "Last", o->n_changes);
}

static inline json_t *fake_store(struct fake_orthanc *o, const struct bytes *body)
{
    char uid[DICOM_UID], id[PACS_ID_SIZE];
    const char *status = "Success";

    assert_true(dicom_meta_instance(body->data, body->size, uid, NULL));
    fake_id(uid, id);
    if (o->refuses)
        status = "FilteredOut";
    else if (fake_find(o, id))
        status = "AlreadyStored";
    else
        fake_add_instance(o, -1, uid, "result");
    return json_pack("{s:s, s:s}", "ID", id, "Status", status);
}

static inline json_t *fake_lookup(struct fake_orthanc *o, const struct bytes *body)
{
    json_t *all = json_array();

    for (int i = 0; i < o->n_instances; i++)
        if (o->instance[i].there && strlen(o->instance[i].uid) == body->size &&
            memcmp(o->instance[i].uid, body->data, body->size) == 0)
            json_array_append_new(all, json_pack("{s:s, s:s}", "ID", o->instance[i].id,
                                                 "Type", "Instance"));
    return all;
}

static inline enum pacs_reply fake_text(const char *text, struct bytes *answer)
{
    answer->size = strlen(text);
    answer->data = mem_alloc(answer->size + 1, 1, NULL);
    assert_non_null(answer->data);
    memcpy(answer->data, text, answer->size);
    return PACS_REPLY_OK;
}

static inline enum pacs_reply fake_answer(json_t *take, struct bytes *answer)
{
    char *text = json_dumps(take, 0);

    json_decref(take);
    assert_non_null(text);
    const enum pacs_reply reply = fake_text(text, answer);
    free(text);
    return reply;
}

static inline enum pacs_reply
fake_series_call(struct fake_orthanc *o, enum pacs_method method, const char *path,
                 const struct bytes *body, struct bytes *answer)
{
    for (int n = 0; n < o->n_series; n++) {
        struct fake_series *s = &o->series[n];
        if (!s->there || strncmp(path, s->id, PACS_ID_SIZE - 1) != 0)
            continue;
        if (path[PACS_ID_SIZE - 1] == '\0')
            return fake_answer(fake_series_json(o, n), answer);
        assert_string_equal(path + PACS_ID_SIZE - 1, "/metadata/20190");
        if (method == PACS_GET)
            return s->mark ? fake_text(s->mark, answer) : PACS_REPLY_MISSING;
        free(s->mark);
        s->mark = strndup((const char *)body->data, body->size);
        fake_log(o, "UpdatedMetadata", "Series", s->id);
        return fake_text("", answer);
    }
    return PACS_REPLY_MISSING;
}

static inline enum pacs_reply fake_instance_call(struct fake_orthanc *o,
                                                 enum pacs_method method,
                                                 const char *path, struct bytes *answer)
{
    char id[PACS_ID_SIZE];

    (void)snprintf(id, sizeof id, "%s", path);
    struct fake_instance *i = fake_find(o, id);
    if (!i)
        return PACS_REPLY_MISSING;
    if (method == PACS_DELETE) {
        i->there = false;
        return fake_text("", answer);
    }
    if (strcmp(path + PACS_ID_SIZE - 1, "/file") == 0) {
        char text[128];
        (void)snprintf(text, sizeof text, "%s %s\n",
                       i->series >= 0 ? o->series[i->series].uid : "-", i->what);
        return fake_text(text, answer);
    }
    return fake_answer(json_pack("{s:s}", "ParentSeries",
                                 i->series >= 0 ? o->series[i->series].id : FAKE_STUDY),
                       answer);
}

static inline void fake_delete_all(struct fake_orthanc *o)
{
    for (int i = 0; i < o->n_instances; i++)
        o->instance[i].there = false;
    for (int n = 0; n < o->n_series; n++)
        o->series[n].there = false;
}

static inline enum pacs_reply fake_call(void *user, enum pacs_method method,
                                        const char *uri, const struct bytes *body,
                                        struct bytes *answer, struct err *err)
{
    struct fake_orthanc *o = user;
    enum pacs_reply reply = PACS_REPLY_MISSING;
    const char SERIES[] = "/series/", INSTANCES[] = "/instances/",
               CHANGES[] = "/changes?since=";

    pthread_mutex_lock(&o->lock);
    if (++o->calls == o->loses_at)
        fake_delete_all(o);
    if (o->dies_after > 0 && o->calls > o->dies_after) {
        err_record(err, ERR_IO, "the server is dead");
        reply = PACS_REPLY_FAILED;
    } else if (strncmp(uri, SERIES, sizeof SERIES - 1) == 0) {
        reply = fake_series_call(o, method, uri + sizeof SERIES - 1, body, answer);
    } else if (strncmp(uri, INSTANCES, sizeof INSTANCES - 1) == 0) {
        reply = fake_instance_call(o, method, uri + sizeof INSTANCES - 1, answer);
    } else if (strcmp(uri, "/instances") == 0) {
        reply = fake_answer(fake_store(o, body), answer);
    } else if (strcmp(uri, "/tools/lookup") == 0) {
        reply = fake_answer(fake_lookup(o, body), answer);
    } else if (strncmp(uri, CHANGES, sizeof CHANGES - 1) == 0) {
        reply = fake_answer(
            fake_changes(o, (int)strtol(uri + sizeof CHANGES - 1, NULL, 10)), answer);
    } else if (strcmp(uri, "/changes?last") == 0) {
        reply = fake_answer(fake_changes(o, o->n_changes), answer);
    } else if (strstr(uri, "/studies/") == uri) {
        json_t *all = json_array();
        for (int n = 0; n < o->n_series; n++)
            if (o->series[n].there)
                json_array_append_new(all, fake_series_json(o, n));
        reply = fake_answer(all, answer);
    }
    pthread_mutex_unlock(&o->lock);
    return reply;
}

static inline bool fake_keep(void *user, int64_t number, struct err *err)
{
    struct fake_orthanc *o = user;

    (void)err;
    pthread_mutex_lock(&o->lock);
    o->kept = number;
    pthread_mutex_unlock(&o->lock);
    return true;
}

static inline bool fake_kept(void *user, int64_t *number, struct err *err)
{
    struct fake_orthanc *o = user;

    (void)err;
    *number = o->kept;
    return true;
}

static inline void fake_log_line(void *user, const char *line)
{
    struct fake_orthanc *o = user;

    pthread_mutex_lock(&o->lock);
    (void)snprintf(o->logged, sizeof o->logged, "%s", line);
    pthread_mutex_unlock(&o->lock);
}

static inline struct pacs_server fake_server(struct fake_orthanc *o)
{
    return (struct pacs_server){o, fake_call, fake_keep, fake_kept, fake_log_line};
}

static inline void fake_clear(struct fake_orthanc *o)
{
    for (int n = 0; n < o->n_series; n++)
        free(o->series[n].mark);
    *o = (struct fake_orthanc){.lock = PTHREAD_MUTEX_INITIALIZER, .kept = -1};
}

/*
 * Write a program into `folder` that answers as cicatrix does; identifiers of its
 * results end in `version`.  Images that say
 *
 *     lge        are measured
 *     cine       are not for it
 *     twin       are not, as soon as an lge is beside them
 *     damaged    make it fail in words
 *     full, wordless    make it fail as on a full disk: in words, or without
 *     crash, hang, odd, mute, silent    make it crash, hang, exit with status 3, print
 *                what it should not, give no result
 */
static inline void fake_program(const char *folder, int version,
                                struct pacs_config *config)
{
    static const char script[] =
        "command=$1\n"
        "for last; do :; done\n"
        "sep= number=1\n"
        "echo '['\n"
        "for d in */; do\n"
        "  d=${d%%/}\n"
        "  [ -e $d/00001.dcm ] || continue\n"
        "  [ $command = info ] || [ $d = $last ] || continue\n"
        "  read -r uid what <$d/00001.dcm\n"
        "  case $command.$what in\n"
        "  *.lge) taken=true why='its name' ;;\n"
        "  info.twin) taken=true why='its name'\n"
        "    if grep -q lge */00001.dcm; then taken=false why='a twin'; fi ;;\n"
        "  *.cine) taken=false why='its name' ;;\n"
        "  quantify.damaged) echo \"cicatrix: $d/00001.dcm: damaged\" >&2; exit 1 ;;\n"
        "  quantify.full) echo 'cicatrix: warning: odd' >&2\n"
        "    echo 'cicatrix: seg.dcm: cannot write: No space left on device' >&2\n"
        "    exit 1 ;;\n"
        "  quantify.wordless) exit 1 ;;\n"
        "  quantify.crash) kill -SEGV $$ ;;\n"
        "  quantify.hang) sleep 100 & sleep 100 ;;\n"
        "  quantify.odd) exit 3 ;;\n"
        "  quantify.mute) exit 0 ;;\n"
        "  quantify.silent) continue ;;\n"
        "  *) taken=true why='its name' ;;\n"
        "  esac\n"
        "  if [ $command = info ]; then\n"
        "    echo \"$sep{\\\"series_uid\\\": \\\"$uid\\\", \\\"kind\\\": \\\"$what\\\","
        " \\\"quantify\\\": $taken, \\\"reason\\\": \\\"$why\\\"}\"\n"
        "  else\n"
        "    mkdir -p results/case\n"
        "    for f in seg sr report overlay; do\n"
        "      name=$uid.%d.$number; number=$((number + 1))\n"
        "      { head -c 128 /dev/zero\n"
        "        printf 'DICM\\002\\000\\003\\000UI'\n"
        "        printf \"\\\\$(printf %%03o ${#name})\"\n"
        "        printf '\\000%%s' $name\n"
        "      } >results/case/$f.dcm\n"
        "    done\n"
        "    echo \"$sep{\\\"input\\\": {\\\"id\\\": \\\"case\\\", \\\"series_uid\\\": "
        "\\\"$uid\\\"}, \\\"scar\\\": {\\\"ml\\\": 1.25, \\\"percent_lge\\\": 12.5},"
        " \\\"quality\\\": {\\\"verdict\\\": \\\"review\\\"}}\"\n"
        "  fi\n"
        "  sep=,\n"
        "done\n"
        "echo ']'\n";

    assert_true(pacs_config_read("{}", config, NULL));
    (void)snprintf(config->work, sizeof config->work, "%s", folder);
    (void)snprintf(config->program, sizeof config->program, "%s/program", folder);
    FILE *f = fopen(config->program, "w");
    assert_non_null(f);
    fputs("#!/bin/sh\n", f);
    (void)fprintf(f, script, version);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(config->program, 0700), 0);
}

#endif
