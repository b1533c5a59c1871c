"""Reliability models against the data of RP-1, table D-1, and against what they cannot know."""

import time
from decimal import Decimal
from math import log

import pytest

from registry.calibration.review.curves import CURVES, Model, reliability
from registry.calibration.review.fitting import Bin, fitted, scale_of
from registry.calibration.review.proposal import Because, Interval
from registry.calibration.review.reliability import binned, interval_of, review
from registry.kernel.errors import Invalid

FITTED = 1e-5
EXACT = 1e-9
TABLE_D1 = [
    Bin(float(time), count, good)
    for time, count, good in zip(
        (4, 7, 10, 13, 21, 28, 40, 48), (4, 6, 14, 13, 22, 49, 18, 6), (4, 5, 9, 8, 12, 20, 9, 2), strict=True
    )
]
WEEKS = Interval(current=10, shortest=1, longest=60)
TARGET = Decimal("0.75")
# θ, -ln L, AIC, interval, F, confidence of rejection
WORKED = {
    Model.EXPONENTIAL: (
        (0.028115893915103655,),
        87.62941979465093,
        177.25883958930186,
        10.232008746385269,
        0.583875460298959,
        0.23199509321663683,
    ),
    Model.WEIBULL: (
        (0.02432043269210698, 0.7012938176948422),
        86.98526337579082,
        177.97052675158164,
        6.957817949696273,
        0.44706887608409424,
        0.15411729400115612,
    ),
    Model.MIXED_EXPONENTIAL: (
        (0.06703085155147034, 0.7304216129644694),
        86.74012040730696,
        177.48024081461392,
        7.201002591104241,
        0.3801999236802911,
        0.109507628218602,
    ),
    Model.RANDOM_WALK: (
        (0, 0.09541423073936163),
        86.40202277900922,
        176.80404555801843,
        7.920039015094494,
        0.31532097039204876,
        0.07201353785083318,
    ),
    Model.MODIFIED_GAMMA: (
        (0.14640888722070425,),
        101.84270754368637,
        205.68541508737275,
        17.316709798348658,
        2.8085001343274056,
        0.9904976062882276,
    ),
    Model.LOGNORMAL: (
        (0.042237353628776585, 1.6469737517634055),
        86.73002355116154,
        177.46004710232307,
        7.795786363907689,
        0.39106697017234016,
        0.11638813076512788,
    ),
    Model.WARRANTY: (
        (0.041084682025898794, 26.614583279550082),
        88.0483260969852,
        180.0966521939704,
        None,
        0.7416418972538773,
        0.38288520890584987,
    ),
    Model.MORTALITY_DRIFT: (
        (0.02811589362964338, 0),
        87.62941979465093,
        179.25883958930186,
        10.232008850270706,
        0.6811880386234523,
        0.3349004742849847,
    ),
}


@pytest.fixture(scope="module")
def found():
    return review(TABLE_D1, TARGET, WEEKS)


def modelled(found, model):
    return next(one for one in found.models if one.fit.model is model)


@pytest.mark.parametrize("model", WORKED)
def test_the_worked_fits(found, model):
    theta, nll, aic, interval, lack, rejection = WORKED[model]
    fit = modelled(found, model).fit
    assert fit.converged
    assert fit.theta == pytest.approx(theta, rel=FITTED, abs=1e-11)
    assert fit.nll == pytest.approx(nll, rel=EXACT)
    assert fit.aic == pytest.approx(aic, rel=EXACT)
    assert fit.lack == pytest.approx(lack, rel=FITTED)
    assert fit.rejection == pytest.approx(rejection, rel=FITTED)
    expected = None if interval is None else pytest.approx(interval, rel=FITTED)
    assert modelled(found, model).interval == expected


@pytest.mark.parametrize(
    ("model", "nll"), [(Model.DRIFT, 88.03689515686868), (Model.RESTRICTED_WALK, 86.40150683468568)]
)
def test_the_models_of_three_parameters_find_what_a_global_search_found(found, model, nll):
    assert modelled(found, model).fit.nll == pytest.approx(nll, rel=EXACT)


def test_every_model_is_reported_and_the_lowest_aic_is_chosen(found):
    assert [one.fit.model for one in found.models] == list(Model)
    assert found.best.fit.model is Model.RANDOM_WALK
    assert (found.wanted, found.proposed) == (pytest.approx(7.920039, rel=FITTED), 7)
    codes = [reason.code for reason in found.reasons]
    assert codes == [Because.BEST_MODEL, Because.MODEL_REJECTED, Because.ROUNDED_DOWN]
    assert found.reasons[1].values["model"] is Model.MODIFIED_GAMMA


def test_a_parameter_that_runs_into_its_bound_is_told(found):
    assert modelled(found, Model.RANDOM_WALK).fit.at_bound == (0,)
    assert modelled(found, Model.EXPONENTIAL).fit.at_bound == ()


def test_the_step_of_the_interval_may_be_longer_than_the_unit_of_the_times():
    months = Interval(current=3, shortest=1, longest=60, time_per_step=30.436875 / 7)
    assert review(TABLE_D1, TARGET, months).wanted == pytest.approx(7.920039015094494 * 7 / 30.436875, rel=FITTED)


def test_one_bin_of_the_exponential_model_has_a_closed_form():
    fit = fitted(Model.EXPONENTIAL, [Bin(365.0, 20, 15)])
    assert fit.theta == pytest.approx((-log(0.75) / 365,), rel=1e-6)
    assert interval_of(fit, 0.95, 365) == pytest.approx(65.08, abs=0.005)
    assert interval_of(fit, 0.9, 365) == pytest.approx(133.68, abs=0.005)


