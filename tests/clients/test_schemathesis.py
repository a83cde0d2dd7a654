"""schemathesis over the OpenAPI document: no 5xx, and no answer that it does not allow."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from localai.server import create_app
from tests.server.fake_runtime import FakeRuntime

schemathesis = pytest.importorskip("schemathesis")
of_answers = pytest.importorskip("schemathesis.specs.openapi.checks")

CHECKS = [
    pytest.importorskip("schemathesis.checks").not_a_server_error,
    of_answers.status_code_conformance,
    of_answers.content_type_conformance,
    of_answers.response_headers_conformance,
    of_answers.response_schema_conformance,
]
EXAMPLES = 8  # for each route

app = create_app(FakeRuntime(), allowed_hosts=["testserver"])
schema = schemathesis.openapi.from_asgi("/openapi.json", app)


@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_answer_breaks_the_document(case: Any) -> None:
    case.call_and_validate(checks=CHECKS)
