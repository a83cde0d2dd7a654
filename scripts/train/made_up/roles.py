"""Owns what a column's name tells: what happened on a day, what a row is without it, how a number is said.

It must not know questions or answers.
"""

# ruff: noqa: E501  (word lists read best in long lines)

from __future__ import annotations

import re

# The core of a date's name: what happened on that day | what a row is without one.
_ROLES = {
    "order": "ordered,placed,ordered,made|", "hire": "hired,taken on,employed,recruited|", "hired": "hired,taken on,employed,recruited|", "birth": "born|", "of birth": "born|", "born": "born|",
    "created": "created,added,made,entered|", "creation": "created,made,set up|", "start": "started,begun,starting|not started,not yet started", "started": "started,begun,starting|not started,not yet started",
    "end": "ended,finished,ending,completed|still open,not finished,still running,ongoing,not yet ended,unfinished,still going,not over yet", "ended": "ended,finished,over|still open,not finished,still running,ongoing,not yet ended,unfinished,still going",
    "due": "due,due|", "delivery": "delivered|not delivered,not yet delivered,still undelivered,undelivered", "delivered": "delivered|not delivered,not yet delivered,still undelivered,undelivered",
    "join": "joined,who joined,enrolled|", "joined": "joined,who joined,who came|", "opened": "opened|not opened yet,unopened", "opening": "opened|not opened yet", "release": "released,published,launched,brought out|unreleased,not released yet",
    "released": "released,published,brought out|unreleased,not released yet", "last visit": "last seen,last here,last visited|never visited,never seen", "payment": "paid,settled|not paid,unpaid,still unpaid,not yet paid,outstanding",
    "paid": "paid,settled|not paid,unpaid,still unpaid,not yet paid,outstanding", "registered": "registered,signed up,enrolled|not registered", "updated": "updated,changed,last updated,modified,edited|never updated,never changed",
    "departure": "departing,leaving,that departed,that left|not departed,not yet departed", "departed": "departed,that left|not departed,not yet departed", "arrival": "arriving,that arrived,landing|not arrived,not yet arrived", "arrived": "arrived,that came in|not arrived,not yet arrived",
    "expiry": "expiring,that expire,running out,expired|without end", "expires": "expiring,that expire,running out|without end", "founded": "founded,established,set up|", "founding": "founded,established,set up|", "signed": "signed,concluded|unsigned,not signed,not yet signed", "signing": "signed,concluded|unsigned,not yet signed",
    "shipped": "shipped,sent,dispatched,sent out|not shipped,unshipped,not yet shipped,not sent yet", "shipping": "shipped,sent,dispatched,sent out|not shipped,unshipped,not yet shipped", "closed": "closed|still open,not closed,not yet closed,open,unresolved", "closing": "closed|still open,not closed,not yet closed,open",
    "return": "returned,brought back,given back|not returned,not yet returned,still out,not brought back,still on loan", "returned": "returned,brought back,given back|not returned,not yet returned,still out,not brought back,still on loan",
    "cancelled": "cancelled,called off|", "sold": "sold|unsold,not sold,not yet sold", "sale": "sold|unsold,not sold,not yet sold", "purchase": "purchased,bought|", "bought": "bought,purchased|", "visit": "made,visited|", "invoice": "issued,invoiced,billed|", "issue": "issued|not issued", "issued": "issued|not issued",
    "admission": "admitted|", "admitted": "admitted,taken in|", "discharge": "discharged,released|not discharged,not yet discharged", "discharged": "discharged,released|not discharged,not yet discharged,still in", "loan": "borrowed,lent,taken out|", "loaned": "borrowed,lent,loaned,taken out|",
    "completed": "completed,finished,done|not completed,incomplete,unfinished,not done,not yet completed", "finished": "finished,completed,done|not finished,unfinished,not done,not yet finished,still running", "booked": "booked,reserved|", "booking": "booked,reserved|", "reserved": "reserved,booked|",
    "check out": "checked out|not checked out,still here,still in", "checked out": "checked out|not checked out,still here,still in", "check in": "checked in|not checked in", "checked in": "checked in|not checked in", "submitted": "submitted,handed in|not submitted", "published": "published,posted|unpublished,not published,not yet published", "publication": "published,brought out|unpublished,not yet published",
    "posted": "posted,published,written|", "resolved": "resolved,solved,fixed|unresolved,not resolved,still open,not yet resolved", "fixed": "fixed,repaired,solved|not fixed,unfixed,still broken,not yet fixed", "repaired": "repaired,fixed|not repaired,not yet repaired,still broken", "received": "received|not received,not yet received",
    "built": "built,constructed|", "construction": "built,constructed|", "placed": "placed,ordered,made|", "ordered": "ordered,placed|", "last login": "last active,last logged in,last seen|never logged in,never active", "approved": "approved|not approved,not yet approved,unapproved", "enrollment": "enrolled,registered|", "enrolled": "enrolled,registered|",
    "sending": "sent|unsent,not sent,not yet sent", "sent": "sent|unsent,not sent,not yet sent", "leaving": "who left,that left|who are still here,who have not left", "left": "who left,that left|who are still here,who have not left", "launch": "launched|not launched,not yet launched", "launched": "launched|not launched,not yet launched", "filing": "filed|", "filed": "filed|",
    "settled": "settled,paid out|unsettled,not settled,not yet settled,still open", "picked up": "picked up,collected|not picked up,not yet picked up", "collected": "collected,picked up|not collected,uncollected", "reported": "reported|", "granted": "granted,given|not granted,not yet granted", "scheduled": "scheduled,planned|", "written": "written|", "watched": "watched,seen|", "read": "read|", "taken": "taken|",
    "held": "held|", "happened": "happened,that happened,that took place|", "elected": "elected,voted in|", "appointed": "appointed|", "visited": "visited,made,seen|", "retired": "retired|not retired,still working,active", "terminated": "terminated,dismissed|", "ends": "ending,that end|open ended", "valid until": "valid|", "deadline": "due|",
}  # fmt: skip
_TAIL = re.compile(r" (?:on|at|date|time|day)$")
_IRREGULAR = frozenset("found shown fed given won lost made done seen flown grown caught taught met kept begun chosen driven stolen broken drawn dealt".split())  # fmt: skip
DUE = frozenset(("due", "deadline", "expiry", "expires", "valid until", "ends"))
BORN = frozenset(("birth", "born", "of birth"))
EXPIRING = frozenset(("expiry", "expires", "valid until", "ends"))
SETTLES = frozenset("return returned payment paid closed delivery delivered completed finished resolved settled closing".split())  # fmt: skip
AHEAD = frozenset("start started departure visit release held scheduled launch opening happened booked".split()) | {"check in", "date"}  # fmt: skip
SOONER = frozenset("start started departure departed order ordered opened opening loan loaned invoice admission admitted created creation booked booking submitted hire hired join joined registered signed signing placed purchase bought founded founding issue issued reported posted scheduled enrolled enrollment filed filing reserved sent sending".split()) | {"check in", "checked in", "date"}  # fmt: skip
LATER = frozenset("end ended arrival arrived delivery delivered closed closing shipped shipping expiry return returned payment paid discharge discharged completed finished resolved leaving left settled received approved released fixed repaired ends".split()) | {"check out", "checked out", "picked up", "valid until"}  # fmt: skip


