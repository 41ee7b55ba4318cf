#include "dicom/files.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "dicom/guard.h"

enum { CPU_S = 10, WALL_S = 120 };

/* What the child says of a file: this, then the object and its frames if it is one. */
enum { NOT_DICOM = 1, BAD = 2, GOOD = 3, BLANK = 4 };
struct answer {
    int32_t what;
    int32_t frames;
    struct err err;
};

/* Only what is said goes through the pipe, not what lay in memory behind it. */
static void send_answer(int fd, const struct answer *a)
{
    struct answer clean;

    memset(&clean, 0, sizeof clean);
    clean.what = a->what;
    clean.frames = a->frames;
    clean.err.code = a->err.code;
    memcpy(clean.err.msg, a->err.msg, strnlen(a->err.msg, sizeof clean.err.msg - 1));
    dicom_guard_send(fd, &clean, sizeof clean);
}

/* ---- attributes: the child ---- */

struct heads_work {
    const struct dicom_place *place;
    size_t first, count;
    struct dicom_guard_limits limits;
};

static bool read_frames(struct dicom_parsed *p, const struct dicom_object *object,
                        struct dicom_frame **out, struct err *err)
{
    const int32_t n = object->instance.frames;
    struct dicom_frame *frame = mem_alloc((size_t)n, sizeof *frame, err);
    bool ok = frame != NULL;

    for (int32_t f = 0; ok && f < n; f++)
        ok = dicom_object_frame(p, f, &frame[f], err);
    if (!ok) {
        mem_free(frame);
        return false;
    }
    *out = frame;
    return true;
}

static bool is_blank(const struct dicom_view *v)
{
    const uint8_t *b = v->data;

    for (size_t i = 0; i < v->size; i++)
        if (b[i] != 0)
            return false;
    return true;
}

static void answer_head(int fd, struct dicom_opener *opener,
                        const struct dicom_place *place)
{
    struct answer a = {NOT_DICOM, 0, {0}};
    struct dicom_view v = {0};
    struct dicom_parsed *p = NULL;
    struct dicom_object *object = mem_alloc(1, sizeof *object, &a.err);
    struct dicom_frame *frame = NULL;
    bool ok = false;

    if (!object || !dicom_view_open(opener, place, &v, &a.err)) {
        a.what = BAD;
        if (a.err.code == ERR_FORMAT && place->entry == 0) /* empty */
            a = (struct answer){BLANK, 0, {0}};
    } else if (dicom_object_looks_like(v.data, v.size)) {
        ok = dicom_object_open(v.data, v.size, false, &p, &a.err) &&
             dicom_object_head(p, object, &a.err) &&
             read_frames(p, object, &frame, &a.err);
        a.what = ok ? GOOD : BAD;
        a.frames = ok ? object->instance.frames : 0;
        if (!ok)
            dicom_view_blame(place, &a.err);
    } else if (is_blank(&v)) {
        a.what = BLANK;
    }
    send_answer(fd, &a);
    if (ok) {
        dicom_guard_send(fd, object, sizeof *object);
        dicom_guard_send(fd, frame, (size_t)a.frames * sizeof *frame);
    }
    dicom_object_close(p);
    dicom_view_close(&v);
    mem_free(frame);
    mem_free(object);
}

static void heads_in_child(int fd, void *context)
{
    const struct heads_work *w = context;
    struct answer ready = {GOOD, 0, {0}};
    struct dicom_opener opener = {0};

    if (!dicom_object_begin(&ready.err))
        ready.what = BAD;
    send_answer(fd, &ready);
    for (size_t i = w->first; ready.what == GOOD && i < w->count; i++) {
        dicom_guard_step(&w->limits);
        answer_head(fd, &opener, &w->place[i]);
    }
    dicom_view_opener_close(&opener);
}

/* ---- attributes: the parent, which trusts no length and no text ---- */

#define END(text) ((text)[sizeof(text) - 1] = '\0')

