"""The demo: a messaging operations group's house and ten weeks of its changes around today.

The same for the same day and hour: everything is drawn from a random source seeded with the day. What is there already is
left alone, so that a second run on a day changes nothing; on a later day the weeks that have come nearer are filled, and
what the demo had planned and nobody has touched is carried through first (`story.carry_on`).
"""

from changes.actions.demo.story import make_demo

__all__ = ["make_demo"]
