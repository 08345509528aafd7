"""Our language codes (BCP 47) as Google knows them.

Source: https://cloud.google.com/translate/docs/languages and the list in googletrans 4.0.2. googletrans writes codes in
lower case and some of two letters with three, so what goes over the wire is decided here.
"""

from googletrans.constants import LANGUAGES  # type: ignore[import-untyped]

AUTO = "auto"
# Where Google's code is not ours.
_GOOGLES = {
    "fil": "tl",
    "he": "iw",
    "hbs": "bs",
    "kmr": "ku",
    "kok": "gom",
    "nb": "no",
    "nn": "no",
    "pa-Guru": "pa",
    "pnb": "pa-Arab",
    "prs": "fa-AF",
    "tw": "ak",
    "zh": "zh-CN",
    "zh-Hans": "zh-CN",
    "zh-Hant": "zh-TW",
    "zh-HK": "zh-TW",
}
# googletrans lists these under codes of three letters.
_TWO_LETTERS = {"ff", "rn", "wo"}


def target_code(code: str) -> str | None:
    """Google's code for a language to translate into; None: Google cannot."""
    code = _usual_case(code)
    base, *rest = code.split("-")
    if code in _GOOGLES:
        return _GOOGLES[code]
    if code in _TWO_LETTERS or code.lower() in LANGUAGES:
        return code
    # A country changes nothing that Google tells apart; a script does.
    return target_code(base) if rest and all(len(part) == 2 for part in rest) else None


def source_code(code: str | None) -> str | None:
    """Google's code for a language to translate from; None: Google cannot. Without a code Google finds out."""
    if code is None:
        return AUTO
    base, _, script = code.partition("-")
    if script.lower() == "latn" and target_code(base):
        # Google has no codes for romanised text, but recognises some of it.
        return AUTO
    return target_code(code)


def _usual_case(code: str) -> str:
    base, *rest = code.split("-")
    return "-".join([base.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)])
