"""Says periods of time, as the linker makes values of them; it must not know columns."""

# ruff: noqa: E501  (sayings read best in one line each)

from __future__ import annotations

from pairs import Answer, value

from made_up.phrases import Speaker, lines

# Stands in an answer for the one period that the linker finds in the question.
SOME_PERIOD = value("@period", None)
MONTHS = (
    "January February March April May June July August September October November December".split()
)
# Relative to today, with the words that they need before them.
_RELATIVE = lines("""
last week
last week
last month
last month
last year
last quarter
this week
this month
this month
this year
this quarter
yesterday
today
in the last week
in the last month
in the last year
in the past week
in the past month
in the past year
during the last month
within the last week
over the last year
over the past quarter
in the previous month
in the current month
in the current year
in the current quarter
in the last {n} days
in the last {n} days
in the last {n} weeks
in the last {n} months
in the last {n} years
in the past {n} days
in the past {n} months
over the last {n} days
over the past {n} weeks
within the last {n} days
within the past {n} months
during the last {n} months
during the past {n} years
for the last {n} days
for the past {n} months
the last {n} days
last {n} days
past {n} days
last {n} months
so far this year
this year so far
so far this month
month to date
quarter to date
this quarter so far
this week so far
earlier this year
earlier this month
last weekend
previous month
in the previous quarter
in the last 24 hours
in the last {n} quarters
this past week
this past month
this month so far
year to date
in the past few months
in the last few days
in the last couple of weeks
last Monday
last Friday
on Sunday
""")
_AHEAD = lines("""
next week
next month
next year
tomorrow
in the next {n} days
within the next {n} days
in the coming {n} weeks
in the next {n} months
in the coming week
next {n} days
""")
_MONTHLY = lines("""
in {month} {year}
in {month} {year}
in {month} of {year}
during {month} {year}
in {month}
in {month}
during {month}
in {mon} {year}
in Q{q} {year}
in Q{q} {year}
Q{q} {year}
{year} Q{q}
in Q{q} of {year}
in Q{q}
in H1 {year}
in the second half of {year}
in the third quarter
in the month of {month} {year}
in the first quarter of {year}
in the second quarter of {year}
in the third quarter of {year}
in the fourth quarter of {year}
in the first half of {year}
in last {month}
in {month} this year
in {month} last year
in the {decade}0s
in the {short}0s
""")
_SPANS = lines("""
between {month} and {later} {year}
from {month} to {later} {year}
between {month} {year} and {later} {next}
between {day} and {next}-{day2}
from {day} to {next}-{day2}
""")
_YEARS = lines("""
between {first} and {last}
between {first} and {last}
from {first} to {last}
from {first} until {last}
from {first} through {last}
between the years {first} and {last}
in the years {first} to {last}
in the years from {first} to {last}
during {first} to {last}
""")
_POINTS = lines("""
{month} {year}
{month} {year}
{year}
{year}
{year}
{day}
{day}
{month} {d}, {year}
{d} {month} {year}
{month}
last week
last month
last year
yesterday
this year
{mon} {d} {year}
""")
_AGO = lines("""
{n} days ago
{n} weeks ago
{n} months ago
{n} years ago
""")
_SIDES = lines("""
> | after {p}
> | after {p}
> | later than {p}
> | past {p}
< | before {p}
< | before {p}
< | earlier than {p}
< | prior to {p}
>= | since {p}
>= | since {p}
>= | from {p} on
>= | since the start of {p}
>= | since the beginning of {p}
>= | from {p} onwards
>= | starting from {p}
>= | as of {p}
>= | on or after {p}
>= | no earlier than {p}
<= | until {p}
<= | up to {p}
<= | up until {p}
<= | on or before {p}
<= | till {p}
<= | by {p}
<= | no later than {p}
<> | not in {p}
""")
# What does not say when something was done.
_ODD = (
    "more than",
    "less than",
    "over a",
    "longer",
    "by ",
    "past ",
    "later than",
    "earlier than",
    "tomorrow",
    "in the coming",
    "in the next",
    "within the next",
    "next",
)
_ELSEWHEN = ("ago", "next week", "next month", "next year")
_SPOKEN = ["two", "three", "four", "five", "six", "seven", "ten", "twelve"]