static void end_texts(struct dicom_object *o)
{
    struct dicom_patient *p = &o->header.patient;
    struct dicom_study *s = &o->header.study;
    struct dicom_series_module *e = &o->header.series;
    struct dicom_equipment *q = &o->header.equipment;
    struct dicom_instance *i = &o->instance;

    END(p->name), END(p->id), END(p->issuer), END(p->birth_date), END(p->sex);
    END(s->uid), END(s->id), END(s->date), END(s->time), END(s->accession);
    END(s->description), END(s->referring), END(s->patient_age);
    END(s->patient_size), END(s->patient_weight);
    END(e->uid), END(e->frame_of_reference), END(e->position_indicator);
    END(e->modality), END(e->number), END(e->date), END(e->time);
    END(e->description), END(e->protocol), END(e->body_part), END(e->patient_position);
    END(q->manufacturer), END(q->model), END(q->station), END(q->institution);
    END(q->software), END(q->serial);
    END(i->sop_class), END(i->sop_instance), END(i->transfer_syntax);
    END(i->photometric), END(i->scanning_sequence), END(i->sequence_name);
}

/* The rest of a good answer. */
static bool receive_object(struct dicom_guard *g, int32_t frames,
                           struct dicom_object *object, struct dicom_frame **frame,
                           struct err *err)
{
    if (frames < 0 || frames > DICOM_MAX_FRAMES)
        return ERR_FAIL(err, ERR_FORMAT, "the decoder speaks of %d frames", frames);
    *frame = mem_alloc((size_t)frames, sizeof **frame, err);
    if (!*frame || !dicom_guard_receive(g, object, sizeof *object, err) ||
        !dicom_guard_receive(g, *frame, (size_t)frames * sizeof **frame, err))
        return false;
    end_texts(object);
    for (int32_t f = 0; f < frames; f++) {
        END((*frame)[f].image_type);
        END((*frame)[f].component);
    }
    object->instance.frames = frames;
    return true;
}

/* One file's answer; a child that ends is the file's fault. */
static void receive_head(struct dicom_guard *g, const struct dicom_place *place,
                         struct dicom_file_head *head, struct dicom_object *object,
                         struct dicom_frame **frame)
{
    struct answer a;

    if (!dicom_guard_receive(g, &a, sizeof a, &head->bad) ||
        (a.what == GOOD && !receive_object(g, a.frames, object, frame, &head->bad))) {
        dicom_guard_stop(g); /* what it sends next would not be an answer */
        dicom_view_blame(place, &head->bad);
        head->is_dicom = true;
        return;
    }
    END(a.err.msg);
    head->blank = a.what == BLANK;
    head->is_dicom = a.what != NOT_DICOM && !head->blank;
    if (a.what == BAD)
        err_record(&head->bad, a.err.code ? a.err.code : ERR_FORMAT, "%s", a.err.msg);
    head->object = object;
    head->frame = *frame;
}

static bool start_heads(struct heads_work *work, struct dicom_guard *g, struct err *err)
{
    struct answer ready;

    if (!dicom_object_prepare(err) ||
        !dicom_guard_start(heads_in_child, work, &work->limits, g, err) ||
        !dicom_guard_receive(g, &ready, sizeof ready, err))
        return false;
    END(ready.err.msg);
    return ready.what == GOOD || ERR_FAIL(err, ERR_IO, "%s", ready.err.msg);
}

bool dicom_files_heads(const struct dicom_place *place, size_t count,
                       dicom_files_take *take, void *context, struct err *err)
{
    struct heads_work work = {place, 0, count, {DICOM_MEMORY, CPU_S, WALL_S}};
    struct dicom_guard guard = {0};
    struct dicom_object *object = mem_alloc(1, sizeof *object, err);
    struct dicom_frame *frame = NULL;
    bool ok = object != NULL;

    for (size_t i = 0; ok && i < count; i++) {
        struct dicom_file_head head = {.index = i};
        work.first = i;
        if (guard.pid <= 0 && !start_heads(&work, &guard, err)) {
            ok = false;
            break;
        }
        receive_head(&guard, &place[i], &head, object, &frame);
        if (head.bad.code != ERR_NONE) {
            head.object = NULL;
            head.frame = NULL;
        }
        ok = take(context, &head, err);
        mem_free(frame);
        frame = NULL;
    }
    dicom_guard_stop(&guard);
    mem_free(object);
    return ok;
}

