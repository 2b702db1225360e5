"""Urgent words: what must never be missed, and what only sounds like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.comments.text import text_of
from survey.comments.urgency import KINDS, urgent

DANGER = [
    "I have been thinking about suicide since my pay was stopped",
    "This has got so bad I want to end it all",
    "Honestly I don’t want to be here any more",
    "My colleague says she is going to hurt herself",
    "I feel like there is no point going on",
    "she took an overdose last night because of the debt letters",
    "He self-harms and nobody at the office will talk to us",
    "My husband hits me and the letter went to our old address",
    "There is a child at risk in that house and nobody replies",
    "The little boy came in with bruises again",
    "My manager assaulted me in the car park",
    "I do not feel safe at work",
    "The scaffolding is unsafe, somebody is going to get hurt",
    "A pupil brought a knife into class",
    "im going to kill myself if this isnt sorted",
    "I am frightened of my ex and you gave him my address",
    "My line manager has been sexually harassing me",
]
DANGER_AROUND = [
    "There is no reason for me to go on living",
    "A resident was left in her own mess all night",
    "One of the drivers turns up drunk",
    "There is a live cable hanging over the sink",
    "I can't keep myself safe tonight",
    "They took her passport away and she is kept indoors",
    "The brakes do not work and we are told to drive it",
    "They make us climb on the roof without a harness",
    "He was dragged across the corridor and grabbed me",
    "The toddler was left without food",
    "There is bare wiring beside the sink, someone will die",
]
THREAT = [
    "I know what time your staff leave the building",
    "Next time I will bring a hammer",
    "Somebody will end up in hospital if this is not paid",
    "I'll put a brick through your window",
    "You wait until I see you in the street",
    "I know where you live",
    "If I see her again I will break her legs",
    "Someone should burn your office down",
    "You will regret this, I promise you",
    "A man on the desk threatened me",
    "I'm coming down there and I'll smash your face in",
    "She'd better watch her back",
    "I will kill whoever did this",
    "They all deserve to be shot",
    "he said he would make them pay and wait for her outside",
    "I'll bring a gun next time",
    "There will be a bomb under your building",
]
WHISTLE = [
    "My supervisor is fiddling his overtime",
    "I want to report fraud in our depot",
    "He takes bribes from the builders",
    "The inspection records were falsified",
    "It has all been covered up by the head",
    "We were told to keep quiet about it",
    "They gave the contract to his brother",
    "There are ghost employees on our payroll",
    "She forged my signature on the form",
    "They are cooking the books",
    "I was asked to backdate the certificates",
    "Someone is stealing money from the charity box",
    "A manager signed off training that was never done, knowing it",
    "I wish to make a protected disclosure",
    "We were paying a company that doesn't exist",
    "claims for shifts he never worked",
]
WHISTLE_AROUND = [
    "The stock is being sold on eBay by the storeman",
    "They are claiming for agency staff who do not exist",
    "The head asked me to change the attendance figures",
    "Our treasurer has been helping himself to the petty cash",
    "I was told to keep my mouth shut about the money",
    "The extra goes to his own account",
    "The safety tests were signed off though nobody did them",
    "I was moved after I spoke out about the accounts",
    "My boss gets a cut of every contract",
    "I was sacked after I reported the missing stock",
    "The depot manager claims mileage she doesn't drive",
    "They sacked my friend for raising it",
    "Someone has been taking cash from the tin",
]
HARMLESS = [
    "Your hold music should be illegal",
    "The approval step is a bottleneck that strangles us",
    "I was attacked by a wave of pop-ups",
    "The policy on violence at work could not be found",
    "The bank flagged your invoice as a scam by mistake",
    "The cheque bounced like a bomb had gone off",
    "I would have spoken up sooner if I knew",
    "The invoice was paid twice and the difference refunded",
    "The supplier paid the director's invoice late",
    "We helped ourselves to the guidance on the hub",
    "I nearly died of boredom on hold",
    "The delay was criminal",
    "Please kill the old link",
    "It is not life-threatening",
    "Just killing time until you ring",
    "You missed the deadline again",
    "The fraud team were helpful",
    "Completed my anti-fraud training, the link was dead",
    "The whistle-blowing policy is easy to find",
    "The attachment was corrupted so please send it again",
    "My headache is killing me",
    "I would kill for a reply",
    "Would it kill them to answer",
    "This form is a killer",
    "The delay hit my budget hard",
    "You beat me to it, thanks",
    "The system kicked me out twice",
    "I was kicking myself for not asking sooner",
    "It costs a bomb to post",
    "We were bombarded with reminders",
    "A DBS and criminal record check took a month",
    "The supplier is threatening to stop deliveries",
    "They threatened us with bailiffs over an invoice you lost",
    "Safeguarding training was booked quickly",
    "Your new letter covers everything up to retirement",
    "I had to attack the backlog on my own",
    "He had a heart attack in March and sick pay was wrong",
    "I was in safe hands",
    "Please cancel the direct debit",
    "Dead link on the page",
    "She was to die for, so helpful",
    "My late husband's pension",
    "My dad died in February and the pension stopped",
    "He shot off an e-mail at once",
    "The doctor's note was lost",
    "The form is fiddly",
    "You jumped the gun by closing it",
    "A quick stab in the dark: is it the tax code?",
    "It has all the bells and whistles",
    "Payroll murdered my surname",
    "Took a hammering on overtime",
    "Cut off twice, then a long wait",
    "A panic attack of paperwork",
    "I pay my childcare with this",
    "Thanks for the report to the board",
    "The invoice was forgotten",
    "Best harmony of systems yet",
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [(text, "danger") for text in DANGER + DANGER_AROUND]
    + [(text, "threat") for text in THREAT]
    + [(text, "whistle_blowing") for text in WHISTLE + WHISTLE_AROUND],
)
def test_what_is_urgent_is_never_missed(text: str, kind: str) -> None:
    assert kind in urgent(text_of(text))
    assert kind in urgent(text_of(text.upper().replace("'", "’")))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_sounds_urgent_is_left_alone(text: str) -> None:
    assert urgent(text_of(text)) == ()


def test_an_exception_takes_back_only_the_words_it_covers() -> None:
    assert urgent(text_of("The fraud team ignored a fraud")) == ("whistle_blowing",)


def test_several_kinds_are_told_in_a_fixed_order() -> None:
    assert urgent(text_of("He takes bribes, threatened me and hit me")) == KINDS


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    assert set(urgent(text_of(text))) <= set(KINDS)
