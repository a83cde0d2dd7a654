"""Owns what words stand for besides themselves: verbs for nouns, "Italian" for Italy, "inactive".

It must not know schemas or questions.
"""

from __future__ import annotations

# Verbs whose noun has another stem: "borrowed" speaks of a loan.
_VERBS = """
borrow borrowed borrows borrowing lend lent lends lending: loan borrowing checkout;
buy bought buys buying: purchase order sale buy;
purchased purchases purchasing order ordered orders ordering: order purchase;
sell sold sells selling: sale; pay paid pays paying payed: payment paid;
teach taught teaches teaching: teacher instructor course class teach;
write wrote written writes writing: author writer; compose composed composes: composer;
direct directed directs: director; play played plays: player; sing sang sung sings: singer;
drive drove driven drives: driver drive; fly flew flown flies flying: flight;
ride rode ridden rides: ride rider; run ran runs running: race run runner;
swim swam swum swims: swimmer; win won wins winning: win winner;
lose lost loses losing: loss loser; visit visited visits visiting: visit visitor;
attend attended attends attending: attendance attendee;
enroll enrolled enrolls enrol enrols registered register registers:
enrollment registration;
treat treated treats: treatment; diagnose diagnosed: diagnosis;
prescribe prescribed prescribes: prescription; admit admitted admits: admission;
ship shipped ships dispatched: shipment shipping ship; deliver delivered delivers: delivery;
send sent sends: sent shipment sender; return returned returns: return;
rent rented rents hire hired hires: rental rent hire;
book booked books reserve reserved reserves: booking reservation;
review reviewed reviews rate rated rates: review rating; complain complained complains: complaint;
employ employed employs work worked works: employment employee;
donate donated donates give gave given gives: donation;
subscribe subscribed subscribes: subscription;
invoice invoiced invoices bill billed bills: invoice bill;
lead led leads head headed heads: leader head;
manage managed manages supervise supervised supervises: manager supervisor;
found founded: founder founded foundation;
make made makes making manufacture manufactured produce produced produces: maker manufacturer;
marry married: marriage wedding; die died dies: death; kill killed kills: death killed;
injure injured injures: injury injured;
occur occurred occurs happen happened happens: occurrence event;
travel travelled traveled travels: trip travel;
depart departed departs leave left leaves leaving: departure;
arrive arrived arrives land landed lands: arrival; open opened opens: opening opened open;
close closed closes: closing closed; publish published publishes: publication publisher published;
release released releases: release released; vote voted votes: vote;
invest invested invests: investment investor; grow grew grown grows: grower crop;
serve served serves: service; own owned owns: owner ownership;
accommodate accommodates hold holds seat seats fit fits: capacity seat
"""

VERBS: dict[str, frozenset[str]] = {}
for _line in _VERBS.split(";"):
    _said, _, _meant = _line.partition(":")
    for _verb in _said.split():
        VERBS[_verb] = VERBS.get(_verb, frozenset()) | frozenset(_meant.split())

# Nouns that any table of people may be called by, where there is only one.
PERSONS = frozenset(
    """customer client employee worker staff student pupil teacher patient doctor member user guest
    visitor passenger player athlete artist author actor singer driver tenant person people
    resident citizen candidate participant volunteer donor subscriber contact musician borrower
    reader swimmer gymnast climber wrestler pilot host friend perpetrator professor individual
    owner coach scientist physician nurse instructor faculty trainee intern reviewer journalist
    entrepreneur investor politician singer director applicant attendee skater chef judge""".split()
)
PERSON_WORDS = frozenset("person people individual human man woman folk everyone anyone".split())