/* ---- archives ---- */

static void list_in_child(int fd, void *context)
{
    const char *path = context;
    struct answer a = {GOOD, 0, {0}};
    struct dicom_zip *zip = NULL;
    uint32_t *entry = NULL;

    if (!dicom_zip_open(path, &zip, &a.err) ||
        !(entry = mem_alloc(dicom_zip_count(zip), sizeof *entry, &a.err)))
        a.what = BAD;
    for (size_t i = 0; a.what == GOOD && i < dicom_zip_count(zip); i++)
        if (dicom_zip_is_file(zip, i))
            entry[a.frames++] = (uint32_t)i + 1;
    send_answer(fd, &a);
    if (a.what == GOOD)
        dicom_guard_send(fd, entry, (size_t)a.frames * sizeof *entry);
    mem_free(entry);
    dicom_zip_close(zip);
}

bool dicom_files_in_zip(const char *path, uint32_t **entry, size_t *count,
                        struct err *err)
{
    const struct dicom_guard_limits limits = {DICOM_MEMORY, CPU_S, WALL_S};
    struct dicom_guard g = {0};
    struct answer a = {0};
    uint32_t *got = NULL;
    bool ok = false;
    union {
        const char *in;
        void *out; /* the child only reads it */
    } word = {path};

    if (!dicom_guard_start(list_in_child, word.out, &limits, &g, err))
        return false;
    if (!dicom_guard_receive(&g, &a, sizeof a, err)) {
        err_prefix(err, "%s", path);
        goto done;
    }
    END(a.err.msg);
    if (a.what != GOOD || a.frames < 0 || a.frames > DICOM_ZIP_MAX_FILES) {
        err_record(err, a.err.code ? a.err.code : ERR_FORMAT, "%s", a.err.msg);
        goto done;
    }
    const size_t n = (size_t)a.frames;
    if (!(got = mem_alloc(n, sizeof *got, err)) ||
        !dicom_guard_receive(&g, got, n * sizeof *got, err))
        goto done;
    for (size_t i = 0; i < n; i++)
        if (got[i] < 1 || (i > 0 && got[i] <= got[i - 1])) {
            err_record(err, ERR_FORMAT, "%s: damaged zip archive", path);
            goto done;
        }
    *entry = got;
    *count = n;
    got = NULL; /* moved */
    ok = true;
done:
    mem_free(got);
    dicom_guard_stop(&g);
    return ok;
}

/* ---- pixels ---- */

struct pixels_work {
    const struct dicom_frame_ref *ref;
    size_t count;
    int32_t rows, columns;
    float *value; /* shared with the parent */
    struct dicom_guard_limits limits;
};

/* An open file, kept while the next frame is of the same. */
struct opened {
    const struct dicom_place *place;
    struct dicom_view view;
    struct dicom_opener opener;
    struct dicom_parsed *parsed;
    struct dicom_object *object;
};

static void opened_close(struct opened *o)
{
    dicom_object_close(o->parsed);
    dicom_view_close(&o->view);
    o->parsed = NULL;
    o->place = NULL;
}

static bool opened_turn_to(struct opened *o, const struct dicom_place *place,
                           struct err *err)
{
    if (o->place && o->place->entry == place->entry &&
        strcmp(o->place->path, place->path) == 0)
        return true;
    opened_close(o);
    if (!dicom_view_open(&o->opener, place, &o->view, err))
        return false;
    if (!dicom_object_open(o->view.data, o->view.size, true, &o->parsed, err) ||
        !dicom_object_head(o->parsed, o->object, err)) {
        dicom_view_blame(place, err);
        return false;
    }
    o->place = place;
    return true;
}

