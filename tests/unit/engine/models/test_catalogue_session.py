# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import importlib
import os
import threading

import numpy as np
import pytest
from toy_network import ship_network, write_network

torch = pytest.importorskip("torch")

from restorer_app.engine.core.errors import (
    CheckpointError,
    CorruptCheckpointError,
    InvalidPlanError,
    UnknownArchitectureError,
)
from restorer_app.engine.models.catalogue import Catalogue, Origin
from restorer_app.engine.models.session import ModelChoice, Session
from restorer_app.engine.models.torchvision_import import import_torchvision


@pytest.fixture
def catalogue(tmp_path):
    """One shipped default network for denoise, one trained by the user."""
    shipped, user = tmp_path / "shipped", tmp_path / "Benutzer ü"
    card = 'licence = "Apache-2.0"\ndescription = "A toy."\nhours = 0.1\n'
    ship_network(shipped, more=card, licence="Apache-2.0")
    path = user / "trained" / "mine.safetensors"
    write_network(path, "mine", seed=1, licence="Apache-2.0")
    return Catalogue(shipped, user)


class TestCatalogue:
    def test_lists_all_origins(self, catalogue):
        found = {entry.name: entry.origin for entry in catalogue.entries()}
        assert found == {"toy": Origin.SHIPPED, "mine": Origin.TRAINED}
        assert catalogue.default("denoise").name == "toy"
        assert catalogue.default("tone") is None
        assert catalogue.find("toy").card["hours"] == 0.1

    def test_no_folders_is_no_networks(self, tmp_path):
        assert Catalogue(tmp_path / "a", tmp_path / "b").entries() == ()

    @pytest.mark.parametrize("text", ["[[model", '[[model]]\nname = "toy"\n'])
    def test_damaged_manifest_is_said(self, catalogue, text):
        (catalogue.shipped / "manifest.toml").write_text(text)
        with pytest.raises(CorruptCheckpointError, match="manifest"):
            catalogue.entries()

    def test_unknown_name_suggests(self, catalogue):
        with pytest.raises(InvalidPlanError, match="did you mean mine"):
            catalogue.find("minne")
        with pytest.raises(InvalidPlanError, match="for denoise, not for tone"):
            catalogue.find("toy", "tone")

    def test_damaged_file_of_the_user_is_listed_with_its_problem(self, catalogue):
        (catalogue.user / "trained" / "broken.safetensors").write_bytes(b"nothing")
        entry = catalogue.find("broken")
        assert "not a network" in entry.problem

    def test_damaged_file_that_shipped_is_listed_with_its_problem(self, catalogue):
        catalogue.find("toy").path.write_bytes(b"nothing")
        assert "not a network" in catalogue.find("toy").problem
        catalogue.find("toy").path.unlink()
        assert "missing" in catalogue.find("toy").problem

    def test_own_checkpoint_is_added_and_removed(self, catalogue, tmp_path):
        file = tmp_path / "down loads" / "net.v2.safetensors"
        header = write_network(file, seed=5, licence="Apache-2.0")
        entry = catalogue.add(file)
        assert (entry.name, entry.step, entry.origin) == ("net.v2", "denoise", Origin.ADDED)
        assert entry.card["sha256"] == header.sha256
        with pytest.raises(InvalidPlanError, match="already"):
            catalogue.add(file)
        catalogue.remove("net.v2")
        assert {each.name for each in catalogue.entries()} == {"toy", "mine"}

    def test_shipped_network_stays(self, catalogue):
        with pytest.raises(InvalidPlanError, match="came with the program"):
            catalogue.remove("toy")
        assert catalogue.find("toy").path.exists()

    @pytest.mark.parametrize("name", ["", "../x", "a/b", "auto", "classical", ".hidden", "a" * 80])
    def test_unusable_names(self, catalogue, name):
        with pytest.raises(InvalidPlanError):
            catalogue.check_new_name(name)

    def test_pickle_with_code_is_refused_and_not_run(self, catalogue, tmp_path):
        ran = tmp_path / "ran"

        class Evil:
            def __reduce__(self):
                return (open, (str(ran), "w"))

        torch.save({"params": Evil()}, tmp_path / "evil.pth")
        with pytest.raises(CorruptCheckpointError, match="not safe"):
            catalogue.add(tmp_path / "evil.pth")
        assert not ran.exists()
        assert "evil" not in {each.name for each in catalogue.entries()}

    @pytest.mark.parametrize(
        "data", [b"", b".", b"(", b"\x80\x02.", b"hello", b"PK\x03\x04 half a zip", b"}q\x00." * 9]
    )
    def test_garbage_is_refused(self, catalogue, tmp_path, data):
        for suffix in (".pth", ".safetensors"):
            file = tmp_path / f"garbage{suffix}"
            file.write_bytes(data)
            with pytest.raises(CorruptCheckpointError):
                catalogue.add(file)

    @pytest.mark.timeout(60)
    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders")
    @pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
    def test_a_pipe_is_refused_and_listed_as_damaged(self, catalogue, tmp_path, suffix):
        os.mkfifo(tmp_path / f"pipe{suffix}")
        with pytest.raises(CorruptCheckpointError, match="a pipe or a device"):
            catalogue.add(tmp_path / f"pipe{suffix}")
        os.mkfifo(catalogue.user / "trained" / "pipe.safetensors")
        assert "a pipe or a device" in catalogue.find("pipe").problem
        catalogue.remove("pipe")

    @pytest.mark.timeout(60)
    @pytest.mark.parametrize(
        "state",
        [
            {"body.0.weight": torch.zeros(1).expand(100_000, 100_000)},
            {"body.10000000.weight": torch.zeros(3)},
            {f"body.{10**40}.weight": torch.zeros(3)},
        ],
        ids=["expanded", "ten million blocks", "no number"],
    )
    def test_weights_that_pretend_to_be_more_are_refused(self, catalogue, tmp_path, state):
        torch.save(state, tmp_path / "vast.pth")
        with pytest.raises(CorruptCheckpointError, match="more of them than there are"):
            catalogue.add(tmp_path / "vast.pth")

    @pytest.mark.parametrize(
        "card",
        [
            "",
            "[" * 100_000,
            "7",
            "{}",
            '{"step": [], "licence": ""}',
            '{"step": {}, "licence": ""}',
            '{"step": "denoise", "licence": 7}',
            '{"step": "denoise", "licence": "", "x": 1e999}',
        ],
        ids=lambda card: card[:30],
    )
    def test_a_damaged_card_is_listed_with_its_problem_and_can_be_removed(self, catalogue, card):
        path = catalogue.user / "added" / "other.safetensors"
        write_network(path)
        path.with_suffix(".json").write_text(card)
        assert "other.json is damaged" in catalogue.find("other").problem
        assert catalogue.default("denoise").name == "toy"
        catalogue.remove("other")
        assert not list(path.parent.iterdir())

    def test_missing_file_is_refused(self, catalogue, tmp_path):
        for name in ("none.pth", "none.safetensors"):
            with pytest.raises(CheckpointError):
                catalogue.add(tmp_path / name)

    def test_network_of_another_program(self, catalogue, tmp_path):
        import_torchvision()
        compact = importlib.import_module("spandrel.architectures.Compact.__arch.SRVGG")

        torch.manual_seed(0)
        other = compact.SRVGGNetCompact(
            num_in_ch=3, num_out_ch=3, num_feat=8, num_conv=2, upscale=2
        )
        torch.save({"params": other.state_dict()}, tmp_path / "compact.pth")
        entry = catalogue.add(tmp_path / "compact.pth", "bigger")
        assert (entry.step, entry.licence, entry.is_foreign) == ("upscale", "unknown", True)
        assert entry.card["scale"] == 2
        assert "licence unknown" in entry.description
        session = Session("cpu", catalogue)
        loaded = session.network(session.choose("upscale", "bigger"))
        assert loaded.scale == 2
        with session.computing():
            picture = torch.rand(1, 3, 8, 8)
            assert torch.allclose(loaded.module(picture), other(picture), atol=1e-5)
        data = bytearray(entry.path.read_bytes())
        data[-1] ^= 1
        entry.path.write_bytes(data)
        with pytest.raises(CorruptCheckpointError, match="checksum"):
            session.choose("upscale", "bigger")
        catalogue.remove("bigger")
        assert not list((catalogue.user / "added").iterdir())

    def test_unknown_architecture_is_refused(self, catalogue, tmp_path):
        torch.save({"some.weight": torch.zeros(3)}, tmp_path / "odd.pth")
        with pytest.raises(UnknownArchitectureError, match=r"odd\.pth"):
            catalogue.add(tmp_path / "odd.pth")


