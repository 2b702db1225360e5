"""What a reader of figures may rely on: one sentence for each, which travels with the answer.

How each is reckoned, and from whose paper, stands where it is reckoned.
"""

# Reckoned of current rows, which boards are shown nothing of.
OF_CURRENT_ROWS = ("weighted_csat", "standardised_csat", "delay_cost")

RULES: dict[str, str] = {
    "n": "answers that count: the last one not on hold for each invitation",
    "ratings": "answers by rating, from 1, very dissatisfied, to 5, very satisfied",
    "csat": "share of ratings 4 and 5 among valid ratings",
    "weighted_csat": "csat of the total, raked to all eligible closures by partner, service, "
    "channel and target, in whole percent; null below 200 answers; effect: of the weights (Kish); "
    "compared: to the interval of csat",
    "standardised_csat": "csat of a partner at the mix of all partners' eligible closures by "
    "service and target (direct standardisation); covered: the part of that mix with answers here, "
    "null below 0.8",
    "dissatisfied": "share of ratings 1 and 2 among valid ratings",
    "satisfaction": "100 * (mean rating - 1) / 4",
    "resolved": "share of yes among yes, partly and no",
    "ease": "share of 4 and 5 among valid answers on how easy it was",
    "recommendation": "share of 9 and 10 less share of 0 to 6 among valid answers from 0 to 10, "
    "from -1 to 1; the first such question of a questionnaire, where minimum_base answered it",
    "sentiment": "answers by the sentiment of their comment; none: nothing to score; "
    "unread: not read yet, or in a language that cannot be read",
    "questions": "of each other question: n who answered it, and how many chose each value; null "
    "where n is below minimum_base; a key with @ is the same key with another scale, from that "
    "version of its questionnaire on",
    "within_target": "share of closures within their target, in working hours from opened to "
    "closed, of all closures in the row",
    "hours_to_close": "median and 90th percentile of the working hours from opened to closed, of "
    "all closures in the row, by linear interpolation within bands (each with its upper end); in "
    "the last band: at least so long",
    "hours_to_first_reply": "like hours_to_close, from opened to the first reply, of all closures "
    "in the row that are known to have had one",
    "delay_cost": "points of satisfaction that go with each working day from opened to closed: "
    "least squares over the total's answers, by the middles of bands; interval HC1; from 30 "
    "answers on; what goes together, not what causes",
    "funnel": "closed = asked + pending + not asked, in closures; accepted: taken by the mail "
    "server and not bounced within seven days, or sent by its source; answered: with an answer "
    "that counts; held: with answers on hold only",
    "response_rate": "answered / asked (AAPOR RR2); bounces stay in the base",
    "interval": "low and high bound the 95 % interval: Wilson score for shares; Student's t for "
    "satisfaction, from 30 ratings on, cut at 0 and 100; adjusted Wald (Bonett and Price) for "
    "recommendation",
    "repeated": "where people answered more than once, intervals (but that of response_rate) are "
    "those of n² / Σm² answers, m being how many each gave: as if a person always answered alike "
    "(Kish)",
    "not_covered": "an interval tells how far chance may lead among people like those who answered "
    "(superpopulation model); it does not cover who chose not to answer",
    "withheld": "a row of fewer answers than minimum_base shows nothing about its answers",
}