def test_all_models_together_take_less_than_a_second_and_agree_with_themselves():
    review(TABLE_D1, TARGET, WEEKS)  # so that scipy is loaded
    begun = time.process_time()
    first = review(TABLE_D1, TARGET, WEEKS)
    assert time.process_time() - begun < 1
    assert first == review(TABLE_D1, TARGET, WEEKS)


@pytest.mark.parametrize("stretch", [1 / 365, 7, 1e4])
def test_the_unit_of_time_does_not_matter(found, stretch):
    bins = [Bin(bin_.time * stretch, bin_.calibrations, bin_.in_tolerance) for bin_ in TABLE_D1]
    for one in found.models:
        again = fitted(one.fit.model, bins)
        assert again.nll == pytest.approx(one.fit.nll, rel=1e-8)


def test_a_large_laboratory_is_fitted_too():
    bins = [Bin(float(10 * place), 10**6, round(10**6 * 0.99**place)) for place in range(1, 21)]
    best = review(bins, Decimal("0.9"), Interval(current=100, shortest=1, longest=1000)).best
    assert best.interval == pytest.approx(10 * log(0.9) / log(0.99), rel=1e-3)


def test_more_parameters_than_bins_is_reported_as_no_fit():
    bins = [Bin(6.0, 10, 9), Bin(12.0, 10, 7)]
    found = review(bins, Decimal("0.8"), Interval(current=6, shortest=1, longest=60))
    failed = {reason.values["model"] for reason in found.reasons if reason.code is Because.MODEL_FAILED}
    assert {Model.DRIFT, Model.RESTRICTED_WALK} <= failed
    untested = modelled(found, Model.WEIBULL).fit
    assert (untested.lack, untested.rejection) == (None, None)


def test_a_better_model_without_an_interval_is_told():
    bins = [Bin(6.0, 50, 40), Bin(12.0, 50, 40), Bin(24.0, 50, 40)]
    found = review(bins, Decimal("0.85"), Interval(current=12, shortest=1, longest=60))
    better = [reason for reason in found.reasons if reason.code is Because.BETTER_WITHOUT_INTERVAL]
    assert better
    assert all(reason.values["aic"] <= found.best.fit.aic for reason in better)
    assert {reason.values["model"] for reason in better} == {
        one.fit.model
        for one in found.models
        if one.interval is None and one.fit.converged and not one.rejected and one.fit.aic < found.best.fit.aic
    }


def test_when_no_model_will_do_the_interval_stays():
    good = {1.0: 500, 2.0: 5, 3.0: 500, 4.0: 5, 5.0: 500, 6.0: 5}
    found = review([Bin(time, 505, count) for time, count in good.items()], Decimal("0.9"), WEEKS)
    assert (found.best, found.proposed) == (None, 10)
    assert found.reasons[0].code is Because.NO_MODEL


def test_singles_are_counted_into_bins_and_never_rounded_from_shares():
    seen = [(359.0, True), (365.0, False), (371.0, True), (180.0, True), (720.0, False)]
    assert binned(seen, 50.0) == (Bin(180.0, 1, 1), Bin(365.0, 3, 2), Bin(720.0, 1, 0))
    with pytest.raises(Invalid):
        binned(seen, 0)


@pytest.mark.parametrize(
    ("bins", "field"),
    [
        ([], "calibrations"),
        ([Bin(6.0, 4, 3), Bin(12.0, 5, 4)], "calibrations"),
        ([Bin(6.0, 20, 15)], "bins"),
        ([Bin(6.0, 10, 8), Bin(6.0, 10, 7)], "bins"),
        ([Bin(6.0, 10, 10), Bin(12.0, 10, 10)], "bins"),
        ([Bin(6.0, 10, 0), Bin(12.0, 10, 0)], "bins"),
        ([Bin(6.0, 10, 9), Bin(0.0, 10, 9)], "bins.1.time"),
        ([Bin(6.0, 10, 11), Bin(12.0, 10, 9)], "bins.0.in_tolerance"),
        ([Bin(6.0, 10, 9), Bin(12.0, 0, 0)], "bins.1.in_tolerance"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(bins, field):
    with pytest.raises(Invalid) as refused:
        review(bins, TARGET, WEEKS)
    assert field in refused.value.errors


@pytest.mark.parametrize("target", ["0", "1", "1.5"])
def test_a_target_lies_between_none_and_all(target):
    with pytest.raises(Invalid) as refused:
        review(TABLE_D1, Decimal(target), WEEKS)
    assert list(refused.value.errors) == ["target"]


@pytest.mark.parametrize("model", Model)
def test_a_curve_gives_shares_that_complement_each_other(model):
    likely = tuple(side[1] for side in CURVES[model].box(scale_of(TABLE_D1)))
    for moment in (0, 1e-9, 0.5, 7.0, 50.0, 1e4, 1e9):
        kept, lost = CURVES[model].shares(likely, moment)
        assert kept + lost == pytest.approx(1, abs=1e-12)
        assert 0 <= kept <= 1
        assert 0 <= lost <= 1
        assert reliability(model, likely, moment) == kept


@pytest.mark.parametrize(("x", "lost"), [(1e-3, 1e-12 / 24 * (1 - 4e-3 / 5)), (4.0, 0.5665298796332910)])
def test_the_modified_gamma_keeps_the_digits_of_a_small_loss(x, lost):
    assert CURVES[Model.MODIFIED_GAMMA].shares((1.0,), x)[1] == pytest.approx(lost, rel=1e-6)
