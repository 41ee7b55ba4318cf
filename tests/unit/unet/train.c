#include "unet/small.h"

#include "base/sort.h"
#include "base/file.h"
#include "image/nifti.h"
#include "nn/safetensors.h"
#include "unet/join.h"
#include "unet/model.h"
#include "unet/predict.h"
#include "unet/train.h"
#include "unet/tune.h"

enum { PATIENTS = 4, TRAINED = 3, LOCATE_EPOCHS = 2, EPOCHS = 3, MOST_COPIES = 8 };

/* A cohort on the disk and where its models go. */
struct fixture {
    char dir[64];
    struct cohort cohort;
    struct unet_config config;
};

static void path_of(const struct fixture *f, const char *name, char path[128])
{
    (void)snprintf(path, 128, "%s/%s", f->dir, name);
}

static void begin(struct fixture *f)
{
    struct err err = {0};
    char table[512] = "id,image,label\n", path[128], name[64];
    size_t used = strlen(table);
    *f = (struct fixture){.config = small_config()};
    f->config.segment.size = 16;
    f->config.segment.pixel_mm = 6.0;
    f->config.locate.size = 16;
    f->config.locate.pixel_mm = 8.0;
    (void)testing_scratch(f->dir);
    for (int i = 0; i < PATIENTS; i++) {
        struct image im = {0};
        struct labels l = {0};
        small_phantom((uint64_t)i, &im, &l);
        (void)snprintf(name, sizeof name, "p%d.nii", i);
        path_of(f, name, path);
        assert_ok(nifti_write_image(path, &im, &err), err);
        (void)snprintf(name, sizeof name, "p%d-label.nii", i);
        path_of(f, name, path);
        assert_ok(nifti_write_labels(path, &l, &err), err);
        used += (size_t)snprintf(table + used, sizeof table - used,
                                 "p%d,p%d.nii,p%d-label.nii\n", i, i, i);
        image_clear(&im);
        labels_clear(&l);
    }
    assert_ok(cohort_parse(table, used, "COHORT.csv", f->dir, &f->cohort, &err), err);
}

static void end(struct fixture *f)
{
    cohort_clear(&f->cohort);
    testing_remove(f->dir);
}

static struct train_options options_of(const char *precision)
{
    struct train_options o = train_defaults();
    o.epochs = EPOCHS;
    o.locate_epochs = LOCATE_EPOCHS;
    o.threads = 1;
    o.workers = 1;
    o.precision = precision;
    o.checkpoint_s = 0.0;
    o.validate_every = 2;
    o.data = "shapes";
    o.licence = "Apache-2.0";
    return o;
}

/* What a run reported, and every checkpoint that it left on its way. */
struct witness {
    char checkpoint[160];
    struct bytes copy[MOST_COPIES];
    int copies, reports, begun, ended;
    int64_t done[2], total[2];
    double loss, validation[2];
};

static void watch(void *user, const struct train_state *s)
{
    struct witness *w = user;
    struct bytes now = {0};
    if (s->replaces)
        return;
    w->reports++;
    if (strcmp(s->stage, "reading") == 0)
        return;
    const int stage = strcmp(s->stage, "segment") == 0;
    w->begun += s->stage_begins;
    w->ended += s->stage_ends;
    w->done[stage] = s->done;
    w->total[stage] = s->total;
    w->loss = s->loss;
    w->validation[stage] = s->validation;
    if (!file_exists(w->checkpoint) || !file_read(w->checkpoint, 1 << 30, &now, NULL))
        return;
    const struct bytes *last = w->copies ? &w->copy[w->copies - 1] : NULL;
    if (w->copies < MOST_COPIES && (!last || last->size != now.size ||
                                    memcmp(last->data, now.data, now.size) != 0))
        w->copy[w->copies++] = now;
    else
        bytes_clear(&now);
}

static void witness_clear(struct witness *w)
{
    for (int i = 0; i < w->copies; i++)
        bytes_clear(&w->copy[i]);
}

static bool run(const struct fixture *f, const struct train_options *o,
                const char *path, struct witness *w, struct err *err)
{
    static const size_t rows[TRAINED] = {0, 1, 3}, val[1] = {2};
    *w = (struct witness){0};
    (void)snprintf(w->checkpoint, sizeof w->checkpoint, "%s.checkpoint", path);
    return train_run(&(struct train_data){.cohort = &f->cohort,
                                          .train_row = rows,
                                          .train_rows = TRAINED,
                                          .val_row = val,
                                          .val_rows = 1},
                     &f->config, o, path, &(struct train_watch){watch, w}, err);
}

