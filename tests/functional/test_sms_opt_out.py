"""Texts that stop the texts, in any language, and those that only sound so: 999 is told whatever was stopped."""

import pytest

from tests.functional.phone import CONCERN, DANGER, Running, wait_for

STOPS = {
    "en": (CONCERN["en"][0][0], "STOP"),
    "ur": (CONCERN["ur"][0][0], "بند کرو"),
    "pl": ("dziecko sąsiadów jest zawsze głodne i brudne", "wypisz mnie"),
    "pa": ("ਗੁਆਂਢੀਆਂ ਦਾ ਬੱਚਾ ਹਮੇਸ਼ਾ ਭੁੱਖਾ ਤੇ ਗੰਦਾ ਰਹਿੰਦਾ ਹੈ", "ਬੰਦ ਕਰੋ"),
    "bn": ("পাশের বাসার বাচ্চাটা সবসময় ক্ষুধার্ত আর নোংরা থাকে", "বন্ধ করুন"),
    "ar": ("ابن الجيران دائما جائع ووسخ", "إيقاف"),
}


class TestOptOut:
    @pytest.mark.parametrize("language", STOPS)
    def test_the_bare_word_of_their_language_stops_the_texts(self, running: Running, language: str) -> None:
        worry, stop = STOPS[language]
        running.settled(worry)
        running.settled(stop)
        assert running.opted_out()
        assert running.replies()[-1] == "utter_opted_out"
        confirmed = running.services.say("utter_opted_out", language).text
        assert running.phone.shows()[-1] == confirmed

    def test_nothing_more_is_texted_but_999(self, running: Running) -> None:
        running.settled("STOP")
        shown = len(running.phone.shows())
        running.settled("hello")
        assert len(running.phone.shows()) == shown
        running.settled(DANGER)
        assert "999" in running.phone.shows()[shown]

    def test_start_brings_them_back(self, running: Running) -> None:
        running.settled("STOP")
        running.settled("START")
        assert not running.opted_out()
        running.settled("hello")
        assert len(running.phone.shows()) > len(["opted out", "opted in"])

    @pytest.mark.parametrize(
        "plea",
        [
            "please make him stop",
            "stop him please he is hurting the little girl",
            "it has to stop",
            "he will not stop hitting the children",
            "make it stop",
            "چاچا کو روکو وہ بچے کو مارتا ہے",
            "niech on przestanie bić dziecko",
        ],
    )
    def test_the_word_in_a_plea_is_no_opt_out(self, running: Running, plea: str) -> None:
        running.settled(plea)
        assert not running.opted_out()
        assert not {"utter_opted_out", "utter_opt_out_ask"} & set(running.replies())
        assert "999" in running.phone.shows()[0]

    def test_a_stop_word_of_another_language_is_asked_back(self, running: Running) -> None:
        running.settled(CONCERN["en"][0][0])
        running.settled("wypisz")
        assert not running.opted_out()
        assert running.replies()[-1] == "utter_opt_out_ask"
        running.settled("1")
        assert running.opted_out()

    def test_asked_back_a_no_goes_on(self, running: Running) -> None:
        running.settled(CONCERN["en"][0][0])
        running.settled("wypisz")
        running.settled("2")
        assert not running.opted_out()

    def test_what_twilio_has_answered_is_not_answered_again(self, running: Running) -> None:
        running.phone.sends("STOP", OptOutType="STOP")
        wait_for(running.opted_out)
        wait_for(running.idle)
        assert running.replies() == []
