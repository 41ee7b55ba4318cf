#include "report/words.h"

#include <string.h>

#define AHA(number, english, chinese)                                                  \
    [WORD_AHA +                                                                        \
        (number)-1] = {[REPORT_ENGLISH] = (english), [REPORT_CHINESE] = (chinese)}
#define REASON(reason, english, chinese)                                               \
    [WORD_REASON +                                                                     \
        (reason)] = {[REPORT_ENGLISH] = (english), [REPORT_CHINESE] = (chinese)}

static const char *const WORD[WORDS][REPORT_LANGS] = {
    [WORD_TITLE] = {"Myocardial scar in late gadolinium enhancement MRI",
                    "心脏磁共振晚期钆增强（LGE）心肌瘢痕定量报告"},
    [WORD_RESEARCH_ONLY] = {"Research use only. Not a medical device.",
                            "仅供研究使用，不是医疗器械。"},
    [WORD_PAGE] = {"page {1} of {2}", "第 {1} 页，共 {2} 页"},
    [WORD_PATIENT] = {"Patient", "受试者"},
    [WORD_COLON] = {": ", "："},
    [WORD_LIST] = {"; ", "；"},
    [WORD_PERCENT_IS] = {"{1} %", "{1}%"},
    [WORD_NOT_AVAILABLE] = {"not available", "无数据"},
    [WORD_NOT_ESTIMATED] = {"not estimated", "未估计"},
    [WORD_YES] = {"yes", "是"},
    [WORD_NO] = {"no", "否"},

    [WORD_MEASURES] = {"Measurements", "测量结果"},
    [WORD_PERCENT_LGE] = {"Scar burden (%LGE)", "瘢痕负荷（%LGE）"},
    [WORD_OF_MYOCARDIUM] = {"of the LV myocardium", "占左心室心肌"},
    [WORD_INTERVAL] = {"90 % interval", "90% 区间"},
    [WORD_INTERVAL_IS] = {"{1} to {2} %", "{1} 至 {2}%"},
    [WORD_LARGE] = {"Large burden ({1} %)", "高瘢痕负荷（{1}%）"},
    [WORD_LARGE_YES] = {"large: {1} %", "高负荷：{1}%"},
    [WORD_LARGE_NO] = {"not {1} %", "未达到 {1}%"},
    [WORD_LARGE_YES_P] = {"large: {1} %; P(> 15 %) {2}",
                          "高负荷：{1}%；> 15% 的概率 {2}"},
    [WORD_LARGE_NO_P] = {"not {1} %; P(> 15 %) {2}", "未达到 {1}%；> 15% 的概率 {2}"},
    [WORD_PROBABILITY] = {"probability of > 15 %: {1}", "> 15% 的概率：{1}"},
    [WORD_SCAR] = {"Scar", "瘢痕"},
    [WORD_SCAR_MASS] = {"Scar mass", "瘢痕质量"},
    [WORD_NO_REFLOW] = {"No-reflow in the scar", "瘢痕内无复流区"},
    [WORD_MYOCARDIUM] = {"LV myocardium", "左心室心肌"},
    [WORD_MASS] = {"LV mass", "左心室心肌质量"},
    [WORD_MASS_IS] = {"{1} g ({2} mL)", "{1} g（{2} mL）"},
    [WORD_CAVITY] = {"LV cavity", "左心室心腔"},
    [WORD_VOLUME_IS] = {"{1} mL", "{1} mL"},
    [WORD_WALL_MAX] = {"Maximal wall thickness", "最大室壁厚度"},
    [WORD_WALL_MAX_IS] = {"{1} mm, slice {2}, segment {3} ({4})",
                          "{1} mm，第 {2} 层，第 {3} 节段（{4}）"},
    [WORD_ISLANDS] = {"Scar islands", "瘢痕灶"},
    [WORD_ISLANDS_ARE] = {"{1}, the largest {2} mL", "{1} 个，最大者 {2} mL"},
    [WORD_LAYERS] = {"Scar by thirds of the wall", "瘢痕在室壁三层中的分布"},
    [WORD_LAYERS_ARE] = {"subendocardial {1}, mid-wall {2}, subepicardial {3} %",
                         "心内膜下 {1}%，心肌中层 {2}%，心外膜下 {3}%"},
    [WORD_SCARRED_SEGMENTS] = {"Segments with scar", "含瘢痕的节段"},
    [WORD_SCARRED_SEGMENTS_ARE] = {"{1} of {2}, score {3} of {4}",
                                   "{1} / {2}，评分 {3} / {4}"},

    [WORD_QUALITY] = {"Quality", "质量判定"},
    [WORD_ACCEPT] = {"accept", "通过"},
    [WORD_REVIEW] = {"review", "需复核"},
    [WORD_REJECT] = {"reject", "不可用"},
    [WORD_ACCEPT_MEANS] =
        {"No rule of the automatic check is broken. The check knows "
         "what a left ventricle looks like, not whether the contours "
         "lie in the right place: look at the images.",
         "未触发任何自动检查规则。自动检查只判断左心室的形状是否合理，"
         "不判断轮廓位置是否正确，请查看图像。"},
    [WORD_REVIEW_MEANS] = {"A reader must look at the contours before the numbers are "
                           "used:",
                           "使用以下数值之前，须由阅片者核对轮廓："},
    [WORD_REJECT_MEANS] = {"Do not use these numbers:", "请勿使用这些数值："},
    REASON(QUALITY_HEART_NOT_FOUND, "no left ventricle was found in the field of view",
           "视野内未找到左心室"),
    REASON(QUALITY_NO_MYOCARDIUM, "no myocardium was segmented", "未分割出心肌"),
    REASON(QUALITY_FEW_SLICES, "fewer than 3 slices have myocardium",
           "含心肌的层面少于 3 层"),
    REASON(QUALITY_GAP, "a slice without myocardium lies between slices with it",
           "含心肌的层面之间有不含心肌的层面"),
    REASON(QUALITY_IMAGE_EDGE, "myocardium touches the edge of the image",
           "心肌触及图像边缘"),
    REASON(QUALITY_NO_BLOOD_POOL, "no blood pool was segmented", "未分割出血池"),
    REASON(QUALITY_OPEN_RING,
           "myocardium does not close round the blood pool in most slices",
           "多数层面的心肌未围绕血池闭合"),
    REASON(QUALITY_SHORT_STACK,
           "the slices with myocardium span less than 4 cm, half of a left ventricle",
           "含心肌的层面总跨度不足 4 cm，未覆盖左心室的一半"),
    REASON(QUALITY_LONG_STACK,
           "the slices with myocardium span more than 15 cm, more than a left "
           "ventricle: is the distance between slices right?",
           "含心肌的层面总跨度超过 15 cm，长于左心室，请核对层间距"),
    REASON(QUALITY_ODD_WIDTH,
           "the ventricle is narrower than 5 cm or wider than 10 cm: is the pixel size "
           "right?",
           "左心室宽度小于 5 cm 或大于 10 cm，请核对像素尺寸"),
    REASON(
        QUALITY_OUT_OF_ORDER,
        "the ventricle's area rises or falls more than once along the stack: are the "
        "slices in order?",
        "心室面积沿层面方向多次增减，请核对层面顺序"),
    REASON(QUALITY_SLICES_LEFT_OUT, "slices of the series were left out",
           "该序列有层面未纳入分析"),
    REASON(QUALITY_PIECES_LEFT_OUT,
           "other pieces of a heart were drawn, and left out: look for missing slices",
           "另有未连通的心肌区域被舍弃，请核对是否有层面遗漏"),
    REASON(QUALITY_TWO_ORIENTATIONS,
           "the file's sform and qform differ: left and right may be exchanged",
           "文件中的 sform 与 qform 不一致，左右可能颠倒"),
    REASON(QUALITY_WIDE_SPREAD,
           "the network is less sure than in seven of eight patients it was tested on",
           "网络的不确定程度高于八分之七的验证病例"),
    REASON(QUALITY_SLICES_DISAGREE,
           "neighbouring slices do not fit together in position or size",
           "相邻层面的位置或大小不连贯"),
    REASON(QUALITY_PERHAPS_NOT_LGE,
           "wall, blood and surroundings look unusual for a short-axis LGE stack",
           "心肌、血池与周围组织的表现不像典型的短轴 LGE 图像"),
    REASON(QUALITY_NOT_LGE,
           "wall, blood and surroundings do not look like a short-axis LGE stack",
           "心肌、血池与周围组织的表现与短轴 LGE 图像不符"),
    REASON(QUALITY_NOT_SHORT_AXIS,
           "this does not look like a short-axis stack of a left ventricle",
           "图像不像左心室短轴层面"),

    [WORD_METHOD] = {"Method", "方法"},
    [WORD_MODEL] = {"Model", "模型"},
    [WORD_MODEL_IS] = {"{1} ({2}, {3})", "{1}（{2}，{3}）"},
    [WORD_WEIGHTS] = {"Weights, SHA-256", "权重 SHA-256"},
    [WORD_PROGRAM] = {"Program", "程序"},
    [WORD_PROGRAM_IS] = {"{1} {2} (commit {3})", "{1} {2}（提交 {3}）"},
    [WORD_IMAGE] = {"Image", "图像"},
    [WORD_IMAGE_IS] = {"{1} × {2} pixels of {4} × {5} mm, {3} slices {6} mm apart",
                       "{1} × {2} 像素，像素 {4} × {5} mm；{3} 层，层中心距 {6} mm"},
    [WORD_READER] = {"Corrected by", "校正者"},
    [WORD_SHADING] = {"Shading", "亮度不均"},
    [WORD_SHADING_TAKEN_OUT] =
        {"one side of the heart {1} times as bright as the other; evened out for the "
         "network",
         "心脏一侧的亮度为另一侧的 {1} 倍；已在送入网络前校正"},
    [WORD_INPUT] = {"Input", "输入文件"},
    [WORD_RULE] = {"Large burden", "高瘢痕负荷"},
    [WORD_RULE_ABOVE_15] = {"more than 15 % of the LV myocardium (Radiology "
                            "2020;294:52-60)",
                            "超过左心室心肌的 15%（Radiology 2020;294:52-60）"},
    [WORD_RULE_FROM_15] = {"15 % of the LV myocardium or more (Circulation "
                           "2014;130:484)",
                           "达到或超过左心室心肌的 15%（Circulation 2014;130:484）"},
    [WORD_DEFINITIONS] = {"Definitions", "定义"},
    [WORD_DEFINITIONS_ARE] =
        {"Volumes are counted on the grid of the input; a slice is "
         "as deep as the distance between slice centres. Scar "
         "includes no-reflow. %LGE = 100 × scar / LV myocardium. "
         "Mass = volume × 1.05 g/mL. The cavity is that of the "
         "images' heart phase.",
         "体积按输入图像的体素计算，层厚取层中心距。瘢痕包括无复流区。"
         "%LGE = 100 × 瘢痕 / 左心室心肌。质量 = 体积 × 1.05 g/mL。"
         "心腔容积为采集时相的容积。"},
    [WORD_REFERENCE] = {"Segments", "节段定位"},
    [WORD_BY_RV] = {"counted from the insertion of the right ventricle ({1}°)",
                    "以右心室插入点为起点（{1}°）"},
    [WORD_BY_ANGLE] = {"counted from the given angle ({1}°)",
                       "以给定角度为起点（{1}°）"},
    [WORD_BY_PATIENT] = {"guessed from the directions of the patient's body ({1}°): no "
                         "right ventricle among the labels",
                         "分割结果中无右心室，按受试者体位方向推测（{1}°）"},

    [WORD_KEY_IMAGES] = {"Key images", "关键图像"},
    [WORD_KEY_IMAGES_ALT] =
        {"{1} short-axis slices with the contours of myocardium and "
         "scar",
         "{1} 个短轴层面，标出心肌与瘢痕轮廓"},
    [WORD_BULLS_EYE] = {"Scar, % of each AHA segment", "AHA 各节段瘢痕百分比"},
    [WORD_BULLS_EYE_ALT] = {"Bull's eye of the 17 AHA segments; the numbers stand in "
                            "the table of segments",
                            "AHA 17 节段牛眼图，数值见节段表"},
    [WORD_ANTERIOR] = {"anterior", "前壁"},
    [WORD_SEPTAL] = {"septal", "间隔"},
    [WORD_INFERIOR] = {"inferior", "下壁"},
    [WORD_LATERAL] = {"lateral", "侧壁"},
    [WORD_LEGEND_MYOCARDIUM] = {"myocardium", "心肌"},
    [WORD_LEGEND_SCAR] = {"scar", "瘢痕"},
    [WORD_LEGEND_BAR] = {"scale bar {1} mm", "比例尺 {1} mm"},
    [WORD_SLICES] = {"All slices", "全部层面"},
    [WORD_SLICES_ALT] = {"All {1} slices with the contours of myocardium and scar",
                         "全部 {1} 个层面，标出心肌与瘢痕轮廓"},
    [WORD_SLICE_TABLE] = {"Slices", "各层面测量"},
    [WORD_SLICE] = {"Slice", "层面"},
    [WORD_SLICE_NUMBER] = {"slice {1}", "第 {1} 层"},
    [WORD_LEVEL] = {"Level", "水平"},
    [WORD_BASAL] = {"basal", "基底段"},
    [WORD_MID] = {"mid", "中间段"},
    [WORD_APICAL] = {"apical", "心尖段"},
    [WORD_APEX] = {"apex", "心尖"},
    [WORD_MYOCARDIUM_ML] = {"Myocardium, mL", "心肌 mL"},
    [WORD_SCAR_ML] = {"Scar, mL", "瘢痕 mL"},
    [WORD_PERCENT] = {"Scar, %", "瘢痕 %"},
    [WORD_SLICE_NOTE] = {"Slices are numbered from 1 in the order of the file.",
                         "层面按文件中的顺序从 1 开始编号。"},
    [WORD_SLICE_NOTE_DICOM] = {"Slices are numbered from 1 along the normal of the "
                               "images (direction of rows × direction of columns).",
                               "层面沿图像法线方向（行方向 × 列方向）从 1 开始编号。"},

    [WORD_SEGMENT_TABLE] = {"AHA segments", "AHA 节段"},
    [WORD_SEGMENT] = {"Segment", "节段"},
    [WORD_WALL_MEAN_MM] = {"Wall,\nmean mm", "室壁厚度\n平均 mm"},
    [WORD_WALL_MAX_MM] = {"Wall,\nmax. mm", "室壁厚度\n最大 mm"},
    [WORD_TRANSMURALITY_MEAN] = {"Transmural,\nmean %", "透壁程度\n平均 %"},
    [WORD_TRANSMURALITY_MAX] = {"Transmural,\nmax. %", "透壁程度\n最大 %"},
    [WORD_SCORE] = {"Score", "评分"},
    [WORD_SEGMENT_NOTE] =
        {"Transmurality: scarred share of the wall along a chord; the "
         "mean is over the chords that meet scar. Score by per cent "
         "scar: 0 none, 1: 1-25, 2: 26-50, 3: 51-75, 4: 76-100.",
         "透壁程度：沿室壁弦线瘢痕所占比例，平均值只计与瘢痕相交的弦线。"
         "评分按瘢痕百分比：0 无，1 为 1-25，2 为 26-50，3 为 51-75，"
         "4 为 76-100。"},
    AHA(1, "basal anterior", "基底段前壁"),
    AHA(2, "basal anteroseptal", "基底段前间隔"),
    AHA(3, "basal inferoseptal", "基底段下间隔"),
    AHA(4, "basal inferior", "基底段下壁"),
    AHA(5, "basal inferolateral", "基底段下侧壁"),
    AHA(6, "basal anterolateral", "基底段前侧壁"),
    AHA(7, "mid anterior", "中间段前壁"),
    AHA(8, "mid anteroseptal", "中间段前间隔"),
    AHA(9, "mid inferoseptal", "中间段下间隔"),
    AHA(10, "mid inferior", "中间段下壁"),
    AHA(11, "mid inferolateral", "中间段下侧壁"),
    AHA(12, "mid anterolateral", "中间段前侧壁"),
    AHA(13, "apical anterior", "心尖段前壁"),
    AHA(14, "apical septal", "心尖段间隔"),
    AHA(15, "apical inferior", "心尖段下壁"),
    AHA(16, "apical lateral", "心尖段侧壁"),
    AHA(17, "apex", "心尖"),
};

