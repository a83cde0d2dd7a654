"""Owns which English words may stand for one another; it must not know schemas or questions."""

from __future__ import annotations

# Groups in the singular, from general knowledge; a word may stand in several.
_WORDS = """
customer client buyer shopper patron consumer purchaser; guest visitor; subscriber member;
employee worker staff personnel colleague; staff crew; person people individual human resident;
seller vendor supplier provider; salesperson salesman saleswoman seller rep;
product item good article merchandise ware; price cost charge fare fee rate;
salary wage pay earning compensation remuneration income paycheck stipend;
revenue turnover proceed sale income taking earning; sale deal order purchase transaction;
profit gain margin earning; loss deficit; expense expenditure spending outlay cost;
order purchase; buy purchase order; quantity amount unit volume; amount sum total;
tax vat levy duty; discount reduction rebate markdown; country nation land; nation nationality;
state province; region district area zone territory; district borough county;
city town municipality; village town hamlet settlement; location place site spot position;
address residence location; street road avenue; job occupation profession position role post;
position role; task job assignment duty chore;
company firm corporation business enterprise employer organization manufacturer;
organization institution association body agency; charity foundation nonprofit;
movie film picture flick; series show program; episode show instalment installment;
song track tune music; album record disc; singer vocalist artist;
musician artist performer player; actor performer actress cast; band group orchestra ensemble;
composer songwriter writer; director filmmaker; book title publication volume;
magazine journal periodical; newspaper paper journal; article paper story essay;
author writer novelist; publisher press; editor reviewer; reader borrower; student pupil learner;
teacher instructor lecturer tutor educator; professor faculty lecturer instructor academic;
dean head; class course module subject; course curriculum subject lesson;
lesson class lecture session; semester term session; classroom room schoolroom;
department division section unit; school college academy; university academy college;
dormitory dorm residence hostel; scholarship grant bursary; major discipline subject;
exam test examination quiz; grade mark score result; homework assignment;
enrollment registration admission enrolment; doctor physician clinician medic; nurse carer;
surgeon doctor; patient case; illness disease sickness condition ailment disorder;
symptom sign complaint; medicine drug medication remedy pharmaceutical;
treatment therapy procedure; operation surgery procedure; diagnosis finding condition;
hospital clinic infirmary; ward unit; appointment visit booking consultation;
prescription medication; vaccine vaccination jab; insurance coverage policy; claim request;
car automobile vehicle auto; truck lorry; bike bicycle cycle; motorcycle motorbike;
plane aircraft airplane aeroplane jet; airport aerodrome airfield; airline carrier;
pilot aviator captain; flight trip journey; trip journey tour voyage excursion travel;
route path line itinerary; ship boat vessel; port harbor harbour dock; captain skipper;
train railway; station stop; driver chauffeur motorist; engine motor;
maker manufacturer producer brand make; model version; boss manager supervisor superior;
leader head chief; owner proprietor holder; president chairman chairperson; chief head;
founder creator; creation founding foundation establishment; gamer player; station terminal;
mileage odometer; coach instructor; type class; habitation residence; member participant;
participant attendee entrant competitor contestant participator;
candidate applicant contender nominee; player athlete competitor sportsman sportswoman footballer;
coach trainer; referee umpire official; team club squad side; game match fixture;
competition contest tournament championship cup; league division; race event competition;
racer driver runner; swimmer athlete; cyclist rider; climber mountaineer; gymnast athlete;
wrestler fighter; medal award; point score; goal target; win victory; defeat loss; season year;
score grade mark point; rating rate star score stars;
review comment feedback opinion rating critique; reviewer critic; picture photo image photograph;
painting artwork picture; museum gallery; exhibition exhibit show display;
phone telephone mobile cell cellphone; fax facsimile; email mail; gender sex; birthday birthdate;
hometown birthplace; spouse partner; husband spouse; wife spouse; parent guardian; child kid;
mother parent; father parent; stature height; type kind sort category variety;
category genre class group; genre style; size dimension; color hue shade; shape form;
material fabric; begin start commence; end finish close; start beginning opening; deadline due;
closing end; date day; year yr; month mo; duration length runtime time; length distance;
weight mass; height altitude elevation; depth deepness; area surface size;
population inhabitant resident; stock inventory; warehouse depot storehouse; shelf rack;
shop store outlet; store branch outlet; branch office; office bureau; mall center; market bazaar;
apartment flat; house home; building property structure; property estate; tenant renter lessee;
landlord owner; rent rental lease; room chamber; hotel inn lodging; restaurant eatery diner cafe;
chef cook; waiter server; dish meal food course; menu card; recipe dish; ingredient component;
drink beverage; wine drink; wine vintage; winery vineyard; beer ale; brewery brewer; farm ranch;
farmer grower; crop harvest; harvest yield; field plot; tree plant; plant flower;
animal pet creature beast; species breed; breed race; dog hound; cat feline; vet veterinarian;
zoo menagerie; user account; username login handle; password passcode; post message;
message note text; thread topic; topic subject theme; note remark; comment remark; follower fan;
friend contact; like upvote; device machine; computer pc; server host;
software program application app; bug defect issue; issue problem; ticket issue case;
incident accident; accident crash collision; complaint grievance; request demand;
status state condition; description detail; detail information info; content text;
id identifier number code; code number; name title; last name surname; nickname alias;
budget funding fund; money cash; loan credit borrowing; loan lending checkout; fine penalty;
debt liability; bill invoice; payment pay; transaction transfer; account acct; balance remainder;
interest rate; currency money; bank lender; investor backer shareholder; share stock;
asset holding; donation gift contribution; donor giver contributor; grant funding;
project initiative undertaking; sponsor backer; contract agreement; lawyer attorney;
court tribunal; judge justice; crime offense offence; police officer; officer official;
victim casualty; perpetrator offender culprit; prisoner inmate; weapon gun; death fatality;
dead killed; injury wound; injured wounded; soldier trooper; battle fight; war conflict;
army military; nationality citizenship country nation; language tongue; religion faith;
church parish; priest minister; politician representative; election poll vote; vote ballot;
voter elector; party faction; party celebration; senator representative; mayor governor;
law act bill; wedding marriage; festival event fair; event happening occasion activity;
activity hobby; hobby pastime; concert show gig performance; performance show; stage platform;
stadium arena venue ground; venue location place; theater playhouse; cinema theater;
capacity seat seating; seat place; audience attendance viewer spectator; viewer spectator watcher;
channel station; broadcast transmission; music song; instrument device; musical music;
website site url; page site; link url; file document; document paper file record;
folder directory; image photo; version release edition; release launch; speed velocity pace;
power strength; force strength; pressure stress; temperature heat; rain rainfall precipitation;
rainfall precipitation; wind breeze; storm hurricane windstorm cyclone; weather climate;
mountain peak; hill mount; river stream; lake reservoir; sea ocean; island isle; forest wood;
park garden; bridge crossing; road street highway; lighthouse beacon; level rank;
rank ranking place position; award prize honor; trophy cup; manager director; director head;
percentage percent share proportion rate; value worth; average mean; number count; total sum;
result outcome; outcome result; reason cause; cause reason; attempt try; effect impact;
service facility; feature attribute characteristic property; attribute property characteristic;
amenity facility; equipment gear tool; tool implement; part component piece; package parcel;
shipment delivery consignment dispatch; delivery shipping; return refund; refund reimbursement;
box carton; coupon voucher; catalog catalogue; brand label; label company;
advertisement ad advert; campaign promotion; promotion offer; lead prospect;
meeting appointment session; session meeting; calendar schedule; schedule timetable; shift duty;
holiday vacation leave; leave absence; absence leave; training course; skill ability competence;
certificate certification; qualification degree; degree diploma; experience seniority;
bonus premium; commission bonus; retirement pension; contract deal; policy rule; rule regulation;
inspection check; inspector examiner; sensor detector; reading measurement; measurement reading;
sample specimen; experiment trial; trial study; study research; research study;
researcher scientist; scientist researcher; laboratory lab; telescope instrument;
observation sighting; galaxy constellation; star sun; planet world; satellite moon;
astronaut cosmonaut; mission flight; launch start; age oldness
"""

