"""What a question's second try sees, and what its answer says of it."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from localai.errors import ContextExceeded, SQLTimeout
from localai.reply import Event, Failed, Finished, Progress, TextDelta, TokenScore, Usage
from localai.request import GenerateRequest
from localai.sql import Answer, Earlier, Limits, Options, Source, ask, open_source
from localai.sql.candidates import Generate, OnEvent, Reply, read
from localai.sql.report import WAY_OUT
from localai.sql.rounds import candidates
from tests.sql.test_candidates import Stream
from tests.sql.test_prompt import spec

USAGE = Usage(100, 20)
COUNT = "SELECT COUNT(*) FROM orders"
ROOM = Options(grammar=False, prompt_tokens=330)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """Thirty tables: orders refer to clients, and the others are alike."""
    path = tmp_path_factory.mktemp("rounds") / "many.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE clients (client_id INTEGER PRIMARY KEY, label TEXT)")
        connection.execute(
            "CREATE TABLE orders (client_id INTEGER REFERENCES clients (client_id), total REAL)"
        )
        connection.execute("INSERT INTO orders VALUES (1, 2.5)")
        for n in range(28):
            connection.execute(f"CREATE TABLE thing_{n} (height REAL, width REAL, depth REAL)")
        connection.commit()
    with open_source(path) as source:
        yield source


class Model:
    """Answers each request with the next text, the last one again and again; or raises it."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[GenerateRequest] = []

    def __call__(self, request: GenerateRequest) -> Stream:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, ContextExceeded):
            return Stream([Failed(answer)])
        return Stream([TextDelta(str(answer)), Finished("stop", USAGE)])

    def saw(self, place: int) -> int:
        """How many tables the prompt at that place showed."""
        return (self.requests[place].prompt or "").count("CREATE TABLE")

    def asked(self, source: Source, options: Options = ROOM, family: str = "plain") -> Answer:
        return ask("How many orders?", source, spec=spec(family), generate=self, options=options)


def test_a_long_schema_is_pruned_and_the_answer_says_so(source: Source) -> None:
    model = Model(COUNT)
    answer = model.asked(source)
    assert answer.rows == ((1,),) and answer.retries == 0
    assert len(model.requests) == 1 and model.saw(0) == 2
    assert answer.notices == ("The model saw 2 of 30 tables: clients, orders.",)
    whole = Model(COUNT)
    assert whole.asked(source, Options(grammar=False)).notices == ()
    assert whole.saw(0) == 30


@pytest.mark.parametrize("failure", ["I do not know", "SELECT heigth FROM thing_3", ""])
def test_after_a_failure_the_whole_schema_is_shown(source: Source, failure: str) -> None:
    model = Model(failure, COUNT)
    answer = model.asked(source)
    assert answer.rows == ((1,),) and answer.retries == 1
    assert (model.saw(0), model.saw(1)) == (2, 30)
    assert answer.usage == Usage(200, 40)
    (notice,) = answer.notices
    assert notice.startswith("This is the second try. The first ended so: ")


def test_a_name_that_was_pruned_may_be_meant_all_the_same(source: Source) -> None:
    model = Model("SELECT height FROM thing_3")
    assert model.asked(source).columns == ("height",)
    assert len(model.requests) == 1


def test_where_the_whole_schema_does_not_fit_more_of_it_is_shown(source: Source) -> None:
    options = Options(grammar=False, prompt_tokens=230)
    model = Model("I do not know", COUNT)
    narrow = spec("plain")
    object.__setattr__(narrow.architecture, "context", 900)
    answer = ask("How many?", source, spec=narrow, generate=model, options=options)
    assert model.saw(0) < model.saw(1) < 30
    assert answer.retries == 1 and "of 30 tables" in answer.notices[0]


def test_where_nothing_was_pruned_a_second_answer_is_drawn(source: Source) -> None:
    model = Model("SELECT wrong FROM orders", COUNT)
    answer = model.asked(source, Options(grammar=False))
    assert answer.rows == ((1,),)
    first, second = model.requests
    assert first.prompt == second.prompt
    assert (first.sampling.temperature, second.sampling.seed) == (0, 1)
    assert "There is no column wrong" in answer.notices[0]


def test_where_both_fail_the_first_choice_is_told_with_what_to_try(source: Source) -> None:
    model = Model("SELECT totl FROM orders", "SELECT more FROM orders")
    answer = model.asked(source, Options(grammar=False))
    assert answer.sql is None and answer.model_sql == "SELECT totl FROM orders"
    assert answer.reason is not None and "Did you mean total?" in answer.reason
    assert answer.reason.endswith("None of 2 tries brought an answer.")


def test_a_model_that_has_seen_all_may_decline(source: Source) -> None:
    model = Model("I do not know")
    answer = ask(
        "What is the salary of every baker?",
        source,
        spec=spec("plain"),
        generate=model,
        options=Options(grammar=False),
    )
    assert len(model.requests) == 1
    assert answer.declined and answer.sql is None
    assert answer.reason is not None
    assert "Nothing in the database is called 'salary' or 'baker'." in answer.reason


def test_several_candidates_are_tries_of_their_own(source: Source) -> None:
    model = Model("SELECT wrong FROM orders", COUNT, "SELECT total FROM orders", COUNT)
    answer = model.asked(source, Options(grammar=False, best_of=4))
    assert answer.rows == ((1,),)
    assert answer.notices == ("2 of 4 candidates agree.",)
    assert answer.usage == Usage(400, 80)
    lost = Model("SELECT wrong FROM orders")
    assert lost.asked(source, Options(grammar=False, best_of=2)).sql is None
    assert len(lost.requests) == 2