class Periods(Speaker):
    """Periods with their comparison and the values that it takes."""

    def period(self) -> tuple[str, str, Answer]:
        """The period with its preposition, the comparison's sign, the value or the two values."""
        roll = self.rng.random()
        if roll < 0.34:
            return self._filled(*_RELATIVE), "=", [SOME_PERIOD]
        if roll < 0.38:
            return self._filled(*_AHEAD), "=", [SOME_PERIOD]
        if roll < 0.52:
            year = str(self.rng.randint(1980, 2025))
            lead = self.pick("in", "in", "in", "during", "in the year", "for", "throughout")
            return f"{lead} {year}", "=", [value(year, None)]
        if roll < 0.66:
            return self._filled(*_MONTHLY), "=", [SOME_PERIOD]
        if roll < 0.69:
            return self._day()
        if roll < 0.72:
            return self._filled(*_SPANS), "=", [SOME_PERIOD]
        if roll < 0.745:
            return self._years()
        if roll < 0.78:
            return self._ago()
        sign, said = (part.strip() for part in self.say(*_SIDES, p="{p}").split("|"))
        point = self._filled(*_POINTS)
        meant = value(point, None) if point.isdigit() else SOME_PERIOD
        return said.replace("{p}", point), sign, [meant]

    def span(self) -> tuple[str, str, Answer]:
        """A period in which something was done, as a report has it; as `period` gives it."""
        if self.rng.random() < 0.4:
            return self._filled(*_RELATIVE), "=", [SOME_PERIOD]
        while True:
            said, sign, answer = self.period()
            if sign != "<>" and not said.startswith(_ODD) and not said.endswith(_ELSEWHEN):
                return said, sign, answer

    def _day(self) -> tuple[str, str, Answer]:
        day = self._filled("{day}", "{month} {d}, {year}", "{d} {month} {year}", "{month} {d} {year}")  # fmt: skip
        return f"{self.pick('on', 'on', 'for', 'on the day of')} {day}", "=", [SOME_PERIOD]

    def _years(self) -> tuple[str, str, Answer]:
        """From one year to another."""
        first = self.rng.randint(1980, 2023)
        last = first + self.rng.randint(1, 8)
        said = self.say(*_YEARS, first=first, last=last)
        return said, "BETWEEN", [value(str(first), None), value(str(last), None)]

    def _ago(self) -> tuple[str, str, Answer]:
        """More or less than some time ago."""
        sign, lead = self.rng.choice([("<", "more than"), ("<", "over"), (">", "less than"), (">", "within"), ("<", "longer than")])  # fmt: skip
        if lead == "within":
            sign, lead = ">", "less than"
        return f"{lead} {self._filled(*_AGO)}", sign, [SOME_PERIOD]

    def _filled(self, *templates: str) -> str:
        rng = self.rng
        year, month = rng.randint(1985, 2025), rng.randrange(11)
        days = f"{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        many = self.pick(*_SPOKEN) if rng.random() < 0.35 else str(rng.choice([2, 3, 5, 6, 7, 10, 14, 30, 30, 45, 60, 90, 100, 180]))  # fmt: skip
        return self.say(
            *templates, n=many, year=year, next=year + rng.randint(1, 6), month=MONTHS[month],
            later=MONTHS[rng.randint(month + 1, 11)], mon=MONTHS[rng.randrange(12)][:3], d=rng.randint(1, 28),
            day=f"{year}-{days}", day2=f"{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}", q=rng.randint(1, 4),
            decade=rng.choice([197, 198, 199, 200, 201]), short=rng.choice([7, 8, 9]),
        )  # fmt: skip