bool report_lang_parse(const char *text, enum report_lang *out, struct err *err)
{
    static const char *const name[REPORT_LANGS] = {"en", "zh"};

    for (int l = 0; l < REPORT_LANGS; l++) {
        if (strcmp(text, name[l]) == 0) {
            *out = (enum report_lang)l;
            return true;
        }
    }
    return ERR_FAIL(err, ERR_ARG, "%s: not en or zh", text);
}

const char *report_lang_tag(enum report_lang lang)
{
    static const char *const tag[REPORT_LANGS] = {"en", "zh-CN"};
    return tag[lang];
}

const char *report_word(enum report_lang lang, enum report_word word)
{
    return WORD[word][lang];
}

/* Number of the field that begins here ("{3}"), or 0. */
static size_t field_at(const char *s)
{
    return s[0] == '{' && s[1] >= '1' && s[1] <= '9' && s[2] == '}'
               ? (size_t)(s[1] - '0')
               : 0;
}

/* Append `n` bytes, or none: whole letters are handed in. */
static bool append(char *out, size_t size, size_t *at, const char *from, size_t n)
{
    if (n >= size - *at)
        return false;
    memcpy(out + *at, from, n);
    *at += n;
    out[*at] = '\0';
    return true;
}

/* Bytes of the letter that begins here: all that continue it. */
static size_t letter(const char *s)
{
    size_t n = 1;
    while (((unsigned char)s[n] & 0xc0u) == 0x80u)
        n++;
    return n;
}

