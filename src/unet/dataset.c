#include "unet/dataset.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/orient.h"
#include "image/nifti.h"
#include "measure/burden.h"
#include "measure/volumes.h"
#include "unet/locate.h"

static void item_clear(struct dataset_item *item)
{
    mem_free(item->id);
    stack_clear(&item->fine);
    stack_clear(&item->coarse);
    labels_clear(&item->labels);
}

void dataset_clear(struct dataset *data)
{
    for (size_t i = 0; i < data->items; i++)
        item_clear(&data->item[i]);
    mem_free(data->item);
    mem_free(data->large);
    *data = (struct dataset){0};
}

bool dataset_labelled(const struct cohort *cohort, size_t row, uint32_t *out,
                      struct err *err)
{
    const char *text = cohort_get(cohort, row, "labelled");
    uint32_t set = LABEL_BIT(LABEL_BACKGROUND);
    if (!text || !*text) {
        *out = set | LABELS_LV;
        return true;
    }
    for (const char *c = text; *c; c++) {
        if (*c < '0' || *c >= '0' + LABEL_COUNT)
            return ERR_FAIL(err, ERR_FORMAT,
                            "labelled '%.20s' is not a row of labels 0-%d", text,
                            LABEL_COUNT - 1);
        set |= LABEL_BIT(*c - '0');
    }
    *out = set;
    return true;
}

static bool centre_of(const struct labels *labels, double centre_mm[2], struct err *err)
{
    return locate_in_labels(labels, centre_mm) ||
           ERR_FAIL(err, ERR_FORMAT, "there is no left ventricle in it");
}

/* What is said to be drawn and is not there would be learned as background. */
static bool check_drawn(const struct labels *labels, uint32_t labelled, enum label part,
                        struct err *err)
{
    const bool wall = part == LABEL_MYOCARDIUM;
    const uint32_t set = wall ? LABELS_MYOCARDIUM : LABEL_BIT(part);
    const size_t n = grid_voxels(&labels->grid);
    size_t v = 0;
    if (!(labelled & LABEL_BIT(part)))
        return true;
    while (v < n && !label_in(labels->vox[v], set))
        v++;
    return v < n ||
           ERR_FAIL(err, ERR_FORMAT,
                    "no %s of the left ventricle in it; if the reader did not draw it, "
                    "a column `labelled` must say so (%s, say)",
                    wall ? "myocardium (labels 2 to 4)" : "blood pool (label 1)",
                    wall ? "3" : "234");
}

bool dataset_read(const struct cohort *cohort, size_t row, struct image *image,
                  struct labels *labels, struct err *err)
{
    struct image im = {0};
    struct labels l = {0};
    struct geom_order order;
    uint32_t labelled = 0;
    char *path = NULL;
    bool ok = false;
    if (!cohort_image(cohort, row, &im, err))
        return false;
    order = geom_order_slices_last(&im.grid);
    if (!geom_order_image_in_place(&im, &order, err))
        goto done;
    path = cohort_path(cohort, row, "label", err);
    if (!path || !nifti_read_labels(path, &l, err))
        goto done;
    if (!geom_order_labels_onto(&l, &im.grid, cohort_get(cohort, row, "image"), err) ||
        !dataset_labelled(cohort, row, &labelled, err) ||
        !check_drawn(&l, labelled, LABEL_MYOCARDIUM, err)) {
        err_prefix(err, "%s", path);
        goto done;
    }
    *image = im;
    *labels = l;
    im = (struct image){0}; /* moved */
    l = (struct labels){0};
    ok = true;
done:
    labels_clear(&l);
    image_clear(&im);
    mem_free(path);
    return ok;
}