# country: its adjective, its people and other names for it
_DEMONYMS = """
usa american america us: united states, united states of america, usa, us;
uk british britain: united kingdom, uk, great britain, britain; england english: england;
scotland scottish: scotland; france french: france; germany german: germany; italy italian: italy;
spain spanish: spain; portugal portuguese: portugal;
netherlands dutch holland: netherlands, holland, the netherlands; belgium belgian: belgium;
switzerland swiss: switzerland; austria austrian: austria; sweden swedish: sweden;
norway norwegian: norway; denmark danish: denmark; finland finnish: finland;
iceland icelandic: iceland; ireland irish: ireland; poland polish: poland;
hungary hungarian: hungary; greece greek: greece; turkey turkish: turkey;
russia russian: russia, russian federation; ukraine ukrainian: ukraine; romania romanian: romania;
bulgaria bulgarian: bulgaria; serbia serbian: serbia; croatia croatian: croatia;
slovenia slovenian: slovenia; slovakia slovak: slovakia; czechia czech: czech republic, czechia;
estonia estonian: estonia; latvia latvian: latvia; lithuania lithuanian: lithuania;
canada canadian: canada; mexico mexican: mexico; brazil brazilian: brazil;
argentina argentinian argentine: argentina; chile chilean: chile; peru peruvian: peru;
colombia colombian: colombia; venezuela venezuelan: venezuela; cuba cuban: cuba;
jamaica jamaican: jamaica; australia australian: australia; china chinese: china;
japan japanese: japan; india indian: india; pakistan pakistani: pakistan;
korea korean: south korea, korea; thailand thai: thailand; vietnam vietnamese: vietnam;
indonesia indonesian: indonesia; malaysia malaysian: malaysia; philippines filipino: philippines;
singapore singaporean: singapore; israel israeli: israel; iran iranian: iran; iraq iraqi: iraq;
egypt egyptian: egypt; morocco moroccan: morocco; kenya kenyan: kenya; nigeria nigerian: nigeria;
ghana ghanaian: ghana; ethiopia ethiopian: ethiopia; europe european: europe; asia asian: asia;
africa african: africa
"""
_STATES = """
alabama al alaska ak arizona az arkansas ar california ca colorado co connecticut ct delaware de
florida fl georgia ga hawaii hi idaho id illinois il indiana in iowa ia kansas ks kentucky ky
louisiana la maine me maryland md massachusetts ma michigan mi minnesota mn mississippi ms
missouri mo montana mt nebraska ne nevada nv ohio oh oklahoma ok oregon or pennsylvania pa
newyork ny newjersey nj newmexico nm newhampshire nh northcarolina nc southcarolina sc
northdakota nd southdakota sd rhodeisland ri westvirginia wv
tennessee tn texas tx utah ut vermont vt virginia va washington wa wisconsin wi wyoming wy
"""


def _spellings() -> dict[str, frozenset[str]]:
    """Word as asked -> the letters of texts that the data may hold for it."""
    found: dict[str, frozenset[str]] = {}
    for line in _DEMONYMS.split(";"):
        said, _, meant = line.partition(":")
        texts = frozenset(part.replace(" ", "").strip() for part in meant.split(","))
        for word in [*said.split(), *texts]:
            found[word] = found.get(word, frozenset()) | texts | {said.split()[0]}
    words = _STATES.split()
    for name, code in zip(words[::2], words[1::2], strict=True):
        found[name] = found.get(name, frozenset()) | {code, name}
    return found


SPELLINGS = _spellings()
# "Italian" -> "Italy"; the names themselves are left as they are asked.
COUNTRY_OF = {
    word: meant.split(",")[0].strip().title()
    for said, _, meant in (line.partition(":") for line in _DEMONYMS.split(";"))
    for word in said.split()[1:2]
}
COUNTRIES = frozenset(line.split()[0] for line in _DEMONYMS.split(";")) - {
    "europe", "asia", "africa",
}  # fmt: skip
# What a word that denies its column begins with; "not" and the column stand for it.
NEGATIONS = ("un", "in", "im", "non", "dis", "ir")
ANTONYMS = {
    "closed": "open", "private": "public", "offline": "online", "dormant": "active",
    "outstanding": "paid", "pending": "completed", "unfinished": "completed",
    "single": "married", "optional": "mandatory", "missing": "found", "visible": "hidden",
}  # fmt: skip
