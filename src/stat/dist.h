/*
 * dist.h - tail probabilities and quantiles of the distributions that tests need.
 *
 * Why:    a thin C face of Boost.Math, so that no test of this room approximates a
 *         distribution by itself.
 * Layer:  stat; dist_boost.cc is the only C++ here.
 * Thread: pure functions, no globals; safe to call concurrently.
 *
 * Accuracy is that of double arithmetic (relative error of some 1e-14, a few 1e-12 for
 * the noncentral t), the same with and without extended precision.
 *
 * For all: the result is written only on success.  Errors: ERR_NUMERIC when an argument
 * lies outside the distribution's domain, is not finite, or the computation did not
 * converge; the message names the arguments.
 * Tests:  tests/unit/stat/dist.c against SciPy (tests/reference/stat.py)
 */
#ifndef STAT_DIST_H
#define STAT_DIST_H

#include "base/err.h"

C_API_BEGIN

/** P(|Z| >= |z|) of a standard normal Z. */
bool stat_normal_two_sided(double z, double *p, struct err *err) ATTR_MUST_USE;

/** P(|T| >= |t|) of Student's t with `dof` > 0 degrees of freedom. */
bool stat_t_two_sided(double t, double dof, double *p, struct err *err) ATTR_MUST_USE;

/** The t below which Student's t lies with probability p; 0 < p < 1. */
bool stat_t_quantile(double p, double dof, double *t, struct err *err) ATTR_MUST_USE;

/** Quantile of the noncentral t with noncentrality `delta`; 0 < p < 1. */
bool stat_noncentral_t_quantile(double p, double dof, double delta, double *t,
                                struct err *err) ATTR_MUST_USE;

/** P(F >= f) of Fisher's F, f >= 0. */
bool stat_f_upper(double f, double dof1, double dof2, double *p,
                  struct err *err) ATTR_MUST_USE;

/** The f below which F lies with probability p; 0 <= p < 1. */
bool stat_f_quantile(double p, double dof1, double dof2, double *f,
                     struct err *err) ATTR_MUST_USE;

/** P(X >= x) of chi-squared, x >= 0. */
bool stat_chi2_upper(double x, double dof, double *p, struct err *err) ATTR_MUST_USE;

/** The x below which chi-squared lies with probability p; 0 <= p < 1. */
bool stat_chi2_quantile(double p, double dof, double *x, struct err *err) ATTR_MUST_USE;

/** Quantile of the beta distribution with a, b > 0; 0 <= p <= 1. */
bool stat_beta_quantile(double p, double a, double b, double *x,
                        struct err *err) ATTR_MUST_USE;

C_API_END

#endif
