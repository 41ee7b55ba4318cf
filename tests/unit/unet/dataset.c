#include "unet/small.h"

#include "geom/orient.h"
#include "image/nifti.h"

/* A folder with patients "p0", "p1", ... and their table. */
struct folder {
    char path[64], table[128];
};

static void in_folder(const struct folder *f, const char *name, char path[128])
{
    (void)snprintf(path, 128, "%s/%s", f->path, name);
}

static void folder_begin(struct folder *f, int patients)
{
    struct err err = {0};
    char path[128], name[32];
    (void)testing_scratch(f->path);
    for (int i = 0; i < patients; i++) {
        struct image im = {0};
        struct labels l = {0};
        small_phantom((uint64_t)i, &im, &l);
        (void)snprintf(name, sizeof name, "p%d.nii", i);
        in_folder(f, name, path);
        assert_ok(nifti_write_image(path, &im, &err), err);
        (void)snprintf(name, sizeof name, "p%d-label.nii", i);
        in_folder(f, name, path);
        assert_ok(nifti_write_labels(path, &l, &err), err);
        image_clear(&im);
        labels_clear(&l);
    }
}

static struct cohort table(struct folder *f, const char *text)
{
    struct err err = {0};
    struct cohort c = {0};
    assert_ok(cohort_parse(text, strlen(text), "COHORT.csv", f->path, &c, &err), err);
    return c;
}

struct told {
    size_t calls, done, total;
};

static void tell(void *user, size_t done, size_t total)
{
    struct told *t = user;
    t->calls++;
    t->done = done;
    t->total = total;
}

/* Stands for a reader of DICOM. */
static bool read_another(const char *path, struct image *out, struct err *err)
{
    struct labels l = {0};

    assert_non_null(strstr(path, "/p0.nii"));
    (void)err;
    small_phantom(0, out, &l);
    for (size_t v = 0; v < grid_voxels(&out->grid); v++)
        out->vox[v] *= out->vox[v];
    labels_clear(&l);
    return true;
}

/* Labels drawn on what another converter made, and images that are no NIfTI. */
static void labels_turn_and_images_come_from_elsewhere(void **state)
{
    (void)state;
    const struct unet_config config = small_config();
    const struct geom_order order = {{0, 1, 2}, {false, true, true}};
    struct err err = {0};
    struct folder f;
    struct dataset d = {0}, other = {0};
    struct image im = {0};
    struct labels l = {0};
    char path[128];
    folder_begin(&f, 2);
    small_phantom(0, &im, &l);
    assert_ok(geom_order_labels_in_place(&l, &order, &err), err);
    in_folder(&f, "p0-label.nii", path);
    assert_ok(nifti_write_labels(path, &l, &err), err);
    struct cohort c = table(&f, "id,image,label\na,p0.nii,p0-label.nii\n");
    const size_t row = 0;
    assert_ok(dataset_load(&c, &row, 1, &config, NULL, &d, &err), err);
    assert_ok(geom_order_labels_in_place(&l, &order, &err), err);
    assert_memory_equal(d.item[0].labels.vox, l.vox, grid_voxels(&l.grid));
    c.read_image = read_another;
    assert_ok(dataset_load(&c, &row, 1, &config, NULL, &other, &err), err);
    const size_t n = (size_t)(d.item[0].fine.nx * d.item[0].fine.ny);
    assert_memory_not_equal(d.item[0].fine.vox, other.item[0].fine.vox,
                            n * sizeof *d.item[0].fine.vox);
    dataset_clear(&d);
    dataset_clear(&other);
    cohort_clear(&c);
    image_clear(&im);
    labels_clear(&l);
    testing_remove(f.path);
}

