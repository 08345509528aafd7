import pytest

from bot import bootstrap
from bot.languages.detection import LanguageDetector
from bot.languages.registry import Registry
from bot.settings import ROOT, Settings


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    registry = Registry.load(ROOT / "translations" / "languages.yml")
    return bootstrap.language_detector(registry, Settings.load().var)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the woman upstairs leaves her toddler by himself all evening", "en"),
        ("اوپر والی عورت اپنے چھوٹے بچے کو اکیلا چھوڑ جاتی ہے", "ur"),
        ("ਉੱਪਰ ਵਾਲੀ ਔਰਤ ਬੱਚੇ ਨੂੰ ਇਕੱਲਾ ਛੱਡ ਜਾਂਦੀ ਹੈ", "pa"),
        ("উপরের মহিলা বাচ্চাকে একা রেখে চলে যায়", "bn"),
        ("kobieta z góry zostawia malucha samego na cały wieczór", "pl"),
        ("المرأة في الطابق العلوي تترك طفلها وحده", "ar"),
        ("upar wali aurat apne bachay ko akela chor jati hai", "ur-Latn"),
        ("همسایه هر شب طفلک خوده می زنه", "prs"),
        ("بچه همسایه هر شب گریه می‌کنه و تنش کبوده", "fa"),
        ("منداڵەکەی دراوسێکەمان هەموو شەوێک دەگری", "ckb"),
        ("zarokê cîranê me her şev digirî", "kmr"),
        ("ናይ ጎረቤትና ቆልዓ ኩሉ ለይቲ ይበኪ", "ti"),
        ("የጎረቤታችን ልጅ ሁልጊዜ ማታ ያለቅሳል", "am"),
        ("আমরার ফাশর ঘরর ফুরিটায় হারা রাইত খান্দে", "syl"),
        ("amrar fashor ghoror furita hara rait khande", "syl-Latn"),
        ("邻居的孩子每天晚上都在哭", "zh-Hans"),
        ("隔離屋個細路晚晚都喊", "zh-Hant"),
        ("uporer mohila baccha ta re eka rekhe chole jay", "bn-Latn"),
    ],
)
def test_a_sentence_is_recognised(detector: LanguageDetector, text: str, language: str) -> None:
    assert detector.detect(text).language == language


def test_a_language_we_have_no_examples_of_is_named_by_the_second_witness(detector: LanguageDetector) -> None:
    assert detector.detect("naabri laps nutab igal ööl, ma olen väga mures").language == "et"


def test_doubt_names_the_likely_languages(detector: LanguageDetector) -> None:
    likely = detector.detect("مدد").likely
    assert 2 <= len(likely) <= 4
    assert "ur" in [code for code, _ in likely]
    assert all(chance > 0 for _, chance in likely)


@pytest.mark.parametrize("text", ["", "999", "🆘", "12 / 4", "\u202e\u0000"])
def test_a_message_without_letters_has_no_language(detector: LanguageDetector, text: str) -> None:
    found = detector.detect(text)
    assert found.language is None
    assert found.confidence == 0


def test_what_is_kept_detects_as_what_was_fitted(detector: LanguageDetector, tmp_path) -> None:  # type: ignore[no-untyped-def]
    detector.save(tmp_path)
    again = LanguageDetector.load(detector._registry, tmp_path)
    for text in ("mera beta ghar nahi aaya", "mój sąsiad krzyczy na dziecko", "hello there"):
        assert again.detect(text).language == detector.detect(text).language