static bool load_item(const struct cohort *cohort, size_t row,
                      const struct unet_config *config, struct dataset_item *out,
                      struct err *err)
{
    struct dataset_item item = {0};
    struct image image = {0};
    bool ok = false;
    char *label_path = NULL;
    if (!dataset_read(cohort, row, &image, &item.labels, err))
        goto done;
    if (image_looks_like_labels(&image)) {
        err_record(err, ERR_FORMAT,
                   "%s: image %s is a label map (at most %d whole numbers)",
                   cohort->file, cohort_get(cohort, row, "image"), (int)LABEL_COUNT);
        goto done;
    }
    label_path = cohort_path(cohort, row, "label", err);
    if (!label_path)
        goto done;
    if (!centre_of(&item.labels, item.centre_mm, err) ||
        !dataset_labelled(cohort, row, &item.labelled, err) ||
        !check_drawn(&item.labels, item.labelled, LABEL_LV_BLOOD, err)) {
        err_prefix(err, "%s", label_path);
        goto done;
    }
    item.id = mem_strdup(cohort_get(cohort, row, "id"), err);
    if (!item.id || !stack_prepare(&image, config->segment.pixel_mm, &item.fine, err) ||
        !stack_prepare(&image, config->locate.pixel_mm, &item.coarse, err))
        goto done;
    *out = item;
    item = (struct dataset_item){0}; /* moved */
    ok = true;
done:
    item_clear(&item);
    image_clear(&image);
    mem_free(label_path);
    return ok;
}

bool dataset_load(const struct cohort *cohort, const size_t *row, size_t rows,
                  const struct unet_config *config, const struct dataset_watch *watch,
                  struct dataset *out, struct err *err)
{
    struct dataset data = {0};
    data.item = mem_alloc(rows, sizeof *data.item, err);
    if (!data.item)
        return false;
    for (size_t i = 0; i < rows; i++) {
        if (!load_item(cohort, row[i], config, &data.item[i], err)) {
            dataset_clear(&data);
            return false;
        }
        data.items++;
        if (watch)
            watch->report(watch->user, i + 1, rows);
    }
    data.own = rows;
    *out = data;
    return true;
}

bool dataset_mix(struct dataset *data, struct dataset *others, double share,
                 struct err *err)
{
    if (!(share > 0.0 && share < 1.0))
        return ERR_FAIL(err, ERR_ARG, "a share of %g of an epoch", share);
    struct dataset_item *item = mem_grow(
        data->item, data->items, data->items + others->items, sizeof *item, err);
    if (!item)
        return false;
    if (others->items > 0)
        memcpy(item + data->items, others->item, others->items * sizeof *item);
    data->item = item;
    data->items += others->items;
    data->drawn = others->items == 0
                      ? 0
                      : (size_t)ceil((double)data->own * share / (1.0 - share));
    mem_free(others->item); /* the patients have moved */
    *others = (struct dataset){0};
    return true;
}

bool dataset_list_large(struct dataset *data, struct err *err)
{
    size_t *large = mem_alloc(data->items, sizeof *large, err), larges = 0;
    if (!large)
        return false;
    for (size_t i = 0; i < data->items; i++) {
        struct lv_measure lv = {0};
        if (!label_in(LABEL_MYOCARDIUM, data->item[i].labelled))
            continue; /* of scar alone no share is known */
        if (!measure_lv(&data->item[i].labels, &lv, err)) {
            mem_free(large);
            return false;
        }
        if (measure_is_large(lv.percent_lge, MEASURE_RULE_ABOVE_15))
            large[larges++] = i;
        measure_lv_clear(&lv);
    }
    mem_free(data->large);
    data->large = large;
    data->larges = larges;
    return true;
}

size_t dataset_epoch(const struct dataset *data)
{
    return data->own + data->drawn;
}

uint32_t dataset_classes(const struct unet_net_config *net, uint32_t labelled)
{
    uint32_t classes = 0;
    for (int l = 0; l < LABEL_COUNT; l++)
        if ((labelled >> l) & 1u)
            classes |= 1u << net->class_of[l];
    return classes;
}