# Phrases that say the same; the first of a group is how columns are mostly called.
_PHRASES = """
first name, given name, forename, christian name, personal name;
last name, family name, surname, second name; full name, name;
phone number, telephone number, phone, telephone, mobile number, cell number, contact number;
email address, email, mail address; zip code, postal code, postcode, zip, post code;
date of birth, birth date, birthday, birth day, dob, birthdate;
headquarter, head office, main office, hq;
hometown, home town, birthplace, birth place, place of birth; home city, hometown;
user name, login name, username, login, account name;
job title, position, occupation, job, profession, role; operating system, os; credit limit, limit;
unit price, price, price each, price per unit; hire date, start date, joining date, date hired;
date from, start date, starting date, begin date, from date, valid from, effective from;
date to, end date, ending date, finish date, to date, valid to, valid until, expiry date,
expiration date, effective to;
due date, deadline, date due; release date, release year; sale price, selling price; gender, sex;
department, dept; web site, website, homepage, home page, url; salary, pay, wage;
movie, film, motion picture; song, music track, piece of music;
number of employee, headcount, staff count, employee count;
number of student, enrollment, student count; number of page, page count, page;
inventory, stock level, stock, quantity in stock, in stock, on hand; post, job position;
social security number, ssn; income, earning; gdp, gross domestic product; point, score
"""

GROUPS: tuple[frozenset[str], ...] = tuple(frozenset(group.split()) for group in _WORDS.split(";"))
PHRASES: tuple[tuple[str, ...], ...] = tuple(
    tuple(part.strip() for part in group.split(",")) for group in _PHRASES.split(";")
)
