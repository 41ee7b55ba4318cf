/* dicom_reading_parse() of reading.h: which kind it is, and what both have. */
#include "dicom/reading_parse.h"

#include <string.h>

#include "base/mem.h"
#include "dicom/attributes.h"

namespace
{

bool copy(const void *from, size_t count, size_t size, void **to, struct err *err)
{
    *to = mem_alloc(count, size, err);
    if (!*to)
        return false;
    if (count > 0)
        memcpy(*to, from, count * size);
    return true;
}

template <class T> bool keep(const std::vector<T> &v, T *&to, struct err *err)
{
    void *block = nullptr;
    if (!copy(v.data(), v.size(), sizeof(T), &block, err))
        return false;
    to = static_cast<T *>(block);
    return true;
}

bool keep_uids(const std::set<std::string> &uids, struct dicom_reference *&to,
               size_t &count, struct err *err)
{
    std::vector<dicom_reference> v;
    for (const std::string &uid : uids) {
        struct dicom_reference r = {};
        dicom_store_text(uid, r.uid, sizeof r.uid);
        v.push_back(r);
    }
    count = v.size();
    return keep(v, to, err);
}

bool keep_all(const struct dicom_reading_draft &d, struct dicom_reading &r,
              struct err *err)
{
    void *points = nullptr;
    r.regions = d.region.size();
    r.masks = d.mask.size();
    r.contours = d.contour.size();
    r.points = d.point.size() / 3;
    if (!keep(d.region, r.region, err) || !keep(d.mask, r.mask, err) ||
        !keep(d.bits, r.bits, err) || !keep(d.contour, r.contour, err) ||
        !copy(d.point.data(), r.points, sizeof *r.point, &points, err))
        return false;
    r.point = static_cast<double(*)[3]>(points);
    return keep_uids(d.series, r.series, r.all_series, err) &&
           keep_uids(d.instance, r.instance, r.instances, err);
}

bool parse(struct dicom_parsed &p, struct dicom_reading &out, struct err *err)
{
    static const struct dicom_reading empty = {};
    const char *const what = p.instance.sop_class;
    struct dicom_reading_draft d = {};
    struct dicom_reading r = empty;
    bool ok = false;
    if (strcmp(what, DICOM_SEG_CLASS) == 0)
        ok = dicom_seg_parse(p, d, err);
    else if (strcmp(what, DICOM_RTSTRUCT_CLASS) == 0)
        ok = dicom_rtstruct_parse(*p.file.getDataset(), d, err);
    else
        ok = ERR_FAIL(err, ERR_SUPPORT, "readings of class %.64s are not read", what);
    r = d.head;
    ok = ok && keep_all(d, r, err) && dicom_reading_check(&r, err);
    if (ok)
        out = r;
    else
        dicom_reading_clear(&r);
    return ok;
}

} // namespace

int32_t dicom_reading_find(const struct dicom_reading_draft &draft, int32_t number)
{
    for (size_t i = 0; i < draft.region.size(); i++)
        if (draft.region[i].number == number)
            return static_cast<int32_t>(i);
    return -1;
}

bool dicom_reading_add(struct dicom_reading_draft &draft,
                       const struct dicom_region &region, struct err *err)
{
    if (dicom_reading_find(draft, region.number) >= 0)
        return ERR_FAIL(err, ERR_FORMAT, "two segments or structures have number %d",
                        region.number);
    if (draft.region.size() == DICOM_MAX_REGIONS)
        return ERR_FAIL(err, ERR_SUPPORT, "more than %d segments or structures",
                        DICOM_MAX_REGIONS);
    draft.region.push_back(region);
    return true;
}

bool dicom_reading_refer(std::set<std::string> &to, DcmItem &item, const DcmTagKey &tag,
                         struct err *err)
{
    char uid[DICOM_UID];
    dicom_texts(item).uid(tag, uid);
    if (uid[0])
        to.insert(uid);
    return to.size() <= DICOM_MAX_REFERENCES ||
           ERR_FAIL(err, ERR_SUPPORT, "it refers to more than %d images",
                    DICOM_MAX_REFERENCES);
}

bool dicom_reading_parse(struct dicom_parsed *parsed, struct dicom_reading *out,
                         struct err *err)
{
    return dicom_guarded(err, [=] {
        if (!parsed->headed || !parsed->pixels)
            return ERR_FAIL(err, ERR_ARG, "opened without pixels");
        return parse(*parsed, *out, err);
    });
}
