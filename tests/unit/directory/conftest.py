"""The packaged directory, loaded once."""

from pathlib import Path

import pytest

from bot.directory.choose import Directory
from bot.directory.places import Places
from bot.settings import ROOT

FOLDER = ROOT / "data" / "directory"


@pytest.fixture(scope="session")
def folder() -> Path:
    return FOLDER


@pytest.fixture(scope="session")
def places() -> Places:
    return Places.load(FOLDER)


@pytest.fixture(scope="session")
def directory() -> Directory:
    return Directory.load(FOLDER)
