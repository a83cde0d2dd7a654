"""The generator's words: things, their properties and what people say of them.

It must not know any algorithm.
"""

# ruff: noqa: E501  (word lists read best in long lines)

from __future__ import annotations

ENTITIES = """customer supplier employee product order invoice shop warehouse student teacher course department
school patient doctor nurse hospital medicine car driver garage flight airport pilot hotel guest room booking
movie actor director studio album singer band song book author publisher library member player team match
stadium coach tournament country city river mountain lake animal keeper zoo visit farmer field crop tractor
project task meeting contract client agent policy claim account bank branch payment transaction card ticket
event sponsor speaker session venue museum painting artist gallery recipe ingredient restaurant dish waiter
house owner tenant apartment landlord part machine factory worker shift vehicle bus line stop station
train ship port container parcel courier post comment user group photo game level device sensor reading
server website page article journalist magazine subscriber donation donor charity volunteer club activity
exam question answer grade scholarship camera phone plan store clerk sale discount coupon review brand category
region office printer desk lawyer judge case prisoner crime officer fire storm volcano planet rocket mission
satellite experiment sample lab scientist plant garden tree flower vet pet dog cat horse race jockey wine vineyard
cheese coffee tea bakery cake toy child parent bus_driver job applicant interview skill training certificate
election candidate vote party law street building elevator bridge tunnel road accident insurance mechanic
podcast episode series channel instrument orchestra dancer festival stage costume sculpture""".split()

PERSONS = set(
    """customer supplier employee student teacher patient doctor nurse driver pilot guest actor director singer author
    member player coach keeper farmer client agent speaker artist waiter owner tenant landlord worker courier user
    journalist subscriber donor volunteer clerk lawyer judge prisoner officer scientist vet jockey child parent
    applicant candidate mechanic dancer""".split()
)

# words: (adjective for much, adjective for little) or None
NUMBERS = {
    "age": ("oldest", "youngest"), "price": ("most expensive", "cheapest"), "cost": ("costliest", "cheapest"),
    "weight": ("heaviest", "lightest"), "height": ("tallest", "shortest"), "length": ("longest", "shortest"),
    "duration": ("longest", "shortest"), "salary": ("best paid", "worst paid"), "population": ("most populous", "least populous"),
    "area": ("largest", "smallest"), "size": ("biggest", "smallest"), "capacity": ("biggest", "smallest"),
    "speed": ("fastest", "slowest"), "distance": ("farthest", "closest"), "depth": ("deepest", "shallowest"),
    "width": ("widest", "narrowest"), "temperature": ("hottest", "coldest"), "rating": ("best rated", "worst rated"),
    "budget": None, "score": None, "points": None, "quantity": None, "amount": None, "stock": None, "balance": None,
    "discount": None, "tax": None, "bonus": None, "number of pages": None, "number of seats": None,
    "number of employees": None, "floor": None, "seats": None, "goals": None, "wins": None, "losses": None,
    "visitors": None, "votes": None, "views": None, "likes": None, "downloads": None, "calories": None, "credits": None,
    "hours": None, "days": None, "minutes": None, "total": None, "total amount": None, "unit price": ("most expensive", "cheapest"),
    "monthly rent": None, "hourly rate": None, "annual revenue": None, "profit": None, "sales": None, "income": None, "interest rate": None,
    "experience": None, "stars": None, "attendance": None, "voltage": None, "pressure": None, "humidity": None,
    "range": None, "power": None, "mileage": None, "fuel consumption": None, "elevation": ("highest", "lowest"),
    "founding year": ("newest", "oldest"), "year": ("newest", "oldest"), "year built": ("newest", "oldest"), "rank": None,
    "shoe size": None, "response time": None, "error count": None, "refund": None, "deposit": None, "fine": None, "fee": None,
    "base salary": None, "net worth": ("richest", "poorest"), "max speed": None, "number of rooms": None,
}  # fmt: skip
YEARLY = {"founding year", "year", "year built"}