/* What a converter wrote with its slices along the first axis is the same patient. */
static void slices_come_last(void **state)
{
    (void)state;
    const struct unet_config config = small_config();
    const struct geom_order first = {{2, 0, 1}, {false, false, true}};
    struct err err = {0};
    struct folder f;
    struct dataset d = {0};
    struct image im = {0};
    struct labels l = {0};
    char path[128];
    folder_begin(&f, 1);
    small_phantom(0, &im, &l);
    assert_ok(geom_order_image_in_place(&im, &first, &err), err);
    assert_int_equal(im.grid.dim[0], 3);
    in_folder(&f, "turned.nii", path);
    assert_ok(nifti_write_image(path, &im, &err), err);
    struct cohort c = table(&f, "id,image,label\n"
                                "a,p0.nii,p0-label.nii\nb,turned.nii,p0-label.nii\n");
    const size_t rows[] = {0, 1};
    assert_ok(dataset_load(&c, rows, 2, &config, NULL, &d, &err), err);
    const struct dataset_item *a = &d.item[0], *b = &d.item[1];
    assert_int_equal(b->fine.nz, a->fine.nz);
    assert_int_equal(b->fine.nx, a->fine.nx);
    assert_int_equal(b->labels.grid.dim[2], 3);
    /* rows from the other end, in image and labels alike */
    for (int32_t k = 0; k < a->fine.nz; k++)
        for (int32_t y = 0; y < a->fine.ny; y++) {
            const size_t nx = (size_t)a->fine.nx;
            const int32_t ny = a->fine.ny;
            assert_memory_equal(a->fine.vox + (size_t)(k * ny + y) * nx,
                                b->fine.vox + (size_t)(k * ny + ny - 1 - y) * nx,
                                nx * sizeof *a->fine.vox);
            assert_memory_equal(a->labels.vox + grid_index(&l.grid, 0, y, k),
                                b->labels.vox +
                                    grid_index(&l.grid, 0, l.grid.dim[1] - 1 - y, k),
                                (size_t)l.grid.dim[0]);
        }
    dataset_clear(&d);
    cohort_clear(&c);
    image_clear(&im);
    labels_clear(&l);
    testing_remove(f.path);
}

static void rows_become_items(void **state)
{
    (void)state;
    struct err err = {0};
    struct folder f;
    struct dataset d = {0};
    struct told told = {0};
    const struct unet_config config = small_config();
    folder_begin(&f, 3);
    struct cohort c = table(&f, "id,image,label,labelled\n"
                                "a,p0.nii,p0-label.nii,\n"
                                "b,p1.nii,p1-label.nii,123\n"
                                "c,p2.nii,p2-label.nii,5\n");
    const size_t rows[] = {2, 0};
    assert_ok(dataset_load(&c, rows, 2, &config, &(struct dataset_watch){tell, &told},
                           &d, &err),
              err);
    assert_int_equal(told.calls, 2);
    assert_int_equal(told.done, 2);
    assert_int_equal(told.total, 2);
    assert_int_equal(d.items, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct dataset_item *it = &d.item[i];
        struct image im = {0};
        struct labels l = {0};
        struct stack s = {0};
        small_phantom(rows[i], &im, &l);
        assert_string_equal(it->id, rows[i] == 0 ? "a" : "c");
        assert_int_equal(it->labelled, rows[i] == 0
                                           ? LABEL_BIT(0) | LABELS_LV
                                           : LABEL_BIT(0) | LABEL_BIT(LABEL_RV_BLOOD));
        assert_memory_equal(it->labels.vox, l.vox, grid_voxels(&l.grid));
        assert_ok(stack_prepare(&im, config.segment.pixel_mm, &s, &err), err);
        assert_int_equal(it->fine.nx, s.nx);
        assert_memory_equal(it->fine.vox, s.vox,
                            (size_t)(s.nx * s.ny * s.nz) * sizeof *s.vox);
        assert_int_equal(it->coarse.nz, s.nz);
        assert_true(it->coarse.edge_mm[0] >= it->fine.edge_mm[0]);
        /* the centre is that of the labels */
        double sum[2] = {0.0, 0.0}, n = 0.0;
        for (size_t v = 0; v < grid_voxels(&l.grid); v++)
            if (label_in(l.vox[v], LABELS_LV)) {
                sum[0] += (double)(v % 44) * 3.4;
                sum[1] += (double)(v / 44 % 40) * 3.1;
                n += 1.0;
            }
        for (int a = 0; a < 2; a++)
            assert_near(it->centre_mm[a], sum[a] / n, 1e-4);
        stack_clear(&s);
        image_clear(&im);
        labels_clear(&l);
    }
    dataset_clear(&d);
    assert_null(d.item);
    cohort_clear(&c);
    testing_remove(f.path);
}