static void learn(const struct fixture *f, const struct train_options *o,
                  const char *path)
{
    struct err err = {0};
    struct witness w;
    assert_ok(run(f, o, path, &w, &err), err);
    witness_clear(&w);
}

static void assert_same_file(const char *a, const char *b)
{
    struct err err = {0};
    struct bytes x = {0}, y = {0};
    assert_ok(file_read(a, (size_t)1 << 30, &x, &err), err);
    assert_ok(file_read(b, (size_t)1 << 30, &y, &err), err);
    assert_int_equal(x.size, y.size);
    assert_memory_equal(x.data, y.data, x.size);
    bytes_clear(&x);
    bytes_clear(&y);
}

static void assert_story(const struct witness *w, const char *path)
{
    struct err err = {0};
    char log[160];
    struct bytes text = {0};
    assert_int_equal(w->begun, 2);
    assert_int_equal(w->ended, 2);
    assert_int_equal(w->done[0], LOCATE_EPOCHS * TRAINED);
    assert_int_equal(w->total[0], LOCATE_EPOCHS * TRAINED);
    assert_int_equal(w->done[1], EPOCHS * TRAINED);
    assert_int_equal(w->total[1], EPOCHS * TRAINED);
    assert_true(isfinite(w->loss));
    assert_true(w->validation[0] >= 0.0 && w->validation[0] < 200.0);
    assert_true(w->validation[1] >= 0.0 && w->validation[1] <= 1.0);
    (void)snprintf(log, sizeof log, "%s.log.csv", path);
    assert_ok(file_read(log, 1 << 20, &text, &err), err);
    int lines = 0;
    for (size_t i = 0; i < text.size; i++)
        lines += text.data[i] == '\n';
    assert_int_equal(lines, 1 + LOCATE_EPOCHS + EPOCHS);
    bytes_clear(&text);
    assert_false(file_exists(w->checkpoint)); /* the model holds what mattered */
}

/* Kill a training after any epoch, take it up again: the same bytes in the end. */
static void resumed_is_uninterrupted(const char *precision)
{
    struct fixture f;
    struct err err = {0};
    struct witness whole;
    char a[128], b[128], log[2][160], checkpoint[160];
    begin(&f);
    path_of(&f, "a.safetensors", a);
    path_of(&f, "b.safetensors", b);
    struct train_options o = options_of(precision);
    if (!run(&f, &o, a, &whole, &err)) {
        assert_refused(false, err, ERR_SUPPORT, ""); /* a CPU without bf16 */
        print_message("# not run: %s\n", precision);
        end(&f);
        return;
    }
    assert_story(&whole, a);
    /* the last one is overtaken by the model */
    assert_int_equal(whole.copies, LOCATE_EPOCHS + EPOCHS);

    /* once more, with other workers: nothing is random but by the seed */
    o.workers = 3;
    if (!testing_slow_machine()) {
        learn(&f, &o, b);
        assert_same_file(a, b);
    }

    o.resume = true;
    (void)snprintf(checkpoint, sizeof checkpoint, "%s.checkpoint", b);
    (void)snprintf(log[0], sizeof log[0], "%s.log.csv", a);
    (void)snprintf(log[1], sizeof log[1], "%s.log.csv", b);
    for (int i = 0; i < whole.copies; i += testing_slow_machine() ? 4 : 1) {
        (void)unlink(b);
        assert_ok(file_write(checkpoint, whole.copy[i].data, whole.copy[i].size, &err),
                  err);
        learn(&f, &o, b);
        assert_same_file(a, b);
        if (i < whole.copies - 1)
            assert_same_file(log[0], log[1]);
    }
    witness_clear(&whole);
    end(&f);
}

static void resumed_is_uninterrupted_f32(void **state)
{
    (void)state;
    resumed_is_uninterrupted("f32");
}

static void resumed_is_uninterrupted_bf16(void **state)
{
    (void)state;
    if (!testing_slow_machine())
        resumed_is_uninterrupted("bf16");
}

