#include "sim/case.h"
#include "../../tests/unit/sim/stand_in.h"
#define W __attribute__((weak))
W const struct sim_site sim_sites[SIM_SITES] = {
{"S1","Philips",1.5,270,52},{"S2","Siemens",1.5,215,41},{"S3","GE",1.5,180,35},{"S4","Siemens",1.5,140,27},{"S5","Philips",1.5,110,21},{"S6","GE",1.5,88,17},{"S7","Siemens",3.0,70,14}};
W const char *sim_subtype_name(enum sim_subtype s){(void)s;return "other";}
W void sim_patient_draw(uint64_t seed, uint64_t index, enum sim_mode mode, struct sim_patient *out){*out=(struct sim_patient){.seed=seed,.index=index,.mode=mode};}
W bool sim_heart_new(const struct sim_patient *p, struct sim_heart **out, struct err *err){(void)p;(void)err;*out=NULL;return true;}
W void sim_heart_free(struct sim_heart*h){(void)h;}
W void sim_heart_facts(const struct sim_heart*h, struct sim_heart_facts*o){(void)h;*o=(struct sim_heart_facts){0};}
W bool sim_body_new(const struct sim_patient *p, struct sim_body **out, struct err *err){(void)p;(void)err;*out=NULL;return true;}
W void sim_body_free(struct sim_body*h){(void)h;}
W void sim_scan_draw(uint64_t seed, uint64_t index, enum sim_mode mode, int32_t site, const struct sim_patient *p, struct sim_scan *out){(void)p;*out=(struct sim_scan){.seed=seed,.index=index,.mode=mode,.site=site};}
W bool sim_scan_run(const struct sim_scan *scan, const struct sim_patient *p, const struct sim_heart *h, const struct sim_body *b, struct sim_stack *out, struct err *err){(void)p;(void)h;(void)b;struct stand_in s=stand_in_default(scan->seed*1000+scan->index);return stand_in_stack(&s,out,err);}
W void sim_stack_clear(struct sim_stack*s){image_clear(&s->image);labels_clear(&s->truth);}
