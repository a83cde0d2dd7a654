"""Owns the tables of English that linking looks things up in; it must not know any algorithm."""

from __future__ import annotations

from localai.linking.synonyms import GROUPS

IRREGULAR = {
    "salespeople": "salesperson", "salesmen": "salesman", "grandchildren": "grandchild",
    "businesspeople": "businessperson", "craftsmen": "craftsman", "firemen": "fireman",
    "people": "person", "ids": "id", "children": "child", "men": "man", "women": "woman",
    "feet": "foot",
    "teeth": "tooth", "mice": "mouse", "geese": "goose", "loaves": "loaf", "knives": "knife",
    "wives": "wife", "leaves": "leaf", "shelves": "shelf", "halves": "half", "wolves": "wolf",
    "thieves": "thief", "calves": "calf", "lives": "life", "indices": "index", "indexes": "index",
    "criteria": "criterion", "data": "data", "media": "media", "statuses": "status",
    "buses": "bus", "gases": "gas", "bonuses": "bonus", "campuses": "campus", "viruses": "virus",
    "heroes": "hero", "potatoes": "potato", "tomatoes": "tomato", "matrices": "matrix",
    "vertices": "vertex", "analyses": "analysis", "diagnoses": "diagnosis", "bases": "base",
    "colour": "color", "colours": "color", "metre": "meter", "metres": "meter",
    "centre": "center", "centres": "center", "litre": "liter", "litres": "liter",
    "catalogue": "catalog", "catalogues": "catalog", "theatre": "theater", "theatres": "theater",
    "licence": "license", "licences": "license", "favourite": "favorite", "grey": "gray",
    "movies": "movie", "cookies": "cookie", "ties": "tie", "pies": "pie", "calories": "calorie",
    "rookies": "rookie", "zombies": "zombie", "smoothies": "smoothie", "brownies": "brownie",
    "hoodies": "hoodie", "goalies": "goalie", "birdies": "birdie", "genies": "genie",
    "series": "series", "species": "species",
    "programme": "program", "programmes": "program", "flavour": "flavor", "flavours": "flavor",
    "organisation": "organization", "organisations": "organization", "cheque": "check",
}  # fmt: skip

ABBREVIATIONS = {
    "qty": "quantity", "qnty": "quantity", "amt": "amount", "dept": "department", "addr": "address",
    "emp": "employee", "cust": "customer", "prod": "product", "cat": "category", "ctg": "category",
    "desc": "description", "descr": "description", "num": "number", "nbr": "number",
    "nr": "number", "dob": "date of birth", "yr": "year", "mth": "month", "avg": "average",
    "fname": "first name", "lname": "last name", "firstname": "first name", "tel": "phone",
    "lastname": "last name", "forename": "first name", "surname": "last name",
    "mgr": "manager", "acct": "account",
    "acc": "account", "bal": "balance", "inv": "invoice", "prc": "price", "cnt": "count",
    "cntry": "country", "ctry": "country", "cty": "city", "loc": "location", "org": "organization",
    "dt": "date", "tm": "time", "ts": "time", "temp": "temperature", "pct": "percent",
    "pop": "population",
    "sal": "salary", "stat": "status", "sts": "status", "ttl": "total", "tot": "total",
    "txn": "transaction", "trans": "transaction", "ref": "reference", "wt": "weight",
    "wgt": "weight", "ht": "height", "len": "length", "dist": "distance", "dur": "duration",
    "prof": "professor", "stu": "student", "stud": "student", "univ": "university",
    "min": "minimum", "max": "maximum",
    "lang": "language", "msg": "message", "img": "image", "lvl": "level", "mfr": "manufacturer",
    "ord": "order", "pos": "position", "pmt": "payment", "pymt": "payment", "reg": "region",
    "rgn": "region", "seq": "sequence", "sku": "sku", "src": "source", "dest": "destination",
    "std": "standard", "supp": "supplier", "vend": "vendor", "whs": "warehouse", "wh": "warehouse",
    "zip": "zip", "pwd": "password", "usr": "user", "appt": "appointment", "dr": "doctor",
    "doc": "document", "hosp": "hospital", "pt": "patient", "crs": "course", "cred": "credit",
    "disc": "discount", "exp": "experience", "sex": "sex", "gndr": "gender", "nm": "name",
    "clr": "color", "col": "color", "sz": "size", "typ": "type", "cd": "code", "grp": "group",
    "hrs": "hours", "mins": "minutes", "secs": "seconds", "mgmt": "management", "svc": "service",
    "stk": "stock", "rtg": "rating", "rev": "revenue", "lat": "latitude", "lng": "longitude",
    "lon": "longitude",
    "enr": "enrollment", "bldg": "building", "rm": "room", "sem": "semester",
    "arr": "arrival", "nat": "nationality", "orig": "origin", "freq": "frequency",
    "pts": "points", "hq": "headquarters", "vol": "volume", "prov": "province",
    "sched": "schedule", "yrs": "years", "hr": "hour", "perc": "percent", "mkt": "market",
    "curr": "currency", "bk": "book", "auth": "author", "tmp": "temperature", "ctr": "center",
    "cnty": "county", "est": "estimated", "mob": "mobile", "veh": "vehicle", "flt": "flight",
    "exam": "exam", "insp": "inspection", "rept": "report", "req": "request",
    "shp": "ship", "cap": "capacity", "mrr": "monthly recurring revenue",
    "gpa": "grade point average", "uom": "unit of measure", "aov": "average order value",
}  # fmt: skip

# A word may stand in several groups; two words are synonyms if they share one.
RELATED: dict[str, frozenset[str]] = {}
for _group in GROUPS:
    for _word in _group:
        RELATED[_word] = RELATED.get(_word, frozenset()) | _group

