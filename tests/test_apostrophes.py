"""Lost apostrophes: what is suggested, what is left alone, and that nothing changes unasked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.errors import InputError
from aligner.text.apostrophes import Suggestion, apply_suggestions, find_lost_apostrophes
from tests.growth import assert_linear

# Damaged text -> repaired; the kinds are those met in bilingual news with U+2019 stripped. Own sentences.
LOST = [
    ("He praised the countrys efforts.", "He praised the country’s efforts."),
    ("The ministrys new building opened.", "The ministry’s new building opened."),
    ("Vietnams Party and Singapores ports grew.", "Vietnam’s Party and Singapore’s ports grew."),
    ("Thailands economic growth slowed.", "Thailand’s economic growth slowed."),
    ("Todays talks went well.", "Today’s talks went well."),
    ("Friendship between the two nationspeople lasts.", "Friendship between the two nations’ people lasts."),
    ("It supports the countrysefforts.", "It supports the country’s efforts."),
    ("They dont know, she isnt here and Im late.", "They don’t know, she isn’t here and I’m late."),
    ("Youre right, weve seen it and theyll come.", "You’re right, we’ve seen it and they’ll come."),
    ("Thats how it was; theres no more.", "That’s how it was; there’s no more."),
    (
        "It follows last weeks meeting and this years harvest.",
        "It follows last week’s meeting and this year’s harvest.",
    ),
    ("The womans house and the childs toy burned.", "The woman’s house and the child’s toy burned."),
]
# Good English, or damage that left good English words; each stands for a kind that a rule could take for damage.
GOOD = [
    "Its roof and the governments decision were what they were.",  # needs a sense of the sentence
    "Farmers sell cows, news travels, goods arrive.",
    "Bill Jaynes said so, and the Jaynes family agreed with the Trumps present.",  # names that end in s
    "CNNs and MRIs use radio waves; the URLs below work.",  # plurals of acronyms
    "A clanswoman, a tradeswoman, overstrike and woodscraft.",  # compounds
    "Mr. Xuans, Ngocs and Duongs of Hue.",  # no English stems
    "He spent his last years there, in the last weeks of spring, these next years too.",
    "See doesnt.com, a_dont, dont_b, /countrys/x and countrys@example.org.",
    "It’s the country’s, don't, rock ’n’ roll.",
    "Nhung ngay nay chung toi khong quen cac ban.",
    "dont't Dont-be x.dont",
    "",
]


@pytest.mark.parametrize(("damaged", "repaired"), LOST)
def test_lost(damaged: str, repaired: str) -> None:
    assert apply_suggestions(damaged, find_lost_apostrophes(damaged)) == repaired


@pytest.mark.parametrize("text", GOOD)
def test_good_text_is_left_alone(text: str) -> None:
    assert find_lost_apostrophes(text) == []


def test_a_suggestion_names_its_place_and_its_evidence() -> None:
    first, second, third, fourth = find_lost_apostrophes("A countrys army: dont, two nationspeople, last weeks war.")
    assert first == Suggestion(
        2,
        10,
        "countrys",
        "country’s",
        "'countrys' is no word, the noun 'country' makes its plural otherwise, and 'army' follows",
    )
    assert second.evidence == "'dont' is no word, the contraction \"don't\" is"
    assert third.evidence == "'nationspeople' is no word, 'nations' and 'people' are its parts"
    assert fourth.evidence == "'last' stands before one 'week', and 'war' follows"


def test_only_what_is_wanted_is_applied() -> None:
    text = "The countrys army doesnt fight."
    first, second = find_lost_apostrophes(text)
    assert apply_suggestions(text, []) == text
    assert apply_suggestions(text, [second]) == "The countrys army doesn’t fight."
    assert apply_suggestions(text, [second, first]) == "The country’s army doesn’t fight."


@pytest.mark.parametrize(
    "suggestions",
    [
        [Suggestion(0, 4, "dont", "don’t", "")],
        [Suggestion(2, 6, "dont", "don’t", "")] * 2,
        [Suggestion(90, 94, "dont", "don’t", "")],
    ],
)
def test_a_suggestion_for_another_text_is_refused(suggestions: list[Suggestion]) -> None:
    with pytest.raises(InputError) as caught:
        apply_suggestions("I dont.", suggestions)
    place = f"{suggestions[0].start}..{suggestions[0].end}"
    assert str(caught.value) == (
        f"suggestion does not fit the text (found 'dont' at {place}); "
        "apply suggestions once, to the text they were found in"
    )


WORDS = "dont countrys army nationspeople last weeks war Vietnams Party the ’ . - \ud800 \n é"
PIECES = st.sampled_from(WORDS.split(" "))


@given(st.one_of(st.lists(PIECES, max_size=20).map(" ".join), st.text(st.characters(codec=None, categories=None))))
def test_repair_adds_only_apostrophes_and_spaces(text: str) -> None:
    repaired = apply_suggestions(text, find_lost_apostrophes(text))
    assert repaired.replace("’", "").replace(" ", "") == text.replace("’", "").replace(" ", "")


@pytest.mark.parametrize("unit", ["a", "s", "countrys ", "nationspeople", "a's", "' ", " "])
def test_time_grows_with_length(unit: str) -> None:
    assert_linear(lambda n: find_lost_apostrophes(unit * (n // len(unit))), 300_000)
