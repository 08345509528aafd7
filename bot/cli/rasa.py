"""`bot rasa …`: Rasa's own command line, prepared so that it works without TensorFlow and reports nothing home."""

import os
import sys

from bot.dialogue import quiet, without_tensorflow
from bot.settings import ROOT


def pass_through(arguments: list[str]) -> None:
    """Run Rasa's command from the project's root."""
    quiet.prepare()
    without_tensorflow.prepare()
    os.chdir(ROOT)
    sys.argv = ["rasa", *arguments]
    import rasa.__main__

    rasa.__main__.main()
