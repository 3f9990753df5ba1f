"""A chat is of the world, or the house has named its host: nobody sends the worker to a door inside (DESIGN 4.9)."""

import pytest

from changes.notifications import chat

SECRET = "kq81xw93zz"


@pytest.mark.parametrize(
    ("url", "named", "is_refused"),
    [
        (f"mmosts://chat.example.org/{SECRET}", [], False),
        (f"mmost://localhost/{SECRET}", [], True),
        (f"mmost://127.0.0.1/{SECRET}", [], True),
        (f"mmost://169.254.169.254/{SECRET}", [], True),
        (f"mmost://chat/{SECRET}", [], True),
        (f"mmost://chat.internal/{SECRET}", [], True),
        (f"mmost://chat.internal/{SECRET}", ["chat.internal"], False),
        (f"mmost://chat.internal/{SECRET}", [".internal"], False),
        (f"mmost://chat.internal/{SECRET}", ["other.internal"], True),
        (f"ntfys://192.168.1.4/{SECRET}", [], True),
        (f"ntfys://{SECRET}", [], False),  # a topic at ntfy's own, not a host
        (f"mmosts://[::1]/{SECRET}", [], True),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", [], False),
    ],
)
def test_an_address_inside_the_house_is_refused_unless_it_is_named(settings, url, named, is_refused):
    settings.FSC_CHAT_HOSTS = named
    assert ("inside the house" in chat.why_not(url)) == is_refused


@pytest.mark.parametrize("host", ["2130706433", "0x7f.0.0.1", "127.1"])
def test_what_only_leads_inside_is_refused_before_anything_is_sent(settings, host):
    settings.FSC_CHAT_HOSTS = []
    said = chat.why_not(f"mmost://{host}:9/{SECRET}") or chat.say(f"mmost://{host}:9/{SECRET}", "Title", "Body")
    assert "inside the house" in said or "no chat" in said
