"""What is done every hour and every night without anybody's asking: management commands, as tasks of procrastinate.

`manage.py nightly` works them off with the owner's login, which those commands need; the courier, which has a foot on
either side of the wall, gets no right to the agenda for it (docs/adr/0026). Each command may be run again at any time.
"""

from __future__ import annotations

from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, connection, transaction
from procrastinate import JobContext, RetryStrategy, builtin_tasks
from procrastinate.contrib.django import app

# Command and time (UTC). The night's are an hour apart: none waits for another's locks.
COMMANDS = {
    "purge_leftovers": "7 * * * *",
    "paper": "52 * * * *",
    # Before the purges: what they forget can be had from it for as long as it is kept.
    "backup": "40 0 * * *",
    "count_obstructions": "37 * * * *",
    "purge_movements": "10 1 * * *",
    "extend_planning": "10 2 * * *",
    "purge_reports": "40 2 * * *",
    "purge_retention": "40 3 * * *",
    "verify_integrity": "10 3 * * *",
    "measure_neutrality": "10 4 * * *",
    "count_statistics": "25 4 * * *",
    "suspend_unused": "40 4 * * *",
    "open_reviews": "10 5 * * *",
    # Only when a head of unit asked: minutes of searching, in no door's process.
    "propose_plans": "*/5 * * * *",
}
# Where no folder is set, nothing is kept, and that is no failure; the doctor says so.
OPTIONS: dict[str, dict[str, bool]] = {"backup": {"if_set": True}, "paper": {"if_set": True}}
# A database that is away is tried again; what a command found is told once.
AGAIN = RetryStrategy(max_attempts=12, wait=600, retry_exceptions={DatabaseError, InterfaceError})
KEPT_HOURS = 24 * 14
# A worker that has said nothing for so long was killed: what it was at is begun anew.
STALLED_SECONDS = 120


def _periodically(command: str, cron: str) -> None:
    # Waiting twice is no use: the queueing lock holds one of each.
    @app.periodic(cron=cron, periodic_id=command)
    @app.task(name=command, queueing_lock=command, retry=AGAIN)
    def do(timestamp: int) -> None:
        call_command(command, **OPTIONS.get(command, {}))


def note_done(command: str) -> None:
    """Note in the queue what was done without it, so that the doctor knows of either way."""
    # The package's trigger dates the change from one state to the other; nobody sees the first.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('default', %s, 'doing') RETURNING id",
            [command],
        )
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", cursor.fetchone())


for each, time in COMMANDS.items():
    _periodically(each, time)


@app.periodic(cron="*/5 * * * *")
@app.task(name="begin_anew", queueing_lock="begin_anew", pass_context=True)
async def begin_anew(context: JobContext, timestamp: int) -> None:
    """Let what a killed worker was at be done by the one that is there."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await manager.retry_job(job)


@app.periodic(cron="40 4 * * *")
@app.task(name="forget_jobs", queueing_lock="forget_jobs", pass_context=True)
async def forget_jobs(context: JobContext, timestamp: int) -> None:
    """Forget what was done two weeks ago."""
    await builtin_tasks.remove_old_jobs(context, max_hours=KEPT_HOURS, remove_failed=True)
