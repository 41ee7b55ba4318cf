#include "stat/dist.h"

#include <cmath>
#include <exception>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace
{

namespace bm = boost::math;

/* No long double inside: its width is not the same everywhere (valgrind computes it in
 * 64 bits), and series that wait for its epsilon would not end. */
using policy = bm::policies::policy<bm::policies::promote_double<false>,
                                    bm::policies::promote_float<false>>;
using normal = bm::normal_distribution<double, policy>;
using students_t = bm::students_t_distribution<double, policy>;
using noncentral_t = bm::non_central_t_distribution<double, policy>;
using fisher_f = bm::fisher_f_distribution<double, policy>;
using chi_squared = bm::chi_squared_distribution<double, policy>;
using beta = bm::beta_distribution<double, policy>;

/* What was asked for, to be said when it fails. */
struct call {
    const char *name;
    double a, b, c;
};

bool refuse(const call &what, const char *why, struct err *err)
{
    return ERR_FAIL(err, ERR_NUMERIC, "%s(%g, %g, %g): %s", what.name, what.a, what.b,
                    what.c, why);
}

/* Run `compute`; no exception leaves. */
template <class F>
bool guarded(const call &what, double *out, struct err *err, F compute)
{
    try {
        const double v = compute();
        if (!std::isfinite(v))
            return refuse(what, "the result is not finite", err);
        *out = v;
        return true;
    } catch (const std::exception &) { /* its text names types, not the cause */
        return refuse(what, "outside the domain, or no convergence", err);
    } catch (...) {
        return refuse(what, "unknown exception", err);
    }
}

} // namespace

bool stat_normal_two_sided(double z, double *p, struct err *err)
{
    return guarded({"normal", z, 0, 1}, p, err, [=] {
        return 2.0 * bm::cdf(bm::complement(normal(), std::fabs(z)));
    });
}

bool stat_t_two_sided(double t, double dof, double *p, struct err *err)
{
    return guarded({"Student t", t, dof, 0}, p, err, [=] {
        return 2.0 * bm::cdf(bm::complement(students_t(dof), std::fabs(t)));
    });
}

bool stat_t_quantile(double p, double dof, double *t, struct err *err)
{
    return guarded({"Student t quantile", p, dof, 0}, t, err,
                   [=] { return bm::quantile(students_t(dof), p); });
}

bool stat_noncentral_t_quantile(double p, double dof, double delta, double *t,
                                struct err *err)
{
    return guarded({"noncentral t quantile", p, dof, delta}, t, err,
                   [=] { return bm::quantile(noncentral_t(dof, delta), p); });
}

bool stat_f_upper(double f, double dof1, double dof2, double *p, struct err *err)
{
    return guarded({"F", f, dof1, dof2}, p, err,
                   [=] { return bm::cdf(bm::complement(fisher_f(dof1, dof2), f)); });
}

bool stat_f_quantile(double p, double dof1, double dof2, double *f, struct err *err)
{
    return guarded({"F quantile", p, dof1, dof2}, f, err,
                   [=] { return bm::quantile(fisher_f(dof1, dof2), p); });
}

bool stat_chi2_upper(double x, double dof, double *p, struct err *err)
{
    return guarded({"chi-squared", x, dof, 0}, p, err,
                   [=] { return bm::cdf(bm::complement(chi_squared(dof), x)); });
}

bool stat_chi2_quantile(double p, double dof, double *x, struct err *err)
{
    return guarded({"chi-squared quantile", p, dof, 0}, x, err,
                   [=] { return bm::quantile(chi_squared(dof), p); });
}

bool stat_beta_quantile(double p, double a, double b, double *x, struct err *err)
{
    return guarded({"beta quantile", p, a, b}, x, err,
                   [=] { return bm::quantile(beta(a, b), p); });
}
