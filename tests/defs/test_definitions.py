"""What Dagster loads: the graph, its partitions and checks, the schedule's decisions, and what a failed run leaves."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from crawler.archive import days_with_captures
from pipelines.defs.definitions import build_definitions
from pipelines.defs.jobs import READING, hourly
from pipelines.defs.partitions import FIRST_DAY, capture_days, contiguous
from pipelines.defs.resources import WorkspaceResource
from pipelines.defs.runner import dagster_home
from pipelines.defs.schedules import RANGE_END, RANGE_START, every_hour, run_requests
from pipelines.defs.sensors import failed_run
from pipelines.steps.load import load_day
from pipelines.steps.pending import pending_days
from pipelines.workspace import PROJECT, Profile, Workspace
from tests.runs import ask

TODAY = date(2026, 3, 10)
DAILY = ("captures", "documents", "stories", "warehouse_tables")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data home, with no contact configured."""
    monkeypatch.setenv("BADGEWIRE_HOME", str(tmp_path))
    monkeypatch.setenv("BADGEWIRE_CONTACT", "")
    return tmp_path


@pytest.mark.parametrize("profile", list(Profile))
def test_the_definitions_of_both_profiles_load_and_share_no_folder(home: Path, profile: Profile) -> None:
    definitions = build_definitions(Workspace.of(profile))
    dg.Definitions.validate_loadable(definitions)
    resources = definitions.resources or {}
    assert Path(resources["workspace"].root) == home / profile
    assert Path(resources["web"].registry).is_dir()
    assert (resources["web"].max_age_days is None) is (profile is Profile.SAMPLE)


def test_data_flows_from_the_crawl_to_the_published_file(home: Path) -> None:
    graph = build_definitions(Workspace.of(Profile.SAMPLE)).resolve_asset_graph()
    order = [key.path[-1] for layer in graph.toposorted_asset_keys_by_level for key in sorted(layer)]
    chain = ["crawl", *DAILY, "published_snapshot"]
    assert [name for name in order if name in chain] == chain


def test_days_are_partitions_from_before_the_oldest_date_accepted_to_today(home: Path) -> None:
    graph = build_definitions(Workspace.of(Profile.SAMPLE)).resolve_asset_graph()
    for node in graph.asset_nodes:
        name = node.key.path[-1]
        assert (node.partitions_def == capture_days) is (name in DAILY), name
    now = datetime(2026, 3, 10, 0, 1, tzinfo=UTC)
    keys = capture_days.get_partition_keys(current_time=now)
    assert (keys[0], keys[-1]) == (FIRST_DAY.isoformat(), "2026-03-10")


def test_what_every_day_lost_is_checked(home: Path) -> None:
    graph = build_definitions(Workspace.of(Profile.SAMPLE)).resolve_asset_graph()
    assert {(key.asset_key.path[-1], key.name) for key in graph.asset_check_keys} == {
        ("captures", "every_file_is_whole"),
        ("documents", "most_pages_give_a_document"),
        ("warehouse_tables", "every_capture_has_one_outcome"),
    }


def test_steps_that_write_take_turns_and_are_tried_again_later(home: Path) -> None:
    graph = build_definitions(Workspace.of(Profile.SAMPLE)).resolve_asset_graph()
    pools = {node.key.path[-1]: set(node.pools) for node in graph.asset_nodes}
    assert (pools["crawl"], pools["warehouse_tables"], pools["published_snapshot"]) == (
        {"archive"}, {"warehouse"}, {"warehouse"},
    )  # fmt: skip
    for asset in build_definitions(Workspace.of(Profile.SAMPLE)).assets or ():
        assert isinstance(asset, dg.AssetsDefinition)
        policy = asset.op.retry_policy
        assert policy is not None
        assert policy.max_retries > 0
        assert policy.delay
        assert policy.backoff is dg.Backoff.EXPONENTIAL


def test_the_settings_of_the_instance_load_and_keep_everything_in_the_data_home(home: Path) -> None:
    with dg.DagsterInstance.from_config(str(dagster_home(Workspace.of(Profile.SAMPLE)))) as instance:
        pools = instance.get_concurrency_config().pool_config
        assert pools.default_pool_limit == 1
        assert pools.pool_granularity is not None
        assert pools.pool_granularity.value == "op"
        assert instance.get_concurrency_config().run_queue_config is not None
        assert Path(instance.root_directory) == home / "sample" / "dagster"
        assert Path(instance.storage_directory()).is_relative_to(home)
        assert not instance.telemetry_enabled


def test_today_and_the_days_that_lead_up_to_it_are_one_run_with_a_crawl() -> None:
    yesterday = TODAY - timedelta(days=1)
    (request,) = run_requests([yesterday], TODAY)
    assert request.asset_selection is None, "the whole job, crawl included"
    assert (request.tags[RANGE_START], request.tags[RANGE_END]) == ("2026-03-09", "2026-03-10")


def test_a_scattered_old_day_is_read_in_a_run_of_its_own_without_a_crawl() -> None:
    old, today = run_requests([date(2016, 11, 14), TODAY], TODAY)
    assert old.asset_selection == READING
    assert (old.tags[RANGE_START], old.tags[RANGE_END]) == ("2016-11-14", "2016-11-14")
    assert today.asset_selection is None
    assert (today.tags[RANGE_START], today.tags[RANGE_END]) == ("2026-03-10", "2026-03-10")