/* A model that was trained can be read and used. */
static void a_trained_model_works(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct model m = {0};
    struct predictor *p = NULL;
    struct image im = {0};
    struct labels truth = {0}, out = {0};
    char path[128];
    begin(&f);
    path_of(&f, "m.safetensors", path);
    struct train_options o = options_of("f32");
    o.resume = true; /* without a checkpoint that is a start */
    learn(&f, &o, path);
    assert_ok(model_load(path, &m, &err), err);
    assert_non_null(strstr(m.metadata, "3 trained on, 1 watched"));
    assert_non_null(strstr(m.metadata, "val_myocardium_dsc"));
    assert_non_null(strstr(m.metadata, "\"data\":\"shapes\""));
    const struct predict_options po = {.threads = 1, .precision = "f32"};
    assert_ok(predictor_new(&m, &po, &p, &err), err);
    small_phantom(2, &im, &truth);
    assert_ok(predictor_run(p, &im, &out, NULL, &err), err);
    assert_true(grid_same(&out.grid, &im.grid, 1e-9));
    for (size_t i = 0; i < grid_voxels(&out.grid); i++)
        assert_in_range(out.vox[i], 0, LABEL_NO_REFLOW);
    labels_clear(&out);
    labels_clear(&truth);
    image_clear(&im);
    predictor_free(p);
    model_clear(&m);
    end(&f);
}

static void resume_refuses_another_run(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct witness whole, w;
    char a[128], b[128], checkpoint[160];
    begin(&f);
    path_of(&f, "a.safetensors", a);
    path_of(&f, "b.safetensors", b);
    const struct train_options good = options_of("f32");
    assert_ok(run(&f, &good, a, &whole, &err), err);
    assert_true(whole.copies >= 3);
    (void)snprintf(checkpoint, sizeof checkpoint, "%s.checkpoint", b);
#define REFUSE(field, value)                                                           \
    do {                                                                               \
        struct train_options o = good;                                                 \
        o.resume = true;                                                               \
        o.field = value;                                                               \
        assert_ok(                                                                     \
            file_write(checkpoint, whole.copy[2].data, whole.copy[2].size, &err),      \
            err);                                                                      \
        const bool ok = run(&f, &o, b, &w, &err);                                      \
        witness_clear(&w);                                                             \
        assert_false(ok);                                                              \
        assert_non_null(strstr(err.msg, checkpoint));                                  \
        assert_refused(ok, err, ERR_FORMAT, "other options");                          \
        assert_false(file_exists(b));                                                  \
        assert_true(file_exists(checkpoint)); /* and it is kept */                     \
    } while (0)
    REFUSE(seed, 2);
    REFUSE(epochs, EPOCHS + 1);
    REFUSE(locate_epochs, LOCATE_EPOCHS + 1);
    REFUSE(accumulate, 1);
    REFUSE(rate, 2e-3);
    REFUSE(decay, 0.0);
    REFUSE(average, 0.9);
    REFUSE(sparse, 0.5);
    REFUSE(large, 0.5);
    REFUSE(contrast, 0.5);
    REFUSE(early, 0.5);
    REFUSE(threads, 2);
    f.config.segment.depth = 3;
    REFUSE(seed, 1);
    f.config.segment.depth = 4;
#undef REFUSE
    /* other patients */
    struct train_options o = good;
    o.resume = true;
    const size_t rows[] = {0, 1, 2};
    assert_refused(
        train_run(&(struct train_data){.cohort = &f.cohort,
                                       .train_row = rows,
                                       .train_rows = 3},
                  &f.config, &o, b,
                  &(struct train_watch){watch, &(struct witness){.copies = 0}}, &err),
        err, ERR_FORMAT, "other options");
    /* a damaged checkpoint */
    assert_ok(file_write(checkpoint, whole.copy[2].data, whole.copy[2].size - 1, &err),
              err);
    assert_refused(run(&f, &o, b, &w, &err), err, ERR_FORMAT, checkpoint);
    witness_clear(&w);
    /* without --resume it does not matter what lies there */
    o.resume = false;
    if (!testing_slow_machine()) {
        learn(&f, &o, b);
        assert_same_file(a, b);
    }
    witness_clear(&whole);
    end(&f);
}