_HINTS = {
    "old older oldest young younger youngest aged elderly":
        "age birth birthday dob birthdate founded built opened year",
    "expensive cheap cheaper cheapest costly priciest pricey cost costs":
        "price cost fee fare charge rent",
    "pay paid pays earn earns earned paying paid": "salary wage pay earning income fee amount rent",
    "long longer longest short shorter shortest":
        "length duration distance height day minute second hour time page runtime",
    "tall taller tallest high higher highest": "height altitude elevation",
    "heavy heavier heaviest light lighter lightest weigh weighs": "weight mass",
    "big bigger biggest large larger largest small smaller smallest":
        "size area capacity population",
    "populous populated crowded": "population",
    "rich richest wealthy poor": "wealth income salary worth balance",
    "fast faster fastest slow slower slowest quick quickest": "speed time velocity pace",
    "age ages": "birth birthday birthdate dob born",
    "recent recently latest newest new earliest oldest": "date year time day",
    "overdue": "due deadline",
    "when": "date year time day",
    "where located live lives living situated":
        "city location address town place country street state",
    "born": "birth birthday birthplace dob birthdate",
    "spend spent spending": "amount total price cost",
    "sold sell sells selling": "sale quantity",
    "far farther farthest distant close closest near": "distance",
    "popular": "popularity rating vote",
    "rated": "rating star score",
    "hot hottest warm cold coldest": "temperature",
    "deep deepest": "depth",
    "wide widest narrow": "width",
    "strong strongest powerful": "strength power",
    "called named": "name",
    "male female males females man men woman women": "gender sex",
    "costing": "price cost",
    "take takes took lasted last lasting": "duration hour minute time length",
}  # fmt: skip
# The likelier nouns of a hint stand first.
HINTS: dict[str, tuple[str, ...]] = {}
for _words, _targets in _HINTS.items():
    for _word in _words.split():
        HINTS[_word] = tuple(dict.fromkeys([*HINTS.get(_word, ()), *_targets.split()]))

NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "twice": 2,
}  # fmt: skip
MULTIPLIERS = {
    "k": 1000,
    "thousand": 1000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "m": 1_000_000,
}
MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan,february feb,march mar,april apr,may,june jun,july jul,august aug,"
        "september sep sept,october oct,november nov,december dec".split(","),
        start=1,
    )
    for name in names.split()
}
MONTH_NAMES = (
    "january february march april may june july august september october november december"
).split()
VALUE_WORDS = {
    "male": ("m", "male", "man"), "female": ("f", "female", "woman"), "man": ("m", "male"),
    "woman": ("f", "female"), "boy": ("m", "male"), "girl": ("f", "female"),
}  # fmt: skip
UNITS = frozenset(
    """cm mm m km ft in kg g mg lb lbs oz ml l usd eur gbp dollar euro ly sqm sqft mph kmh kph pct
    percent ms million billion thousand each inch mile foot fahrenheit celsius f c degree kilometer
    meter kilogram gram liter dollar""".split()
)
STOP = frozenset(
    """a an the of in on at by for from to with without and or but nor not no is are was were be
    been being am do does did done have has had having there that this these those it its
    their his her our my your they them he she we us i you me who whom whose which what
    when where why how many much more most less least fewer fewest than as each every per
    all any some other others another only just also both either neither if then so such
    same very too please can could would will shall should may might must let tell give
    show list find display get return see want know like need whats using use used about
    between among over under above below after before since until during within across
    along against up down out off into onto through top bottom highest lowest higher lower
    maximum minimum average mean total sum altogether overall different distinct unique
    ascending descending order ordered sorted sort alphabetical alphabetically first last
    one ones make made set go come take taken put exactly equal equals greater smaller
    larger bigger count number s t re ve ll d m go going whole entire""".split()
)
# Of these, the ones that may be a column's or table's whole name.
NOUNS_TOO = frozenset(
    """order count number state rank total sum average show list first last name sort use set
    made taken""".split()
)
# Words that open a command; a column of that name is not meant when one begins the question.
COMMANDS = frozenset(
    "name list show state rank order count display find give return report print".split()
)
# Words of asking: what questions of any data are put together from, whatever is in it.
ASKING = frozenset().union(STOP, COMMANDS, HINTS, MONTHS, MULTIPLIERS, NUMBER_WORDS)
# Pairs of words whose second means nothing of its own.
IDIOMS = frozenset(
    (first, second)
    for pair in (
        "took take takes taking taken:place part", "in:charge order terms term case total fact",
        "at:home least most", "time:span", "price:range", "more:times", "several:times",
        "many:times", "how:long", "same:time kind", "quick:question",
    )
    for first in pair.partition(":")[0].split()
    for second in pair.partition(":")[2].split()
)  # fmt: skip
# Of "begins with" and "what kind of" nothing is a name.
OPENINGS = frozenset(
    "begin begins start starts starting beginning end ends ending kind kinds sort sorts".split()
)
DISPLAY_WORDS = ("name", "title", "label", "nickname", "username", "headline", "subject")
# What a text is called that sorts rows, and does not tell them apart.
SORTING_WORDS = frozenset(
    """status state type kind sort category class group color gender sex channel method mode format
    unit currency country city town region province county district zone area language priority
    level phase stage grade size role position source reason result outcome note remark comment
    description text body content nationality religion season weekday shift department segment
    tier rank brand genre style theme material shape gear fuel carrier medium platform""".split()
)
TRUE_WORDS = ("yes", "y", "true", "t", "1")
FALSE_WORDS = ("no", "n", "false", "f", "0")