def test_the_engines_room_counts(source: Source) -> None:
    too_long = ContextExceeded(1000, 300, 700)
    model = Model(too_long, COUNT)
    assert model.asked(source, Options(grammar=False)).rows == ((1,),)
    assert model.saw(0) == 30 > model.saw(1)
    with pytest.raises(ContextExceeded):
        Model(ContextExceeded(1000, 300, 310)).asked(source)


def test_a_slow_query_is_not_tried_again(source: Source) -> None:
    slow = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"
    model = Model(slow)
    options = Options(grammar=False, limits=Limits(timeout=0.2))
    with pytest.raises(SQLTimeout, match="It was: WITH RECURSIVE"):
        model.asked(source, options)
    assert len(model.requests) == 1


def test_a_follow_up_that_changes_nothing_is_told(source: Source) -> None:
    options = Options(grammar=False, earlier=Earlier("How many orders?", COUNT))
    assert "changed nothing" in Model(COUNT).asked(source, options).notices[0]


def test_another_source_of_candidates_takes_the_place_of_sampling(source: Source) -> None:
    def beams(
        request: GenerateRequest, generate: Generate, count: int, on_event: OnEvent | None
    ) -> list[Reply]:
        return [read(generate(request), on_event) for _ in range(count)]

    model = Model("SELECT wrong FROM orders", COUNT)
    answer = ask(
        "How many orders?",
        source,
        spec=spec("plain"),
        generate=model,
        options=Options(grammar=False, best_of=2),
        propose=beams,
    )
    assert answer.rows == ((1,),)


def test_the_prompts_progress_is_asked_for_where_someone_listens(source: Source) -> None:
    seen: list[Event] = []

    def generate(request: GenerateRequest) -> Stream:
        assert request.progress
        return Stream([Progress(1, 2), TextDelta(COUNT), Finished("stop", USAGE)])

    ask("How many orders?", source, spec=spec("plain"), generate=generate, on_event=seen.append)
    assert seen[0] == Progress(1, 2)


def certain(text: str, chance: float) -> Generate:
    """A model that always writes this, with that probability."""

    def generate(_: GenerateRequest) -> Stream:
        said = TokenScore(text.encode(), math.log(chance))
        return Stream([TextDelta(text, (said,)), Finished("stop", USAGE)])

    return generate


@pytest.mark.parametrize(
    ("verdict", "known", "right"), [("sure", 99, 99), ("unsure", 99, -99), ("declined", -99, 99)]
)
def test_how_far_an_answer_of_the_embedded_model_is_trusted_is_told(
    source: Source, monkeypatch: pytest.MonkeyPatch, verdict: str, known: float, right: float
) -> None:
    monkeypatch.setattr("localai.sql.calibrated.HOPELESS", 0.0)
    monkeypatch.setattr("localai.sql.calibrated.RIGHT", right)
    monkeypatch.setattr("localai.sql.calibrated.KNOWN", known)
    generate = certain("SELECT COUNT ( * ) FROM <t0>", 0.7)
    answer = ask("How many orders by baker?", source, spec=spec("sql-tiny"), generate=generate)
    assert (answer.declined, answer.unsure) == (verdict == "declined", verdict == "unsure")
    assert (answer.sql is None) == answer.declined
    assert answer.confidence == (right > 0) and answer.unlinked == ("baker",)
    assert answer.model_sql.startswith("SELECT COUNT(*) FROM")
    if answer.declined:
        assert answer.reason is not None and answer.reason.startswith(f"{WAY_OUT}. ")
        assert "not sure enough" in answer.reason and "'baker'" in answer.reason
        assert answer.rows == () and answer.columns == ()


def test_other_models_are_measured_by_their_own_probabilities(source: Source) -> None:
    for chance in (0.7, 0.95):
        generate = certain("SELECT COUNT(*) FROM orders", chance)
        answer = ask("How many by baker?", source, spec=spec("plain"), generate=generate)
        assert not answer.declined and answer.confidence == pytest.approx(chance)
        assert answer.unsure == (chance < 0.85)


@pytest.mark.parametrize("text", ["I do not know", "SELECT <c0> FROM <t99>", ""])
def test_where_the_embedded_model_has_no_answer_it_names_one_that_can_try(
    source: Source, text: str
) -> None:
    answer = Model(text).asked(source, Options(), "sql-tiny")
    assert answer.declined and answer.sql is None and answer.confidence is None
    assert answer.reason is not None and answer.reason.startswith(
        "I do not know; sqlcoder-7b-2 can try: `localai pull @cf/defog/sqlcoder-7b-2`."
    )
    assert answer.to_dict()["declined"] is True


def test_what_an_answer_of_the_embedded_model_leaves_out_is_told(source: Source) -> None:
    model = Model("SELECT COUNT ( * ) FROM <t0>")
    answer = ask("Show the label of each client", source, spec=spec("sql-tiny"), generate=model)
    assert answer.left_out == ("label",)
    assert "leaves out 'label'" in " ".join([answer.reason or "", *answer.notices])


def test_the_embedded_model_gets_several_candidates_where_nobody_says_otherwise() -> None:
    assert candidates(Options(), spec("sql-tiny")) == 5
    assert candidates(Options(), spec("plain")) == 1
    assert candidates(Options(best_of=2), spec("sql-tiny")) == 2