/* Every tensor of a model whose name begins like this has the same values in both. */
static bool same_network(const char *a, const char *b, const char *prefix)
{
    struct err err = {0};
    struct nn_weights x = {0}, y = {0};
    bool same = true;
    assert_ok(nn_weights_read(a, &x, NULL, &err), err);
    assert_ok(nn_weights_read(b, &y, NULL, &err), err);
    for (size_t i = 0; i < x.tensors; i++) {
        const struct nn_tensor *t = &x.tensor[i];
        const struct nn_tensor *u = nn_weights_find(&y, t->name);
        assert_non_null(u);
        if (strncmp(t->name, prefix, strlen(prefix)) == 0)
            same = same && memcmp(t->data, u->data, t->count * sizeof *t->data) == 0;
    }
    nn_weights_clear(&x);
    nn_weights_clear(&y);
    return same;
}

/* The largest difference of two models' weights. */
static double apart(const char *a, const char *b)
{
    struct err err = {0};
    struct nn_weights x = {0}, y = {0};
    double most = 0.0;
    assert_ok(nn_weights_read(a, &x, NULL, &err), err);
    assert_ok(nn_weights_read(b, &y, NULL, &err), err);
    for (size_t i = 0; i < x.tensors; i++)
        for (size_t k = 0; k < x.tensor[i].count; k++)
            most = fmax(most,
                        fabs((double)x.tensor[i].data[k] -
                             (double)nn_weights_find(&y, x.tensor[i].name)->data[k]));
    nn_weights_clear(&x);
    nn_weights_clear(&y);
    return most;
}

/* Two threads take a step's samples side by side: of two, and of the one that an epoch
 * of three leaves, that is the same to the bit as one after the other; of four it is
 * summed otherwise.  It can be repeated, and taken up again. */
static void samples_side_by_side_are_samples_in_turn(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct witness w;
    char one[128], two[128], again[128], checkpoint[160];
    begin(&f);
    path_of(&f, "one.safetensors", one);
    path_of(&f, "two.safetensors", two);
    path_of(&f, "again.safetensors", again);
    struct train_options o = options_of("f32");
    assert_ok(run(&f, &o, one, &w, &err), err);
    const double validation = w.validation[1];
    witness_clear(&w);
    o.threads = 2;
    assert_ok(run(&f, &o, two, &w, &err), err);
    assert_true(same_network(one, two, ""));
    assert_true(fabs(w.validation[1] - validation) == 0.0);
    (void)snprintf(checkpoint, sizeof checkpoint, "%s.checkpoint", again);
    assert_ok(file_write(checkpoint, w.copy[3].data, w.copy[3].size, &err), err);
    witness_clear(&w);
    o.resume = true;
    learn(&f, &o, again);
    assert_same_file(two, again);
    if (testing_slow_machine()) {
        end(&f);
        return;
    }
    /* Sums in another order differ by rounding.  Once in ten trainings that decides
     * which of two values is the larger, and all learns on from there: not in two of
     * three. */
    double off[3];
    o.resume = false;
    o.accumulate = 3;
    for (int i = 0; i < 3; i++) {
        o.seed++;
        o.threads = 1;
        learn(&f, &o, one);
        o.threads = 2;
        learn(&f, &o, two);
        off[i] = apart(one, two);
        assert_false(same_network(one, two, ""));
    }
    learn(&f, &o, again);
    assert_same_file(two, again);
    sort_doubles(off, 3);
    assert_true(off[1] < 1e-5);
    assert_true(off[2] < 1e-3);
    end(&f);
}

/* Two trainings that differ in a share of the samples alone: the segmenting network
 * hears it, the coarse one does not. */
static void share_is_heard(const struct train_options *none,
                           const struct train_options *all)
{
    struct fixture f;
    char path[2][128];
    begin(&f);
    path_of(&f, "none.safetensors", path[0]);
    path_of(&f, "all.safetensors", path[1]);
    learn(&f, none, path[0]);
    learn(&f, all, path[1]);
    assert_true(same_network(path[0], path[1], "locate."));
    assert_false(same_network(path[0], path[1], "segment."));
    end(&f);
}

static struct train_options short_options(void)
{
    struct train_options o = options_of("f32");
    o.epochs = o.locate_epochs = 1;
    return o;
}

/* Samples without every second slice. */
static void the_sparse_share_is_heard(void **state)
{
    (void)state;
    struct train_options none = short_options(), all = none;
    none.sparse = 0.0;
    all.sparse = 1.0;
    share_is_heard(&none, &all);
}