def core(words: str) -> str:
    """What a date's name is without its last small word: `shipped on`, `shipping date`."""
    return "birth" if words == "date of birth" else _TAIL.sub("", words)


def role(words: str) -> tuple[list[str], list[str]]:
    """What happened on the day of a date so called, and what a row without it is; may be empty."""
    name = core(words)
    known = _ROLES.get(name)
    if known is None:
        alone = " " not in name and (name.endswith("ed") or name in _IRREGULAR)
        return ([name] if alone else []), []
    past, without = known.split("|")
    return [p for p in past.split(",") if p], [w for w in without.split(",") if w]


# What is said of a number by its name: more and less of it, and a verb for it.
COMPARATIVES = {
    "age": ("older", "younger"), "price": ("more expensive", "cheaper"), "weight": ("heavier", "lighter"), "height": ("taller", "shorter"), "length": ("longer", "shorter"),
    "duration": ("longer", "shorter"), "speed": ("faster", "slower"), "size": ("bigger", "smaller"), "area": ("larger", "smaller"), "depth": ("deeper", "shallower"), "width": ("wider", "narrower"),
    "cost": ("more expensive", "cheaper"), "max speed": ("faster", "slower"), "population": ("larger", "smaller"), "temperature": ("hotter", "colder"), "elevation": ("higher", "lower"), "capacity": ("bigger", "smaller"),
}  # fmt: skip
VERBS = {
    "price": "that cost {}|cost {}", "cost": "that cost {}|cost {}", "weight": "that weigh {}|weigh {}", "duration": "that last {}|last {}", "salary": "who earn {}|earn {}", "capacity": "that hold {}|can hold {}", "age": "who are {} years old|are {} years old",
    "points": "that scored {} points|scored {} points", "hours": "that took {} hours|took {} hours", "days": "that took {} days|took {} days", "minutes": "that lasted {} minutes|lasted {} minutes", "income": "who make {}|make {}",
    "goals": "who scored {} goals|scored {} goals", "votes": "that got {} votes|got {} votes", "views": "that were viewed {} times|were viewed {} times", "fee": "that charge {}|charge {}", "stars": "with {} stars|have {} stars",
    "seats": "that seat {}|seat {}", "height": "that are {} tall|are {} tall", "length": "that are {} long|are {} long", "population": "with {} inhabitants|have {} inhabitants", "quantity": "with {} units|have {} units",
}  # fmt: skip
# Of what a bare name means the sum: "hours by project".
SUMMED = frozenset(
    "amount,total amount,quantity,units,units sold,cost,fee,hours,hours worked,distance,duration,days,nights,minutes,"
    "passengers,guests,visitors,attendance,goals,points,votes,views,downloads,flights,tickets,tickets sold,tip,tips,"
    "miles,income,revenue,sales,annual revenue,profit,expenses,freight cost,stock,budget,commission,donations".split(
        ","
    )
)