def test_with_nothing_pending_the_hour_still_crawls() -> None:
    (request,) = run_requests([], TODAY)
    assert request.asset_selection is None


def test_stretches_cover_every_day_once_whatever_their_order() -> None:
    days = [TODAY - timedelta(days=back) for back in (0, 9, 1, 5, 4, 1)]
    covered = [
        first + timedelta(days=step) for first, last in contiguous(days) for step in range((last - first).days + 1)
    ]
    assert covered == sorted(set(days))


def test_every_day_with_captures_not_yet_loaded_is_asked_for(sample_home: Path, tmp_path: Path) -> None:
    place = Workspace(Profile.SAMPLE, Path(shutil.copytree(sample_home / "sample", tmp_path / "sample")))
    assert pending_days(place) == []
    days = days_with_captures(place.archive)
    late = place.archive / days[0].isoformat()
    shutil.copy(next(late.glob("*.warc.gz")), late / "a-run-of-23-50-0001.warc.gz")
    assert pending_days(place) == [days[0]]
    (place.steps / "loaded" / days[-1].isoformat()).unlink()
    asked = {
        first + timedelta(days=step)
        for request in run_requests(pending_days(place), days[-1])
        for first in [date.fromisoformat(request.tags[RANGE_START])]
        for step in range((date.fromisoformat(request.tags[RANGE_END]) - first).days + 1)
    }
    assert asked == {days[0], days[-1]}


def test_the_sample_s_loads_have_an_outcome_for_every_capture(sample_home: Path, tmp_path: Path) -> None:
    place = Workspace(Profile.SAMPLE, Path(shutil.copytree(sample_home / "sample", tmp_path / "sample")))
    day = days_with_captures(place.archive)[0]
    counts = load_day(place, day, PROJECT / "sample" / "sources")
    assert counts.captures == counts.outcomes > 0
    with dg.DagsterInstance.from_config(str(sample_home / "sample" / "dagster")) as instance:
        records = instance.get_event_records(
            dg.EventRecordsFilter(dg.DagsterEventType.ASSET_CHECK_EVALUATION), limit=20
        )
        passed = [record.event_log_entry.asset_check_evaluation.passed for record in records]
    assert passed
    assert all(passed)


def test_every_story_s_own_address_is_kept_at_first_sight(sample_home: Path) -> None:
    published = sample_home / "sample" / "published" / "badgewire.duckdb"
    assert (
        ask(published, "select url from stories where story_id not in (select story_id from story_urls where fetched)")
        == []
    )


def test_the_schedule_runs_as_soon_as_the_daemon_does() -> None:
    assert every_hour.default_status is dg.DefaultScheduleStatus.RUNNING
    assert failed_run.default_status is dg.DefaultSensorStatus.RUNNING


@pytest.mark.parametrize("contact", ["", "nobody"])
def test_the_schedule_skips_and_says_why_while_no_contact_is_configured(
    home: Path, monkeypatch: pytest.MonkeyPatch, contact: str
) -> None:
    monkeypatch.setenv("BADGEWIRE_CONTACT", contact)
    (decision,) = evaluate(Workspace.of(Profile.LIVE))
    assert isinstance(decision, dg.SkipReason)
    assert "BADGEWIRE_CONTACT" in (decision.skip_message or "")


def test_the_schedule_asks_for_a_run_once_a_contact_is_configured(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BADGEWIRE_CONTACT", "desk@example.org")
    (decision,) = evaluate(Workspace.of(Profile.LIVE))
    assert isinstance(decision, dg.RunRequest)


def test_the_schedule_skips_while_the_last_run_goes_on(home: Path) -> None:
    place = Workspace.of(Profile.SAMPLE)
    with dg.DagsterInstance.from_config(str(dagster_home(place))) as instance:
        job = build_definitions(place).resolve_job_def(hourly.name)
        run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    (decision,) = evaluate(place)
    assert isinstance(decision, dg.SkipReason)
    assert run.run_id in (decision.skip_message or "")


def evaluate(place: Workspace) -> list[object]:
    """What the schedule decides for a workspace."""
    with dg.DagsterInstance.from_config(str(dagster_home(place))) as instance:
        context = dg.build_schedule_context(
            instance=instance, resources={"workspace": WorkspaceResource(profile=place.profile, root=str(place.root))}
        )
        return list(every_hour(context))  # type: ignore[call-overload]  # the decorated function is a generator


def test_a_failed_run_is_a_line_in_the_profile_s_folder(home: Path) -> None:
    @dg.op
    def breaks() -> None:
        raise ValueError("the page is on fire")

    @dg.job
    def burning() -> None:
        breaks()

    place = Workspace.of(Profile.SAMPLE)
    with dg.DagsterInstance.ephemeral() as instance:
        result = burning.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_run",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
            resources={"workspace": WorkspaceResource(profile=place.profile, root=str(place.root))},
        ).for_run_failure()
        failed_run(context)
    (line,) = (place.root / "failures.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(line)
    assert (row["run_id"], row["job"]) == (result.run_id, "burning")
    assert row["steps"][0]["step"] == "breaks"
    assert "on fire" in json.dumps(row)
