"""What a reader may rely on: a sentence for each thing in the answers, which travels with them."""

# Comments of each period among which rising words are looked for.
LISTENED_TO = 2000

_COHORT = (
    "answers that count (of each invitation the last one not on hold) with a comment, by the month "
    "of the first; filters as for figures"
)
_UNREAD = "comments not read yet, or in a language that cannot be read"

THEMES: dict[str, str] = {
    "cohort": _COHORT,
    "comments": "comments that say something: read as negative, neutral, positive or mixed; the "
    "base of every share",
    "none": "comments that say nothing (n/a, a full stop); in no other number",
    "unread": f"{_UNREAD}; in no other number",
    "unexplained": "comments that name no theme",
    "methods": "versions of the method that read these comments",
    "methods_before": "versions of the method that read the comments of the period before; where "
    "they are not the same, a change may come from the reading and not from people",
    "count": "comments that name the theme; a comment may name several",
    "share": "count / comments",
    "sentiment": "those comments by the sentiment of the clauses that name the theme; mixed: of "
    "both kinds",
    "before": "the same in the period just before, as many months long; null: fewer comments "
    "there than minimum_base",
    "change": "share minus share before, with its 95 % interval by Newcombe's score method; null "
    "without before",
    "interval": "low and high bound the 95 % interval: Wilson score for shares",
    "rising": "words that became more frequent in comments that name no theme, of up to "
    f"{LISTENED_TO} such comments a period, drawn as comments are and redacted; null: fewer of "
    "them in either period than minimum_base",
    "withheld": "of fewer comments than minimum_base nothing is told; a theme's row stands on all "
    "comments, so its count may be as small as it is",
}
COMMENTS: dict[str, str] = {
    "cohort": _COHORT,
    "n": "comments that the question is for and that may be shown. Not shown, and not counted "
    "here: comments with urgent words, and those whose text is gone or not read yet; without "
    "sentiment=none or unread also those",
    "drawn": "how many of them are here: of each rating its share, within one, by lot",
    "lot": "a keyed hash of each answer: the same question draws the same comments, in the order "
    "of the lots, which says nothing of how good they are",
    "comment": "redacted; hints tell of special-category data that stays in it",
    "at_odds": "rating and text contradict each other: to be looked at, never a correction",
    "fired": "words that told the sentiment, with what each weighs, so far as they stand in the "
    "redacted text",
    "confidence": "from 0 to 1, how sure the method is of the sentiment",
    "month": "of the first answer that counts",
    "language": "of the form that was answered",
    "withheld": "of fewer than minimum_base such comments none is shown, nor how many there are",
}
