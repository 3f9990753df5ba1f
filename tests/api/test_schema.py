"""The schema tried out: what it allows and what it forbids is sent as each kind of user, and every answer held against it.

The budget is fixed and so are the examples, so that a run is like the one before. `FSC_SCHEMA_EXAMPLES=50` (3 is usual) looks further.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import islice
from typing import Any

import orjson
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from changes.choices import Scope, State
from changes.models import RFC, ApiToken, User
from tests.api.world import Lived, lived
from tests.factories import NOW, Cast

EXAMPLES = int(os.environ.get("FSC_SCHEMA_EXAMPLES", "3"))
#: Of the cases at the edges of every field (thousands), one in so many; each kind of user begins with another one.
EVERY = max(1, 240 // EXAMPLES)
#: Each kind of user takes one operation in so many, each operation comes to two or three kinds; a longer look takes all.
SHARE = 4 if EXAMPLES == 3 else 1
KINDS = [field.name for field in fields(Cast)] + ["nobody"]

load_all_checks()
#: Left out are those that need several calls in a row, which the tests of each path make (`use_after_free`,
#: `ensure_resource_availability`, `object_level_authorization`), the clock (`max_response_time`, for bench/), and
#: `positive_data_acceptance`, which `is_read` below does more sharply.
LEFT_OUT = {"use_after_free", "ensure_resource_availability", "object_level_authorization", "max_response_time", "positive_data_acceptance"}

#: What no schema of one field can say: rules between fields, and what is stored.
BETWEEN_FIELDS = re.compile(
    "same id|no such (session|step|day)|not both|A session needs it|give them all in|two seats|at or before `from`"
    "|lies more than|at most P31D"
)

schemathesis.openapi.format("uri", st.sampled_from(["https://example.org/", "http://tracker.example.org/INC-1?x=1#top"]))
schemathesis.openapi.format("duration", st.sampled_from(["PT24H", "P2D", "PT90M", "P1DT12H"]))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return orjson.loads(orjson.dumps(SchemaGenerator().get_schema(request=None, public=True)))


@schemathesis.check
def is_read(ctx, response, case):
    """What the schema allows is never `malformed`; the rules may still refuse it, each with its own problem type."""
    if not case.meta.generation.mode.is_positive or response.status_code not in (400, 413, 415, 422):
        return
    problem = response.json()
    said = [error["detail"] for error in problem.get("errors", ())]
    if not problem["type"].endswith("/unacceptable/") and not all(BETWEEN_FIELDS.search(one) for one in said):
        raise AssertionError(f"The schema allows it: {problem}")


def names_in(world: Lived, user: User | None) -> dict[str, list[Any]]:
    """What there is of everything that the schema calls by name (`x-names`), as far as the user may see it."""
    seen = RFC.objects.visible_to(user) if user else RFC.objects.all()
    rfcs = [rfc.number for rfc in seen]
    named = {
        "rfcs": rfcs,
        "people": list(User.objects.values_list("username", flat=True)),
        "meetings": [world.meeting.pk],
        "items": [world.item.pk],
        "conditions": [world.condition.pk],
        "steps": list(world.rfcs[State.IN_PROGRESS].steps.values_list("pk", flat=True)),
        "change-windows": [world.window.pk],
        "freezes": [world.freeze.pk],
    }
    given = world.given
    sets = {
        "environments": given.environment,
        "services": given.service,
        "configuration-items": given.item,
        "change-types": given.change_type,
        "boards": given.board,
    }
    return named | {name: [row.slug] for name, row in sets.items()}


def narrowed(shape: Any, names: dict[str, list[Any]]) -> Any:
    """The schema with the names that exist: nobody can guess them, and what comes behind a name is to be reached too."""
    if isinstance(shape, list):
        return [narrowed(one, names) for one in shape]
    if not isinstance(shape, dict):
        return shape
    made = {key: narrowed(value, names) for key, value in shape.items()}
    if "x-names" in made:
        kind = made["type"]
        made["enum"] = [*names[made["x-names"]], *([None] if "null" in kind else [])]
    return made


def schema_of(world: Lived, user: User | None, document: dict[str, Any]) -> Any:
    document = narrowed(document, names_in(world, user))
    for methods in document["paths"].values():
        for said in methods.values():
            # A cursor is good for one list in one order; tests/api/test_rfc_list.py reads with them.
            said["parameters"] = [one for one in said.get("parameters", ()) if one["name"] != "cursor"]
            for one in said["parameters"]:
                if one["name"] == "If-Match":  # any other tag is stale, and nothing behind it would be reached
                    one["schema"] = {"type": "string", "enum": ["*"]}
    for path, state in (("steps", State.IN_PROGRESS), ("conditions", State.APPROVED)):
        for said in document["paths"][f"/api/v1/rfcs/{{number}}/{path}/{{id}}/"].values():
            number = next(one for one in said["parameters"] if one["name"] == "number")
            number["schema"]["enum"] = [world.rfcs[state].number]
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    checks = schema.config.checks
    checks.negative_data_rejection.expected_statuses = [*checks.negative_data_rejection.expected_statuses, "412", "413"]
    checks.missing_required_header.expected_statuses = ["400", "401", "403", "404", "409", "415", "428"]
    return schema


def edges(schema: Any, operation: Any, start: int) -> Iterator[Any]:
    """One case in `EVERY` of those at the edges: the longest text, one more, a field that is missing, another type."""
    generation = schema.config.generation_for(operation=operation, phase="coverage")
    cases = schema.iter_coverage_cases(operation, generation_modes=list(GenerationMode), generation_config=generation)
    return islice(cases, start * 7 % EVERY, None, EVERY)


def drawn(operation: Any) -> Iterator[Any]:
    """Cases at random, always the same ones: allowed and forbidden."""
    found: list[Any] = []
    for mode in GenerationMode:

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def collect(case):
            found.append(case)

        collect()
    return iter(found)


@pytest.fixture
def one_connection():
    """A request that ends closes its connection, and with it the test's world; the test client sees to that in the same way."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def asked(case: Any, headers: dict[str, str]) -> Any:
    """The answer; nothing of what was done stays for the next case."""
    with transaction.atomic():
        answer = case.call(headers=headers)
        transaction.set_rollback(True)
    return answer


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_is_as_the_schema_says(kind, document, settings, db, one_connection):
    settings.FSC_API_CALLS_PER_MINUTE = 10**6  # the clock stands still
    world, start = lived(), KINDS.index(kind)
    user = getattr(world.given.people, kind, None)
    schema = schema_of(world, user, document)
    checks = [check for check in CHECKS.get_all() if check.__name__ not in LEFT_OUT]
    headers = {}
    if user:
        _, token = ApiToken.objects.create(user, name="schema", scopes=list(Scope), last_used_at=NOW)
        headers = {"Authorization": f"Token {token}"}
    wrong = []
    for result in islice(schema.get_all_operations(), start % SHARE, None, SHARE):
        operation = result.ok()
        for case in (*edges(schema, operation, start), *drawn(operation)):
            answer = asked(case, headers)
            try:
                case.validate_response(answer, checks=checks, headers=headers, transport_kwargs={"headers": headers})
            except FailureGroup as failure:
                wrong.append(f"{operation.label}: {failure}")
    assert not wrong, "\n\n".join(wrong)