static bool append_text(char *out, size_t size, size_t *at, const char *text)
{
    for (size_t n; *text != '\0'; text += n) {
        n = letter(text);
        if (!append(out, size, at, text, n))
            return false;
    }
    return true;
}

void report_words_fill(enum report_lang lang, enum report_word word,
                       const char *const *arg, size_t args, char *out, size_t size)
{
    const char *s = WORD[word][lang];
    size_t at = 0;

    if (size == 0)
        return;
    out[0] = '\0';
    while (*s != '\0') {
        const size_t field = field_at(s), n = field > 0 ? 3 : letter(s);
        const bool filled = field > 0 && field <= args;
        if (!(filled ? append_text(out, size, &at, arg[field - 1])
                     : append(out, size, &at, s, n)))
            return;
        s += n;
    }
}

enum report_word report_words_reason(enum quality_reason reason)
{
    return (enum report_word)(WORD_REASON + (int)reason);
}

enum report_word report_words_reference(enum measure_reference reference)
{
    static const enum report_word how[] = {[MEASURE_BY_RV] = WORD_BY_RV,
                                           [MEASURE_BY_ANGLE] = WORD_BY_ANGLE,
                                           [MEASURE_BY_PATIENT] = WORD_BY_PATIENT};

    return how[reference];
}

enum report_word report_words_segment(int number)
{
    return (enum report_word)(WORD_AHA + number - 1);
}