/* The label map of patient 0 with these labels alone. */
static void write_drawn(const struct folder *f, const char *name, unsigned drawn)
{
    struct err err = {0};
    struct image im = {0};
    struct labels l = {0};
    char path[128];
    small_phantom(0, &im, &l);
    for (size_t v = 0; v < grid_voxels(&l.grid); v++)
        l.vox[v] = label_in(l.vox[v], drawn) ? l.vox[v] : 0;
    in_folder(f, name, path);
    assert_ok(nifti_write_labels(path, &l, &err), err);
    image_clear(&im);
    labels_clear(&l);
}

static bool load_first(struct folder *f, const char *row, struct err *err)
{
    const struct unet_config config = small_config();
    const size_t first = 0;
    struct dataset d = {0};
    char text[128];
    (void)snprintf(text, sizeof text, "id,image,label,labelled\na,p0.nii,%s\n", row);
    struct cohort c = table(f, text);
    const bool ok = dataset_load(&c, &first, 1, &config, NULL, &d, err);
    dataset_clear(&d);
    cohort_clear(&c);
    return ok;
}

static void what_was_not_drawn_is_said(void **state)
{
    (void)state;
    struct err err = {0};
    struct folder f;
    static const char *const taken[] = {"wall.nii,234", "scar.nii,3"};
    static const char *const refused[][2] = {
        {"wall.nii,", "blood pool"},     {"wall.nii,1234", "blood pool"},
        {"scar.nii,", "blood pool"},     {"blood.nii,", "myocardium"},
        {"none.nii,1234", "myocardium"}, {"none.nii,3", "left ventricle"}};
    folder_begin(&f, 1);
    write_drawn(&f, "wall.nii", LABELS_MYOCARDIUM);
    write_drawn(&f, "scar.nii", LABELS_SCAR);
    write_drawn(&f, "blood.nii", LABEL_BIT(LABEL_LV_BLOOD));
    write_drawn(&f, "none.nii", 0);
    for (size_t i = 0; i < ARRAY_LEN(taken); i++)
        assert_ok(load_first(&f, taken[i], &err), err);
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        const bool ok = load_first(&f, refused[i][0], &err);
        assert_non_null(strstr(err.msg, ".nii: "));
        assert_refused(ok, err, ERR_FORMAT, refused[i][1]);
    }
    testing_remove(f.path);
}

