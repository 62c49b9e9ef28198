"""What a process tells on its loopback port, and what it logs: enough to watch it by, and nothing of anybody."""

from __future__ import annotations

import http.client
import io
import json
import logging
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from access.models import User
from appointments.models import Detainee, Movement, PrisonLink
from appointments.prison.models import Heartbeat
from carehub.keeping import folder, paper_folder, standing
from carehub.logs import NO_PAGE, JsonLines
from carehub.nightly import note_done
from carehub.observing import endpoint
from carehub.request_names import HEADER
from tests import databases
from tests.appointments.courier.rounds import expect, tap, today_at
from tests.conftest import Unit
from tests.doors import DoorClient, carry, set_to, speaking_to, through
from tests.factories import DetaineeFactory
from tests.published import early_there, publish_at

Figures = dict[tuple[str, ...], float]


def asked(path: str, method: str = "GET") -> tuple[str, str]:
    """The status and the text of an answer on the loopback port."""
    said: list[str] = []
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "QUERY_STRING": ""}
    body = b"".join(endpoint.application(environ, lambda status, _headers: said.append(status)))
    return said[0][:3], body.decode()


def figures() -> Figures:
    status, text = asked("/metrics")
    assert status == "200"
    return {
        (sample.name.removeprefix("carehub_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def line(unit_a: Unit, oscar: User) -> Movement:
    """Paul is called today, and an officer has tapped on the line since the courier was here."""
    early_there(unit_a.establishment)
    publish_at(unit_a.establishment)
    line = expect(unit_a, unit_a.paul, today_at(unit_a, 10))
    carry()
    tap(oscar, line, "expected", "called")
    return line


@pytest.mark.parametrize("door", ["care", "prison", "accounts", "courier"])
def test_process_tells_how_its_databases_and_the_courier_stand(door: str, line: Movement) -> None:
    with through(door):
        found = figures()
        ready = asked("/readyz")

    assert found["database_up", "default"] == 1
    assert found["schema_columns", "default", "missing"] == found["schema_columns", "default", "unknown"] == 0
    assert found[("ready",)] == 1
    assert ready[0] == "200"
    assert (("database_up", "prison") in found) == (door in {"accounts", "courier"})
    at = PrisonLink.objects.get(name="prison").reached_at
    assert at is not None
    if door in {"care", "courier"}:
        assert found["courier_reached_timestamp_seconds", "prison"] == at.timestamp()
    if door == "prison":
        assert found[("courier_here_timestamp_seconds",)] == Heartbeat.objects.using("prison").get().at.timestamp()
    assert (found.get(("waiting", "prison", "taps")), found.get(("waiting", "prison", "alerts"))) == (
        (1, 0) if door == "courier" else (None, None)
    )


def test_figures_tell_of_nobody_and_not_how_much_care_does(line: Movement, unit_a: Unit) -> None:
    with through("care"):
        before = asked("/metrics")[1]
    Detainee.objects.filter(pk=unit_a.paul.pk).update(cell="A-9-999")
    expect(unit_a, unit_a.karim, today_at(unit_a, 11))
    with through("care"):
        after = asked("/metrics")[1]
    assert before == after
    for word in ("Durand", "Paul", "004217", "Leroy", "MAA", "oscar"):
        assert word not in before


def test_owners_process_tells_of_its_work_and_of_what_is_kept(unit_a: Unit, tmp_path: Path) -> None:
    now = timezone.now().replace(microsecond=0)
    (tmp_path / folder.name_of(now)).mkdir()
    (tmp_path / folder.name_of(now) / folder.MANIFEST).touch()
    (tmp_path / paper_folder.name_of("MAA", now - timedelta(hours=3))).touch()
    note_done("purge_leftovers")

    with set_to({"CAREHUB_BACKUPS": str(tmp_path), "CAREHUB_PAPER": str(tmp_path)}):
        found, (status, lines) = figures(), asked("/readyz")

    assert found["kept_timestamp_seconds", "backup"] == now.timestamp()
    assert found["kept_timestamp_seconds", "paper"] == now.timestamp() - 3 * 3600
    assert found["kept_disk_free_bytes", "backup"] > 0
    assert found["job_timestamp_seconds", "succeeded", "purge_leftovers"] == pytest.approx(now.timestamp(), abs=60)
    assert found["jobs", "todo"] == found["jobs", "doing"] == 0
    assert status == "503"
    assert "ok       The last backup was kept" in lines
    assert "problem  The last day on paper is too old" in lines
    with set_to({"CAREHUB_BACKUPS": str(tmp_path / "none")}):
        assert "problem  The last backup is too old: never" in asked("/readyz")[1]
    assert asked("/readyz")[0] == "200", "What nobody asked to be kept is no alarm of this port's."
    assert [verdict.level for verdict in standing.verdicts(is_asked=True)] == ["warning", "warning"]


@pytest.mark.django_db(transaction=True)
def test_database_that_is_away_is_a_figure(unit_a: Unit) -> None:
    with databases.turned_to("prison", "of_nobody"):
        found, (status, _lines) = figures(), asked("/readyz")
    assert (found["database_up", "default"], found["database_up", "prison"], found[("ready",)]) == (1, 0, 0)
    assert status == "503"
    assert asked("/alive") == ("200", "ok\n")


def test_port_is_the_loopbacks_answers_what_is_asked_and_takes_nothing() -> None:
    server = endpoint.opened(0)
    assert server.server_address[0] == "127.0.0.1"
    thread = threading.Thread(target=lambda: [server.handle_request() for _time in range(3)])
    thread.start()
    found = []
    for method, path in (("GET", "/alive"), ("POST", "/alive"), ("GET", "/")):
        link = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
        link.request(method, path)
        found.append(link.getresponse().status)
        link.close()
    thread.join()
    server.server_close()
    assert found == [200, 405, 404]
    assert endpoint.begin(0) is None, "Without a port nothing listens."


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that a process of production writes, and a line a request."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines(door="care"))
    root, requests = logging.getLogger(), logging.getLogger("carehub.requests")
    before = requests.level
    root.addHandler(handler)
    requests.setLevel(logging.INFO)
    yield written
    requests.setLevel(before)
    root.removeHandler(handler)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_request_has_one_name_in_the_answer_and_in_the_log_and_the_proxys_only_where_it_is_set(
    alice: User, log: io.StringIO
) -> None:
    client = DoorClient("care").sign_in(alice)
    given = {"x-request-id": "proxy-0123456789"}
    unbelieved = client.get("/", headers=given)[HEADER]
    with set_to({"CAREHUB_REQUEST_NAME_HEADER": "X-Request-ID"}):
        believed = client.get("/nowhere/Durand", headers=given)[HEADER]
        refused = client.get("/", headers={"x-request-id": 'a"b\\nDurand'})[HEADER]

    assert believed == "proxy-0123456789"
    assert len({unbelieved, believed, refused}) == 3
    told = [line for line in lines(log) if line["said"] == f"GET {NO_PAGE}"]
    assert f"Not Found: {NO_PAGE}" in [line["said"] for line in lines(log)]
    assert [line["request"] for line in told] == [believed]
    assert told[0]["status"] == 404
    assert told[0]["door"] == "care"


@pytest.mark.django_db(transaction=True)
def test_journey_with_all_that_can_go_wrong_leaves_no_name_and_no_number_in_any_log(
    unit_a: Unit, alice: User, oscar: User, line: Movement, log: io.StringIO
) -> None:
    postgres = Path(os.environ["CAREHUB_HOME"]) / "postgres.log"
    begun = postgres.stat().st_size
    paul, secret = unit_a.paul, "Zaoui-Typed"
    care = DoorClient("care", raise_request_exception=False).sign_in(alice)
    officer = DoorClient("prison", raise_request_exception=False).sign_in(
        User.objects.using("prison").get(username="oscar")
    )
    for client in (care, officer):
        for path in ("/", f"/people?q={paul.last_name}", f"/people/{paul.register_number}", f"/nowhere/{secret}"):
            client.get(path)
        client.post("/sign-in", {"username": secret, "password": secret})
        client.post(f"/{secret}", {"last_name": secret})
    logging.getLogger("tests").error("Not done: %s", ValueError(f"invalid literal: {secret!r}"))
    double = DetaineeFactory.build(
        establishment=unit_a.establishment, building=unit_a.building, register_number=paul.register_number
    )
    try:
        with transaction.atomic():
            double.save()
    except IntegrityError:
        logging.getLogger("tests").exception("Not saved")

    assert day_without_a_column(care).status_code == 500
    said = lines(log)
    errors = [each["error"] for each in said if "error" in each]
    assert len(errors) >= 2
    assert all(error["where"] and error["sqlstate"] for error in errors)
    with postgres.open("rb") as file:
        file.seek(begun)
        everything = log.getvalue() + file.read().decode(errors="replace")
    for word in (paul.last_name, paul.first_name, paul.register_number, paul.cell, secret, "alice", "oscar", "Leroy"):
        assert word.casefold() not in everything.casefold(), word


def day_without_a_column(care: DoorClient) -> Any:
    """What a page answers that asks for what its table does not have."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE appointments_kind RENAME COLUMN name TO of_yesterday")
    try:
        return care.get("/day/2026-11-30")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE appointments_kind RENAME COLUMN of_yesterday TO name")


def test_line_of_an_absent_page_names_the_page_and_not_what_was_typed() -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s was refused", ("/people/004217?q=Durand",), None)
    with speaking_to("hospital"):
        assert "004217" not in JsonLines().format(record)
        assert "Durand" not in JsonLines().format(record)


def test_nightly_work_keeps_nothing_where_no_folder_is_set(unit_a: Unit, capsys: Any) -> None:
    for command in ("backup", "paper"):
        call_command(command, if_set=True)
    assert capsys.readouterr().out.count("nothing was") == 2
