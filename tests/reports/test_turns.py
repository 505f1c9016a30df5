"""Report files and inspection packs take minutes: the papers that go with the patient never wait behind them."""

from uuid import uuid4

from celery import current_app

from redbag.queues.claims import Queue
from redbag.reports import file_making, file_tasks, inspection_making, inspection_tasks
from redbag.reports.turns import a_turn

PAPERS = ("redbag.packs.tasks.", "redbag.bags.tasks.")
FILES = ("redbag.reports.file_tasks.make", "redbag.reports.file_tasks.sweep", "redbag.reports.inspection_tasks.")


def test_no_file_and_no_pack_stands_in_the_queue_of_the_papers():
    current_app.loader.import_default_modules()
    queues = {name: current_app.amqp.router.route({}, name)["queue"].name for name in current_app.tasks}
    papers = {queue for name, queue in queues.items() if name.startswith(PAPERS)}
    assert (papers, {queue for name, queue in queues.items() if name.startswith(FILES)}) == ({"print"}, {"reports"})


def test_one_process_makes_two_at_a_time_and_the_next_sweep_the_others(monkeypatch):
    made = []
    monkeypatch.setattr(file_making, "make_file", lambda *told, **more: made.append("file"))
    monkeypatch.setattr(inspection_making, "make", lambda *told, **more: made.append("pack"))
    monkeypatch.setattr(Queue, "waiting", lambda *told, **more: [uuid4()])
    with a_turn() as first, a_turn() as second:
        assert (first, second) == (True, True)
        file_tasks.make(file_id=str(uuid4()))
        file_tasks.sweep()
        inspection_tasks.make(pack_id=str(uuid4()))
        inspection_tasks.sweep()
    assert made == []
    file_tasks.make(file_id=str(uuid4()))
    file_tasks.sweep()
    inspection_tasks.make(pack_id=str(uuid4()))
    inspection_tasks.sweep()
    assert made == ["file", "file", "pack", "pack"]
