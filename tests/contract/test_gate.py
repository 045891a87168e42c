"""The gate compares with what git says is published, so that a change cannot carry its own permission along."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from schemas.history import AGREED

ROOT = Path(__file__).parents[2]
PLANS, TOPICS, ASYNCAPI = "schemas/events/plans.py", "schemas/topics.toml", "schemas/asyncapi.py"
EXAMPLE = "schemas/examples/cispd.plans/ActionPlanSigned.v1.json"


@dataclass
class Clone:
    """A repository of the test with today's contract on main and a branch to change it on."""

    folder: Path

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *who, *arguments], cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def change(self, path: str, before: str, after: str) -> None:
        text = (self.folder / path).read_text(encoding="utf-8")
        assert before in text, f"{path} no longer says {before!r}: choose another place for the test"
        (self.folder / path).write_text(text.replace(before, after), encoding="utf-8")

    def publish_and_commit(self) -> None:
        """What somebody in a hurry does: regenerate, then commit everything together."""
        assert self.run("schemas.publish")[0] == 0
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")

    def run(self, module: str = "schemas.gate", **environment: str) -> tuple[int, str]:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "CISPD_"))}
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=self.folder,
            env=known | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository before anybody changes it; never changed itself."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(ROOT / "schemas", folder / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".gitignore").write_text("__pycache__/\n")
    clone = Clone(folder)
    clone.git("init", "--quiet", "--initial-branch", "main")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message", "published")
    clone.git("switch", "--quiet", "--create", "work")
    return folder


@pytest.fixture
def clone(published: Path, tmp_path: Path) -> Clone:
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return Clone(tmp_path)


def test_a_new_field_with_a_default_passes(clone: Clone) -> None:
    _add_field(clone, 'place: str = Field(default="", description="Where.")')
    clone.publish_and_commit()
    assert clone.run() == (0, f"Contract: every promise of {clone.git('rev-parse', 'main')[:10]} is kept.\n")


def _add_field(clone: Clone, field: str) -> None:
    clone.change(PLANS, "class PlannedAction(_Part):\n", f"class PlannedAction(_Part):\n    {field}\n")


def _require_a_field(clone: Clone) -> None:
    _add_field(clone, 'place: str = Field(description="Where.")')


def _change(path: str, before: str, after: str) -> Callable[[Clone], None]:
    return lambda clone: clone.change(path, before, after)


def _topic(before: str, after: str) -> Callable[[Clone], None]:
    """Another value in the entry of cispd.cases."""

    def change(clone: Clone) -> None:
        text = (clone.folder / TOPICS).read_text(encoding="utf-8")
        entry = text[text.index('["cispd.cases"]') : text.index('["cispd.cases".events]')]
        clone.change(TOPICS, entry, entry.replace(before, after))

    return change


def _drop_an_event(clone: Clone) -> None:
    text = (clone.folder / PLANS).read_text(encoding="utf-8")
    clone.change(PLANS, "class ActionPlanSigned(_PlanFact):", "class ActionPlanSealed(_PlanFact):")
    clone.change(TOPICS, "ActionPlanSigned =", "ActionPlanSealed =")
    assert text.count("class ActionPlanSigned(") == 1
    (clone.folder / "schemas/published/cispd.plans/ActionPlanSigned.v1.json").unlink()
    (clone.folder / EXAMPLE).rename(clone.folder / EXAMPLE.replace("Signed", "Sealed"))


def _drop_a_topic(clone: Clone) -> None:
    text = (clone.folder / TOPICS).read_text(encoding="utf-8")
    clone.change(TOPICS, text[text.index('["cispd.plans"]') : text.index('["cispd.outreach"]')], "")
    (clone.folder / PLANS).unlink()
    shutil.rmtree(clone.folder / "schemas/published/cispd.plans")


