"""What a day's delay goes together with: points of satisfaction lost for each working day.

Who waits longer may also have had the harder case. So the figure says how satisfaction and waiting
go together among those who answered, and not what an hour saved would bring.
"""

from collections.abc import Mapping
from math import sqrt

from survey.reports.bands import BANDS, middle
from survey.reports.intervals import CONFIDENCE, t_quantile
from survey.reports.measures import SMALLEST_N_FOR_T, Estimate


def delay_cost(
    answers: Mapping[tuple[str, int], int], hours_a_day: float, effect: float = 1
) -> Estimate:
    """Points of satisfaction (0 to 100) that a working day of waiting costs, to two decimals.

    The slope of least squares over answers, each at the middle of its band of hours, turned: above
    0 where those who waited longer were less satisfied. The interval does not take answers for
    equally scattered at all delays: H. White, Econometrica 48 (1980), in the form HC1 of
    J. G. MacKinnon and H. White, Journal of Econometrics 29 (1985). Below 30 answers (of their
    effective number), or where all are in one band, there is no value.

    Args:
        answers: how many, by band of working hours to close and rating.
        hours_a_day: how long a working day is.
        effect: the design effect of people who answered more than once.
    """
    n = sum(answers.values())
    days = {band: middle(band) / hours_a_day for band in BANDS}
    points = [(days[band], 25.0 * (rating - 1), times) for (band, rating), times in answers.items()]
    df = n / effect - 2
    if df + 2 < SMALLEST_N_FOR_T:
        return Estimate(None, n)
    x_mean = sum(times * x for x, _, times in points) / n
    y_mean = sum(times * y for _, y, times in points) / n
    spread = sum(times * (x - x_mean) ** 2 for x, _, times in points)
    if spread < 1e-9:
        return Estimate(None, n)
    slope = sum(times * (x - x_mean) * (y - y_mean) for x, y, times in points) / spread
    scatter = sum(
        times * ((x - x_mean) * (y - y_mean - slope * (x - x_mean))) ** 2 for x, y, times in points
    )
    # n / (n - 2) makes HC1 of HC0, with n of effective answers.
    error = sqrt(effect * scatter * (df + 2) / df) / spread
    half = t_quantile((1 + CONFIDENCE) / 2, df) * error
    return Estimate(round(-slope, 2), n, round(-slope - half, 2), round(-slope + half, 2))