TEXTS = {
    "city": "Paris Rome Oslo Berlin Madrid Vienna Lisbon Dublin Prague Athens Boston Denver Osaka Lima Quito Cairo|New York|San Diego|Cape Town".replace(" ", "|"),
    "country": "France|Italy|Norway|Germany|Spain|Japan|Brazil|Canada|Kenya|India|New Zealand|United States|Peru|Egypt|Chile|Poland",
    "status": "active|inactive|pending|shipped|cancelled|open|closed|paid|unpaid|delivered|returned|approved|rejected|draft|new",
    "category": "electronics|toys|books|garden|sports|clothing|food|drinks|music|home|office|beauty|travel",
    "color": "red|blue|black|silver|orange|pink|brown|white|grey|gold",
    "type": "standard|premium|basic|deluxe|economy|business|public|private|indoor|outdoor|retail|wholesale",
    "department": "marketing|finance|engineering|sales|legal|research|support|logistics|history|physics|biology",
    "gender": "male|female", "sex": "M|F",
    "genre": "drama|comedy|thriller|horror|jazz|rock|pop|folk|fantasy|crime|science fiction",
    "position": "goalkeeper|defender|forward|midfielder|manager|assistant|clerk|engineer|analyst|intern",
    "language": "English|French|German|Spanish|Italian|Dutch|Swedish|Japanese|Arabic",
    "nationality": "French|German|Dutch|Brazilian|Japanese|American|British|Indian|Kenyan",
    "material": "wood|steel|glass|plastic|leather|cotton|silk|stone|paper|copper",
    "payment method": "cash|card|transfer|cheque|voucher|credit card|invoice",
    "level": "beginner|intermediate|advanced|expert|junior|senior", "grade": "A|B|C|D|first|second",
    "region": "north|south|east|west|central|coast|Highlands|Lowlands", "state": "Texas|Ohio|Utah|Maine|Iowa|Nevada|Bavaria|Victoria",
    "brand": "Acme|Zenith|Orbit|Nimbus|Vertex|Pioneer|Halcyon", "season": "spring|summer|autumn|winter",
    "size class": "small|medium|large|extra large", "priority": "high|medium|low|urgent", "shift": "morning|evening|night",
    "breed": "beagle|poodle|collie|terrier|persian|siamese", "major": "mathematics|chemistry|economics|law|art|medicine",
    "plan": "free|plus|pro|team|enterprise", "currency": "euro|dollar|pound|yen|franc", "diet": "vegan|vegetarian|halal|kosher",
    "condition": "used|broken|fair|excellent|poor|damaged", "format": "paperback|hardcover|audio|digital|vinyl",
    "weekday": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday", "role": "admin|editor|viewer|guest|owner",
    "district": "Old Port|Riverbank|Castle Hill|Greenfield|Westend|Harbourside", "manufacturer": "Bosch|Siemens|Ford|Toyota|Fiat|Volvo|Airbus|Boeing",
    "origin": "Turkey|Greece|Portugal|Morocco|Colombia|Ethiopia|Vietnam", "sport": "tennis|golf|rugby|rowing|boxing|cycling|judo",
    "surface": "clay|grass|concrete|gravel|sand", "airline": "Lufthansa|KLM|Iberia|Qantas|Delta", "cuisine": "Thai|Greek|Mexican|Korean|Turkish",
    "segment": "consumer|corporate|small business|enterprise|government|VIP", "channel": "online|phone|email|in store|partner|app|chat",
    "industry": "mining|retail|energy|telecom|banking|tourism|construction|software|textiles", "specialty": "cardiology|neurology|pediatrics|oncology|taxes|family|crime|dermatology|yoga|boxing",
    "blood type": "A positive|B negative|AB|O", "diagnosis": "flu|asthma|diabetes|fracture|migraine|allergy|burn", "severity": "minor|moderate|serious|critical|fatal",
    "fuel type": "petrol|diesel|electric|hybrid|hydrogen", "rank title": "captain|colonel|sergeant|assistant professor|dean|first officer", "model": "A320|B737|X5|Corolla|Golf|Model S|T1000",
    "class": "economy|business class|first class|coach class", "climate": "tropical|arid|polar|temperate", "soil": "clay|sandy|loam|peat|chalk", "quality": "good|bad|average|top|excellent",
    "sector": "energy|tech|health care|utilities|consumer goods", "risk class": "low risk|medium risk|high risk", "party": "Greens|Liberals|Labour|Conservatives|Centre", "skill": "cooking|driving|teaching|coding|first aid",
    "style": "cubism|baroque|impressionism|gothic|modern|realism", "theme": "nature|war|love|history|ocean|faith", "habitat": "forest|savanna|desert|wetland|reef", "crime": "theft|fraud|burglary|arson|assault",
    "device": "tablet|laptop|mobile|desktop|console|TV", "platform": "Windows|Linux|macOS|Android|iOS|web", "profession": "lawyer|nurse|baker|plumber|carpenter|chef|pilot", "semester": "fall|spring term|winter term|summer term",
    "focus": "education|hunger|climate|refugees|animals", "form": "tablet|syrup|capsule|cream|injection", "zone": "A1|B2|C3|inner|outer", "journal": "Nature|Science|Lancet|Cell", "fund type": "bond|equity|mixed|index",
    "license class": "A|B|C|CE|D", "vehicle type": "van|bike|truck|scooter|drone", "method": "survey|simulation|field study|interview", "flag": "Panama|Liberia|Malta|Greece|Bahamas",
    "product": "Lamp|Chair|Desk|Sofa|Kettle|Toaster|Blender|Backpack|Tent|Helmet", "store name": "Downtown|Airport Mall|Riverside|Old Town|Station Street", "customer name": "Anna Smith|Ben Jones|Acme Ltd|Globex|Initech|Umbrella Corp|Carla Rossi",
    "country code": "DE|FR|US|JP|BR|IN|ES", "supervisor name": "", "unit": "kg|piece|box|liter|dozen", "food type": "hay|meat|fish|seeds|fruit", "building name": "", "company name": "", "room name": "", "character": "",
    "description": "", "address": "", "email": "", "phone": "", "notes": "", "website": "", "manager": "", "contact person": "",
    "captain": "", "supervisor": "", "topic": "", "result": "", "reason": "", "location": "", "street": "", "owner name": "",
}  # fmt: skip