/* Hearts inverted too early. */
static void the_early_share_is_heard(void **state)
{
    (void)state;
    struct train_options none = short_options(), all = none;
    all.early = 1.0;
    share_is_heard(&none, &all);
}

/* Scar of another contrast. */
static void the_contrast_share_is_heard(void **state)
{
    (void)state;
    struct train_options none = short_options(), all = none;
    all.contrast = 1.0;
    share_is_heard(&none, &all);
}

/* Patients with a large burden: the phantoms have one. */
static void the_large_share_is_heard(void **state)
{
    (void)state;
    struct train_options none = short_options(), all = none;
    all.large = 1.0;
    share_is_heard(&none, &all);
}

static void fine_tuning_starts_from_a_model(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct witness w;
    char base[128], copy[128], tuned[128];
    begin(&f);
    path_of(&f, "base.safetensors", base);
    path_of(&f, "copy.safetensors", copy);
    path_of(&f, "tuned.safetensors", tuned);
    struct train_options o = options_of("f32");
    learn(&f, &o, base);

    o.from = base;
    o.epochs = o.locate_epochs = 0; /* nothing to learn: the same networks again */
    learn(&f, &o, copy);
    assert_true(same_network(base, copy, "locate."));
    assert_true(same_network(base, copy, "segment."));

    o.epochs = 1; /* one of the two goes on */
    learn(&f, &o, tuned);
    assert_true(same_network(base, tuned, "locate."));
    assert_false(same_network(base, tuned, "segment."));

    /* how it decides is kept if that is asked for, with what is said of it */
    struct model fitted = {0}, kept = {0};
    const struct tune_result found = {
        .decision = {true, 1.26, 0.3, 2.5}, .patients = 7, .dsc_after = 0.5};
    assert_ok(model_load(base, &fitted, &err), err);
    assert_ok(tune_write(&fitted, &found, base, &err), err);
    model_clear(&fitted);
    for (int keep = 0; keep < 2; keep++) {
        o.keep_decision = keep != 0;
        learn(&f, &o, tuned);
        assert_ok(model_load(tuned, &kept, &err), err);
        assert_int_equal(kept.config.decision.by_region, keep);
        assert_int_equal(strstr(kept.metadata, "fitted on 7 patients") != NULL, keep);
        if (keep)
            assert_memory_equal(&kept.config.decision, &found.decision,
                                sizeof found.decision);
        model_clear(&kept);
    }
    o.keep_decision = false;

    f.config.poses = 8; /* how it predicts is no part of the network */
    learn(&f, &o, tuned);
    f.config.segment.pixel_mm *= 0.8; /* nor is the grid that it looks at */
    o.epochs = 0;
    learn(&f, &o, tuned);
    assert_true(same_network(base, tuned, "segment."));
    f.config.segment.depth = 3;
    o.locate_epochs = o.epochs = 1;
    assert_refused(run(&f, &o, tuned, &w, &err), err, ERR_FORMAT, "base.safetensors");
    end(&f);
}

/* One coarse network serves a second model, whose segmenting network is another. */
static void a_coarse_network_is_shared(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct witness w;
    char base[128], other[128], alone[128];
    begin(&f);
    path_of(&f, "base.safetensors", base);
    path_of(&f, "other.safetensors", other);
    path_of(&f, "alone.safetensors", alone);
    struct train_options o = options_of("f32");
    o.epochs = 1;
    learn(&f, &o, base);

    (void)snprintf(f.config.arch, sizeof f.config.arch, "unet2d");
    f.config.segment.kernel_depth = 1;
    f.config.segment.depth = 1;
    if (!testing_slow_machine()) {
        learn(&f, &o, alone);
    }
    o.from = base;
    o.locate_epochs = 0;
    learn(&f, &o, other);
    assert_true(same_network(base, other, "locate."));
    if (!testing_slow_machine()) /* it started afresh */
        assert_true(same_network(alone, other, "segment."));

    f.config.locate.pixel_mm = 9.0; /* a coarse network of another kind */
    assert_refused(run(&f, &o, other, &w, &err), err, ERR_FORMAT, "base.safetensors");
    f.config.locate.pixel_mm = 8.0;
    o.epochs = 0; /* nothing would make the segmenting network */
    assert_refused(run(&f, &o, other, &w, &err), err, ERR_FORMAT, "base.safetensors");
    end(&f);
}

