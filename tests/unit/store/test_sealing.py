import multiprocessing
from pathlib import Path

import pytest

from bot.errors import SealBroken, SettingsError
from bot.store.sealing import Sealer, master_key

SEALER = Sealer(bytes(32))


def test_a_sealed_text_opens_only_in_its_place() -> None:
    sealed = SEALER.seal("he is hungry", "inbound_messages.body.1")
    assert SEALER.open(sealed, "inbound_messages.body.1") == "he is hungry"
    for other in ("inbound_messages.body.2", "inbound_messages.note.1", "outbound_messages.body.1"):
        with pytest.raises(SealBroken):
            SEALER.open(sealed, other)


def test_a_changed_byte_or_another_key_is_noticed() -> None:
    sealed = bytearray(SEALER.seal("words", "t.c.1"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        SEALER.open(bytes(sealed), "t.c.1")
    for cut in (b"", SEALER.seal("words", "t.c.1")[:20]):
        with pytest.raises(SealBroken):
            SEALER.open(cut, "t.c.1")
    with pytest.raises(SealBroken):
        Sealer(bytes([1] * 32)).open(SEALER.seal("words", "t.c.1"), "t.c.1")


def test_the_same_text_never_seals_to_the_same_bytes() -> None:
    assert SEALER.seal("x", "t.c.1") != SEALER.seal("x", "t.c.1")


def test_an_index_is_stable_and_keyed() -> None:
    assert SEALER.index("sms", "+447700900123") == SEALER.index("sms", "+447700900123")
    assert SEALER.index("sms", "+447700900123") != SEALER.index("web", "+447700900123")
    assert SEALER.index("sms", "a") != Sealer(bytes([1] * 32)).index("sms", "a")


@pytest.mark.parametrize("given", ["short", "zz" * 32, "00" * 31])
def test_a_malformed_master_key_is_named(given: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="BOT_MASTER_KEY"):
        Sealer(master_key(given, tmp_path))


def _make(folder: str) -> bytes:
    return master_key(None, Path(folder))


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = set(pool.map(_make, [str(tmp_path)] * 4))
    assert len(keys) == 1
    assert (tmp_path / "master.key").stat().st_mode & 0o077 == 0
    assert [p.name for p in tmp_path.iterdir()] == ["master.key"]