class TestSession:
    def test_auto_takes_the_default_and_loads_it_once(self, catalogue):
        session = Session("cpu", catalogue)
        choice = session.choose("denoise", "auto")
        assert choice.name == "toy"
        assert len(choice.sha256) == 64
        assert choice.note is None
        first = session.network(choice)
        assert session.network(choice) is first
        assert first.multiple == 4
        assert not first.module.training

    def test_classical_is_always_there(self, catalogue):
        assert Session("cpu", catalogue).choose("denoise", "classical") == ModelChoice(None)
        assert Session("cpu", catalogue).choose("tone", "auto") == ModelChoice(None)

    def test_damaged_default_falls_back_with_a_note(self, catalogue):
        path = catalogue.find("toy").path
        path.write_bytes(path.read_bytes()[:-9])
        choice = Session("cpu", catalogue).choose("denoise", "auto")
        assert choice.name == "classical"
        assert "used the classical way instead" in str(choice.note)
        assert str(path) in str(choice.note)

    def test_missing_default_falls_back_with_a_note(self, catalogue):
        catalogue.find("toy").path.unlink()
        choice = Session("cpu", catalogue).choose("denoise", "auto")
        assert choice.name == "classical"
        assert "missing" in str(choice.note)

    def test_damaged_network_asked_for_by_name_is_an_error(self, catalogue):
        path = catalogue.find("mine").path
        path.write_bytes(path.read_bytes()[:-9])
        with pytest.raises(CorruptCheckpointError):
            Session("cpu", catalogue).choose("denoise", "mine")

    def test_rejected_network_is_not_chosen_again(self, catalogue):
        session = Session("cpu", catalogue)
        choice = session.choose("denoise", "auto")
        session.reject(choice, CheckpointError("does not fit"))
        assert session.choose("denoise", "auto").note.details() == "does not fit"

    def test_replaced_file_is_noticed(self, catalogue):
        session = Session("cpu", catalogue)
        before = session.choose("denoise", "mine").sha256
        write_network(catalogue.find("mine").path, "mine", seed=9)
        assert session.choose("denoise", "mine").sha256 != before

    def test_tiles_go_to_tensors_and_back(self, catalogue):
        session = Session("cpu", catalogue)
        tile = np.random.default_rng(0).random((6, 9, 3), np.float32)
        tile.flags.writeable = False
        tensor = session.to_tensor(tile)
        assert tensor.shape == (1, 3, 6, 9)
        assert tensor.is_contiguous(memory_format=torch.channels_last)
        assert np.array_equal(session.to_tile(tensor), tile)

    def test_computing_is_inference_and_exclusive(self, catalogue):
        session, other = Session("cpu", catalogue), Session("cpu", catalogue)
        entered = threading.Event()

        def compete():
            with other.computing():
                entered.set()

        with session.computing():
            assert torch.is_inference_mode_enabled()
            thread = threading.Thread(target=compete)
            thread.start()
            assert not entered.wait(0.1)
        thread.join()
        assert entered.is_set()
        assert not torch.is_inference_mode_enabled()

    def test_close_forgets_the_networks(self, catalogue):
        session = Session("cpu", catalogue)
        choice = session.choose("denoise", "auto")
        first = session.network(choice)
        session.close()
        assert session.network(choice) is not first