/* Of an ensemble the member of the network that is asked for is gone on with. */
static void a_member_of_an_ensemble_is_a_start(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct model m = {0};
    char deep[128], flat[128], both[128], again[128];
    begin(&f);
    path_of(&f, "deep.safetensors", deep);
    path_of(&f, "flat.safetensors", flat);
    path_of(&f, "both.safetensors", both);
    path_of(&f, "again.safetensors", again);
    struct train_options o = options_of("f32");
    o.epochs = o.locate_epochs = 1;
    learn(&f, &o, deep);
    const struct unet_net_config segment = f.config.segment;
    f.config.segment.kernel_depth = f.config.segment.depth = 1;
    f.config.segment.base = 32;
    learn(&f, &o, flat);
    const char *from[] = {deep, flat};
    assert_ok(join_models(from, 2, false, both, &err), err);
    o.from = both;
    o.epochs = o.locate_epochs = 0;
    learn(&f, &o, again);
    assert_true(same_network(flat, again, "segment."));
    assert_true(same_network(deep, again, "locate.")); /* the ensemble's only one */
    assert_ok(model_load(again, &m, &err), err);
    assert_int_equal(m.config.peers, 0);
    model_clear(&m);
    f.config.segment = segment;
    learn(&f, &o, again);
    assert_true(same_network(deep, again, "segment."));
    struct witness w;
    f.config.segment.base = 48; /* like neither */
    assert_refused(run(&f, &o, again, &w, &err), err, ERR_FORMAT, "both.safetensors");
    end(&f);
}

static void options_are_checked(void **state)
{
    (void)state;
    struct fixture f;
    struct err err = {0};
    struct witness w;
    char path[128];
    begin(&f);
    path_of(&f, "m.safetensors", path);
    const struct train_options good = options_of("f32");
#define REFUSE(field, value, text)                                                     \
    do {                                                                               \
        struct train_options o = good;                                                 \
        o.field = value;                                                               \
        assert_refused(run(&f, &o, path, &w, &err), err, ERR_ARG, text);               \
        assert_int_equal(w.reports, 0); /* before anything is read */                  \
    } while (0)
    REFUSE(epochs, 0, "epochs");
    REFUSE(locate_epochs, -1, "epochs");
    REFUSE(accumulate, 0, "batch");
    REFUSE(validate_every, 0, "options");
    REFUSE(rate, 0.0, "rate");
    REFUSE(rate, (double)NAN, "rate");
    REFUSE(average, 1.0, "average");
    REFUSE(sparse, 1.1, "sparse");
    REFUSE(early, -0.1, "early");
    REFUSE(contrast, 1.1, "contrast");
    REFUSE(large, -0.1, "large");
    REFUSE(precision, "half", "half");
    REFUSE(data, "caf\xe9", "UTF-8");
    REFUSE(licence, "caf\xe9", "UTF-8");
#undef REFUSE
    const size_t none[] = {0};
    assert_refused(
        train_run(&(struct train_data){.cohort = &f.cohort, .train_row = none},
                  &f.config, &good, path, &(struct train_watch){watch, &w}, &err),
        err, ERR_ARG, "0 patients");
    /* where nothing can be written */
    path_of(&f, "no/such/m.safetensors", path);
    assert_refused(run(&f, &good, path, &w, &err), err, ERR_IO, "no/such");
    witness_clear(&w);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resumed_is_uninterrupted_f32),
        cmocka_unit_test(resumed_is_uninterrupted_bf16),
        cmocka_unit_test(a_trained_model_works),
        cmocka_unit_test(resume_refuses_another_run),
        cmocka_unit_test(samples_side_by_side_are_samples_in_turn),
        cmocka_unit_test(the_sparse_share_is_heard),
        cmocka_unit_test(the_early_share_is_heard),
        cmocka_unit_test(the_contrast_share_is_heard),
        cmocka_unit_test(the_large_share_is_heard),
        cmocka_unit_test(fine_tuning_starts_from_a_model),
        cmocka_unit_test(a_coarse_network_is_shared),
        cmocka_unit_test(a_member_of_an_ensemble_is_a_start),
        cmocka_unit_test(options_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