static bool decode_one(const struct pixels_work *w, size_t n, struct opened *o,
                       struct err *err)
{
    const struct dicom_frame_ref *r = &w->ref[n];
    const size_t plane = (size_t)w->rows * (size_t)w->columns;

    if (!opened_turn_to(o, &r->place, err))
        return false;
    const struct dicom_instance *i = &o->object->instance;
    bool ok = true;
    if (i->rows != w->rows || i->columns != w->columns || r->index >= i->frames ||
        strcmp(i->sop_instance, r->sop_instance) != 0)
        ok = ERR_FAIL(err, ERR_FORMAT, "has changed since it was looked at");
    ok = ok && dicom_object_decode(o->parsed, r->index, w->value + n * plane, err);
    if (!ok)
        dicom_view_blame(&r->place, err);
    return ok;
}

static void pixels_in_child(int fd, void *context)
{
    const struct pixels_work *w = context;
    struct answer a = {GOOD, 0, {0}};
    struct opened o = {.object = mem_alloc(1, sizeof *o.object, &a.err)};

    if (!o.object || !dicom_object_begin(&a.err))
        a.what = BAD;
    for (size_t n = 0; a.what == GOOD && n < w->count; n++) {
        dicom_guard_step(&w->limits);
        if (!decode_one(w, n, &o, &a.err))
            a.what = BAD;
        send_answer(fd, &a);
    }
    if (a.what == BAD) /* once more where it failed before the first frame */
        send_answer(fd, &a);
}

static bool receive_pixels(struct dicom_guard *g, const struct pixels_work *w,
                           struct err *err)
{
    const size_t plane = (size_t)w->rows * (size_t)w->columns;

    for (size_t n = 0; n < w->count; n++) {
        struct answer a;
        if (!dicom_guard_receive(g, &a, sizeof a, err)) {
            dicom_view_blame(&w->ref[n].place, err);
            return false;
        }
        END(a.err.msg);
        if (a.what != GOOD)
            return ERR_FAIL(err, a.err.code ? a.err.code : ERR_FORMAT, "%s", a.err.msg);
        for (size_t v = n * plane; v < (n + 1) * plane; v++)
            if (!isfinite(w->value[v])) {
                err_record(err, ERR_FORMAT, "a value is not finite");
                dicom_view_blame(&w->ref[n].place, err);
                return false;
            }
    }
    return true;
}

bool dicom_files_pixels(const struct dicom_frame_ref *ref, size_t count, int32_t rows,
                        int32_t columns, float *value, struct err *err)
{
    const size_t plane = (size_t)rows * (size_t)columns;
    struct pixels_work w = {ref, count, rows, columns, NULL, {0, CPU_S, WALL_S}};
    struct dicom_guard guard = {0};
    bool ok = false;

    if (rows < 1 || columns < 1 || rows > DICOM_MAX_SIDE || columns > DICOM_MAX_SIDE ||
        count < 1 || count > (size_t)IMAGE_MAX_VOXELS / plane)
        return ERR_FAIL(err, ERR_SUPPORT, "%zu frames of %d x %d; at most %lld pixels",
                        count, columns, rows, (long long)IMAGE_MAX_VOXELS);
    const size_t size = count * plane * sizeof *value;
    void *shared =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return ERR_FAIL(err, ERR_NOMEM, "out of memory for %zu frames", count);
    w.value = shared;
    w.limits.memory_bytes = DICOM_MEMORY;
    if (dicom_object_prepare(err) &&
        dicom_guard_start(pixels_in_child, &w, &w.limits, &guard, err) &&
        receive_pixels(&guard, &w, err)) {
        dicom_guard_stop(&guard); /* nothing changes from here on */
        memcpy(value, shared, size);
        ok = true;
    }
    dicom_guard_stop(&guard);
    (void)munmap(shared, size);
    return ok;
}