static void refusals_name_the_file(void **state)
{
    (void)state;
    struct err err = {0};
    struct folder f;
    char path[128];
    const struct unet_config config = small_config();
    folder_begin(&f, 2); /* 3 and 4 slices */
    struct image im = {0};
    struct labels l = {0};
    small_phantom(0, &im, &l);
    memset(l.vox, LABEL_RV_BLOOD, grid_voxels(&l.grid));
    in_folder(&f, "no-lv.nii", path);
    assert_ok(nifti_write_labels(path, &l, &err), err);
    l.grid.to_mm[0][3] += 0.5; /* half a millimetre beside it */
    l.vox[9] = LABEL_SCAR;
    in_folder(&f, "shifted.nii", path);
    assert_ok(nifti_write_labels(path, &l, &err), err);
    image_clear(&im);
    labels_clear(&l);
    static const struct {
        const char *table;
        enum err_code code;
        const char *says, *too;
    } bad[] = {
        {"id,image,label\na,p0.nii,p1-label.nii\n", ERR_FORMAT, "p1-label.nii", "grid"},
        {"id,image,label\na,p0.nii,shifted.nii\n", ERR_FORMAT, "shifted.nii",
         "p0.nii: the same voxels at another place"},
        {"id,image,label\na,p0.nii,no-lv.nii\n", ERR_FORMAT, "no-lv.nii", "ventricle"},
        {"id,image,label\na,p0.nii,p9-label.nii\n", ERR_IO, "p9-label.nii", ""},
        {"id,image,label\na,p9.nii,p0-label.nii\n", ERR_IO, "p9.nii", ""},
        {"id,image,label\na,p0.nii,p0.nii\n", ERR_FORMAT, "p0.nii", ""},
        {"id,image,label\na,p0-label.nii,p0-label.nii\n", ERR_FORMAT, "p0-label.nii",
         "is a label map"},
        {"id,image,label\na,p0.nii,\n", ERR_FORMAT, "label", ""},
        {"id,image\na,p0.nii\n", ERR_FORMAT, "label", ""},
        {"id,image,label,labelled\na,p0.nii,p0-label.nii,126\n", ERR_FORMAT,
         "p0-label.nii", "126"},
        {"id,image,label,labelled\na,p0.nii,p0-label.nii,all\n", ERR_FORMAT,
         "p0-label.nii", "all"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct cohort c = table(&f, bad[i].table);
        struct dataset d = {0};
        const size_t row = 0;
        const bool ok = dataset_load(&c, &row, 1, &config, NULL, &d, &err);
        assert_false(ok);
        assert_non_null(strstr(err.msg, bad[i].too));
        assert_refused(ok, err, bad[i].code, bad[i].says);
        assert_null(d.item);
        cohort_clear(&c);
    }
    testing_remove(f.path);
}

static void others_stand_behind_to_be_drawn(void **state)
{
    (void)state;
    struct err err = {0};
    const struct unet_config c = small_config();
    struct dataset own = small_dataset(&c, 3), others = small_dataset(&c, 2),
                   none = {0};
    const float *const first = others.item[0].fine.vox;
    static const double bad[] = {0.0, 1.0, -0.5, NAN};
    assert_int_equal(dataset_epoch(&own), 3);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_refused(dataset_mix(&own, &others, bad[i], &err), err, ERR_ARG, "share");
    assert_ok(dataset_mix(&own, &others, 0.6, &err), err);
    assert_int_equal(own.items, 5);
    assert_int_equal(own.own, 3);
    assert_int_equal(own.drawn, 5); /* 4.5 would be 60 % */
    assert_int_equal(dataset_epoch(&own), 8);
    assert_ptr_equal(own.item[3].fine.vox, first); /* moved, not copied */
    assert_null(others.item);
    assert_ok(dataset_mix(&none, &others, 0.5, &err), err); /* nobody to draw from */
    assert_int_equal(dataset_epoch(&none), 0);
    dataset_clear(&none);
    dataset_clear(&own);
}

/* Patients 1 and 3 get a wall with a fifth of scar, the others one with a tenth. */
static void large_burdens_are_listed(void **state)
{
    (void)state;
    struct err err = {0};
    const struct unet_config c = small_config();
    struct dataset d = small_dataset(&c, 4);
    for (size_t i = 0; i < d.items; i++) {
        uint8_t *vox = d.item[i].labels.vox;
        memset(vox, 0, grid_voxels(&d.item[i].labels.grid));
        memset(vox, LABEL_MYOCARDIUM, 100);
        memset(vox, LABEL_SCAR, 8);
        memset(vox + 8, LABEL_NO_REFLOW, i % 2 ? 12 : 2);
    }
    for (int again = 0; again < 2; again++) { /* the second list replaces the first */
        assert_ok(dataset_list_large(&d, &err), err);
        assert_int_equal(d.larges, 2);
        assert_int_equal(d.large[0], 1);
        assert_int_equal(d.large[1], 3);
    }
    d.item[3].labelled = LABEL_BIT(LABEL_SCAR); /* the wall was not drawn */
    assert_ok(dataset_list_large(&d, &err), err);
    assert_int_equal(d.larges, 1);
    assert_int_equal(d.large[0], 1);
    d.item[3].labelled = LABELS_LV;
    memset(d.item[1].labels.vox, 0, 100); /* no wall, no burden */
    assert_ok(dataset_list_large(&d, &err), err);
    assert_int_equal(d.larges, 1);
    dataset_clear(&d);
}

static void labels_become_classes(void **state)
{
    (void)state;
    const struct unet_config c = small_config();
    assert_int_equal(dataset_classes(&c.segment, LABEL_BIT(0) | LABELS_LV), 0x1f);
    assert_int_equal(dataset_classes(&c.segment, LABELS_SCAR), 0x18);
    assert_int_equal(dataset_classes(&c.segment, LABEL_BIT(LABEL_RV_BLOOD)), 1);
    assert_int_equal(dataset_classes(&c.locate, LABELS_SCAR), 2);
    assert_int_equal(dataset_classes(&c.locate, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_items),
        cmocka_unit_test(labels_turn_and_images_come_from_elsewhere),
        cmocka_unit_test(slices_come_last),
        cmocka_unit_test(what_was_not_drawn_is_said),
        cmocka_unit_test(refusals_name_the_file),
        cmocka_unit_test(others_stand_behind_to_be_drawn),
        cmocka_unit_test(large_burdens_are_listed),
        cmocka_unit_test(labels_become_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
