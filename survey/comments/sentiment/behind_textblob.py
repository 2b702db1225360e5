"""The analyzer of service-desk comments, for whoever comes to it through TextBlob.

    TextBlob("It isn't helpful.", analyzer=ServiceDeskAnalyzer()).sentiment.label == "negative"

It stands by itself since TextBlob takes seconds to import, which no process of the service needs
before it reads its first comment.
"""

from textblob.base import CONTINUOUS, BaseSentimentAnalyzer

from survey.comments.sentiment.analyzer import analyse
from survey.comments.sentiment.mood import Sentiment
from survey.comments.text import text_of


class ServiceDeskAnalyzer(BaseSentimentAnalyzer):  # type: ignore[misc]
    """Scores a text of any length and content, and never raises.

    Args:
        question: the text of the question that the comment answers, which can turn its sense.
    """

    kind = CONTINUOUS

    def __init__(self, question: str | None = None) -> None:
        super().__init__()
        self.question = question

    def analyze(self, text: str, keep_assessments: bool = False) -> Sentiment:
        """What TextBlob gives as `.sentiment`, and as `.sentiment_assessments` with the words."""
        return analyse(text_of(text), self.question, keep_assessments=keep_assessments).sentiment
