"""What ships was learned by the script that is here, from the data it names, and measured so."""

import pytest

from survey.comments.sentiment.analyzer import analyse
from survey.comments.sentiment.linear import layer, layer_of
from survey.comments.text import text_of
from tests.comments.test_sentiment import DATA
from training.corpus import Example

training = pytest.importorskip("training.sentiment", reason="the extra 'training' is not installed")


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    if not DATA.exists():
        pytest.skip("../shared/data is not here")
    return list(training.examples(DATA))


def test_learning_again_gives_the_weights_that_ship(examples: list[Example]) -> None:
    again = layer_of(training.learn(examples))
    shipped = layer()
    # Another processor may round a weight otherwise, and so keep another of two equal features.
    assert len(again.weights.keys() & shipped.weights.keys()) >= 0.98 * len(shipped.weights)
    for name in again.weights.keys() & shipped.weights.keys():
        assert again.weights[name] == pytest.approx(shipped.weights[name], abs=0.03)
    same = sum(
        analyse(text_of(one.text)).sentiment.label
        == analyse(text_of(one.text), weights=again).sentiment.label
        for one in examples
    )
    assert same >= 0.99 * len(examples)


def test_nothing_is_learned_from_data_whose_licence_is_in_doubt(examples: list[Example]) -> None:
    assert {one.source for one in examples} == {
        *("service_desk_a", "service_desk_b", "service_desk_c", "public_services", "posts"),
        *("negations", "vader_amazon", "uci"),
    }


@pytest.mark.parametrize("name", ["sentiment", "detection"])
def test_the_document_shows_what_is_measured(name: str) -> None:
    evaluation = pytest.importorskip("training.evaluation")
    if not DATA.exists():
        pytest.skip("../shared/data is not here")
    document = evaluation.DOCUMENT.read_text(encoding="utf-8")
    assert evaluation.MEASURED[name](DATA) == evaluation.parts(document, name)[1]