DATES = """date|start date|end date|birth date|order date|hire date|created at|due date|delivery date|join date|opened on|
release date|last visit|payment date|date of birth|registered on|updated at|departure time|arrival time|expiry date|
founded on|signed on|shipped at|closed on""".replace("\n", "").split("|")

FLAGS = {
    "is active": ("active", "inactive"), "is member": ("a member", None), "vegetarian": ("vegetarian", None),
    "available": ("available", "unavailable"), "is open": ("open", None), "is public": ("public", None), "has parking": ("with parking", "without parking"),
    "is verified": ("verified", "unverified"), "is paid": ("paid", "unpaid"), "retired": ("retired", None), "is married": ("married", "unmarried"),
    "discontinued": ("discontinued", None), "has pool": ("with a pool", "without a pool"), "is insured": ("insured", "uninsured"),
    "in stock": ("in stock", None), "is featured": ("featured", None), "completed": ("completed", None), "is damaged": ("damaged", None),
    "cancelled": ("cancelled", None), "is refundable": ("refundable", None),
    "has shelter": ("with a shelter", "without a shelter"), "has balcony": ("with a balcony", "without a balcony"), "is blocked": ("blocked", "unblocked"), "is organic": ("organic", None),
    "is passed": ("passed", None), "is hidden": ("hidden", "visible"), "is corresponding": ("corresponding", None), "is fragile": ("fragile", None), "is explicit": ("explicit", None),
    "is anonymous": ("anonymous", None), "is capital": ("a capital", None), "has garden": ("with a garden", "without a garden"), "is approved": ("approved", None), "is urgent": ("urgent", None),
    "archived": ("archived", None), "is accredited": ("accredited", None), "has insurance": ("with insurance", "without insurance"), "is remote": ("remote", None), "is temporary": ("temporary", "permanent"),
}  # fmt: skip

FIRST_NAMES = """Anna Ben Carla David Elena Frank Grace Henry Irene Jack Kate Liam Maria Noah Olga Peter Quinn Rosa Sam
Tara Uma Victor Wendy Xavier Yara Zoe Ahmed Bela Chen Dora Emil Fatima Goran Hana Ivan Jana Kofi Lena Milan Nina""".split()
LAST_NAMES = """Smith Jones Brown Miller Davis Wilson Moore Taylor Clark Lewis Young King Wright Hill Green Baker Adams
Nelson Carter Mitchell Turner Parker Evans Edwards Collins Stewart Morris Rogers Reed Cook Morgan Bell Murphy Silva
Novak Rossi Weber Larsen Kim Tanaka Nguyen Patel Okafor Diallo Ivanova""".split()
SYLLABLES = """ba be bi bo bu ca co cu da de di do du fa fe fi fo ga ge go gu ha he hi ho ja jo ka ke ki ko la le li lo lu ma
me mi mo mu na ne ni no nu pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we za ze zo bran cor
del fen gar hal kel lum mor nor pel quin rin sol tan ver wex yor zan""".split()
ADJECTIVES = "Blue Big Old New Royal Green Golden Silent Happy Wild Little Grand Bright Classic Red Silver".split()
THINGS = """Lantern Table Harbor Falcon Lamp River Breeze Chair Garden Thunder Bicycle Kettle Umbrella Notebook Mirror
Compass Pillow Hammer Blanket Candle Basket Helmet Guitar Sandal Mango Waffle Panther Comet Meadow Anchor Rocket Violin
Backpack Teapot Scarf Ladder Drill Puzzle Sofa Keyboard Monitor Headset Marble Orchid Maple Summit Canyon""".split()
