"""The broker on plain folders: what a worker takes is whole, and the oldest comes first."""

import pytest
from kombu import Connection

from fsc.broker import SCHEME, Transport


@pytest.fixture
def queue(tmp_path):
    folders = {"data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control"}
    options = {name: str(tmp_path / folder) for name, folder in folders.items()}
    (tmp_path / "queue").mkdir()
    Transport.global_state.clear()  # kombu remembers for the whole process which queues are bound
    with Connection(f"{SCHEME}://localhost//", transport_options=options) as connection, connection.SimpleQueue("celery") as queue:
        yield queue


def test_messages_arrive_in_the_order_they_were_sent(queue):
    for number in range(3):
        queue.put({"number": number})
    assert [queue.get(block=False).payload for _ in range(3)] == [{"number": 0}, {"number": 1}, {"number": 2}]


def test_a_message_that_is_still_being_written_is_left_alone(queue, tmp_path):
    half = tmp_path / "queue" / "1_half.celery.msg.part"
    half.write_text('{"body": ')
    with pytest.raises(queue.Empty):
        queue.get(block=False)
    assert half.exists()


def test_nothing_is_left_of_a_message_that_was_taken(queue, tmp_path):
    queue.put({"look": "now"})
    queue.get(block=False).ack()
    assert list((tmp_path / "queue").iterdir()) == []