BREAKING = {
    "a required field joins": (_require_a_field, "add a class ActionPlanDraftedV2 with version = 2 beside it"),
    "a version goes": (_drop_an_event, "cispd.plans/ActionPlanSigned.v1 is gone. A version once published stays"),
    "a topic goes": (_drop_a_topic, "topic cispd.plans is gone. A topic once published stays"),
    "a class changes": (_topic('class = "B"', 'class = "A"'), "topic cispd.cases: class changed from B to A."),
    "partitions change": (_topic("partitions = 8", "partitions = 16"), "partitions changed from 8 to 16. Declare a"),
    "a producer changes": (_topic('"cases"', '"meetings"'), "producer changed from cases to meetings."),
    "a key goes": (_topic('"case_id", ', ""), "topic cispd.cases: case_id is no key any more"),
    "facts go sooner": (_topic("days = 28", "days = 7"), "facts would be kept 7 days; readers rebuild from the 28"),
    "restricted facts stay": (_topic("days = 28", "days = 0"), "class B facts were promised to be gone after 28 days"),
    "a header is asked for": (
        _change(ASYNCAPI, 'optional = {"ce_causationid", ', "optional = {"),
        "header ce_causationid would be required. Facts already on the topics lack it",
    ),
    "a header is not sent": (
        _change(ASYNCAPI, "optional = {", 'optional = {"ce_time", '),
        "header ce_time is no longer promised",
    ),
    "a header looks different": (
        _change(ASYNCAPI, 'pattern="^[0-9]{10,19}$"', 'pattern="^[0-9]{12}$"'),
        "header ce_sequence has another form",
    ),
    "an event is keyed by something else": (
        _change(ASYNCAPI, 'f"The {event.aggregate}."', 'f"The commune."'),
        "ActionPlanSigned.v1: the key was The plan_id. and is The commune.",
    ),
    "an example is rewritten": (
        _change(EXAMPLE, '"ce_id": "', '"ce_id": "0'),
        "the example of cispd.plans/ActionPlanS",
    ),
    "an example goes": (
        lambda clone: (clone.folder / EXAMPLE).unlink(),
        "the example of cispd.plans/ActionPlanSigned.v1 is gone. It proves that yesterday's facts are read today",
    ),
}


@pytest.mark.parametrize(("break_it", "told"), BREAKING.values(), ids=BREAKING)
def test_a_broken_promise_is_told_with_what_to_do_though_it_was_regenerated_and_committed(
    break_it: Callable[[Clone], None], told: str, clone: Clone
) -> None:
    break_it(clone)
    clone.publish_and_commit()
    code, said = clone.run()
    assert (code, told in said) == (1, True), said


def test_on_main_every_commit_since_the_last_agreed_break_is_a_promise(clone: Clone) -> None:
    clone.git("switch", "--quiet", "main")
    _require_a_field(clone)
    clone.publish_and_commit()
    _add_field(clone, 'street: str = Field(default="", description="Where.")')
    clone.publish_and_commit()
    code, said = clone.run()
    assert (code, "ActionPlanDrafted.v1 changed incompatibly" in said) == (1, True), said


def test_what_is_not_committed_yet_is_judged_too(clone: Clone) -> None:
    clone.git("switch", "--quiet", "main")
    _require_a_field(clone)
    assert clone.run()[0] == 1


def test_a_branch_is_judged_from_where_it_left_main_and_not_by_what_main_published_since(clone: Clone) -> None:
    clone.git("switch", "--quiet", "main")
    _add_field(clone, 'place: str = Field(default="", description="Where.")')
    clone.publish_and_commit()
    clone.git("switch", "--quiet", "work")
    assert clone.run()[0] == 0


def test_what_a_branch_tried_and_took_back_was_never_published(clone: Clone) -> None:
    _add_field(clone, 'place: str = Field(default="", description="Where.")')
    clone.publish_and_commit()
    clone.git("revert", "--no-edit", "HEAD")
    assert clone.run()[0] == 0


@pytest.mark.parametrize("branch", ["main", "work"])
def test_a_break_that_all_agreed_on_passes_with_its_entry_and_is_a_promise_from_then_on(
    clone: Clone, branch: str
) -> None:
    clone.git("switch", "--quiet", branch)
    _require_a_field(clone)
    with (clone.folder / AGREED).open("a", encoding="utf-8") as entries:
        entries.write("| a day | place is required | the only reader said yes |\n")
    assert clone.run()[0] == 0, "before its commit"
    clone.publish_and_commit()
    assert clone.run()[0] == 0
    clone.change(PLANS, 'place: str = Field(description="Where.")', "")
    clone.publish_and_commit()
    assert clone.run()[0] == 1


def test_a_shallow_clone_is_compared_with_its_only_commit_and_says_so(clone: Clone) -> None:
    _require_a_field(clone)
    shallow = Clone(clone.folder.parent / f"{clone.folder.name}-shallow")
    clone.git("clone", "--quiet", "--depth", "1", "--branch", "work", clone.folder.as_uri(), str(shallow.folder))
    code, said = shallow.run()
    assert (code, "A shallow clone" in said) == (0, True), said
    _require_a_field(shallow)
    assert shallow.run()[0] == 1


def test_without_git_the_folder_is_compared_and_the_lack_is_told(clone: Clone) -> None:
    shutil.rmtree(clone.folder / ".git")
    code, said = clone.run(GIT_CEILING_DIRECTORIES=str(clone.folder.parent))
    assert (code, "No git history here" in said) == (0, True), said
    _require_a_field(clone)
    assert clone.run(GIT_CEILING_DIRECTORIES=str(clone.folder.parent))[0] == 1


def test_nothing_that_this_checkout_proposes_breaks_a_promise() -> None:
    done = subprocess.run([sys.executable, "-m", "schemas.gate"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
