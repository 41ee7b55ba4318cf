#include "unet/objective.h"

#include "unet/dataset.h"

/* Regions as sets of labels; those that a network cannot tell apart are left out. */
static const unsigned REGION[] = {LABEL_BIT(LABEL_LV_BLOOD), LABELS_MYOCARDIUM,
                                  LABELS_SCAR, LABEL_BIT(LABEL_NO_REFLOW),
                                  LABEL_BIT(LABEL_RV_BLOOD)};

struct nn_loss_spec unet_objective(const struct unet_net_config *net)
{
    struct nn_loss_spec spec = {
        .classes = net->classes, .ce_weight = 1.0f, .dice_weight = 1.0f};
    for (size_t r = 0; r < ARRAY_LEN(REGION); r++) {
        const uint32_t set = dataset_classes(net, REGION[r]);
        bool useful = (set & 1u) == 0;
        for (int i = 0; i < spec.regions; i++)
            useful = useful && spec.region[i] != set;
        if (useful)
            spec.region[spec.regions++] = set;
    }
    const uint8_t wall = net->class_of[LABEL_MYOCARDIUM];
    const uint8_t scar = net->class_of[LABEL_SCAR];
    const uint8_t lost = net->class_of[LABEL_NO_REFLOW];
    if (scar != wall)
        spec.within[scar] = wall;
    if (lost != scar && lost != wall)
        spec.within[lost] = scar;
    return spec;
}
