"""Owns the common words of English that are never slips of others; it must not know schemas."""

from __future__ import annotations

from localai.linking.lexicon import ASKING, NOUNS_TOO, RELATED
from localai.linking.senses import ANTONYMS, PERSON_WORDS, SPELLINGS, VERBS

_COMMON = """
typical typically wondering asap please kindly overall
about above across actual added affected again against agree ahead alone along alphabetic already
although always among annual another answer anyone anything apart appear appeared around asked
aside attached away based became because become before began behind being belong belonging below
beside besides better beyond birth black blank block blood board bottom bought bound break breakdown
brief bring broad broken brought brown build built calculate called caller cancel cancelled capital
carry caught cause caused chance change changed cheap check child choice choose chose chosen clean
clear click clock close closed coming common compare compared complete completed concern consist
contain containing contains content contents correct could count counted cover covered create
created cross current currently daily death decide decrease defined delete deliver depend describe
designed detail detailed differ differs display divide double down during early earlier eight either
eleven email empty enter enough entire equal error especially even ever every everyone everything
exact exactly example except exceed exist existing expected extra false famous faster father favor
field fifth fifty figure final finally finish first following follow force former forth forty found
fourth free fresh front full further future gather general generate getting given giving going good
grand great green gross group grouped grown guess handle handled happen having heard heart heavy
hello help hence here high hold holding house hundred ideal identify include included includes
including increase indicate inside instead interest invited involve involved issued itself joined
joint keep kept kindly known large larger later latest latter least leave letter level light limit
limited listed little local long longer looking lower lowest lunch major making many maybe means
meant meet member mention merely middle might minor minus missing modern money monthly months more
morning most mother move moved much multiple must myself named names narrow nearly need needed
never newest night nobody noon normal north nothing number obtain occur offer often older oldest
once only open opened opposed order other others otherwise ought outside overall owned paper part
partial passed past pending people percent perform period person picked piece place placed plain
plane plant please plenty point popular possess possible present previous print prior prove proper
provide provided purple quick quickly quite raise range rather reach ready really reason received
recent recently record regard regarding relate related remain remaining repeat report required
respective respectively result retrieve return rough round rows same scale second seen select
separate served seven several shall shape share sharp sheet shift short should showing shown side
similar simple since single sixth sixty skill sleep slow small smart some someone something
sometimes somewhat soon sort sorted south space speak special specific spent split square staff
stage stand standing start started state stated stay steel still stood stop store story straight
street string strong study such summary supposed sure switch system table taken takes taking taught
tell text than thank thanks that their them then there these they thick thing things think third
thirty this those though three through throughout tight times titled today together told tomorrow
tonight took total touch toward towards track trail train treat trend trial tried triple truck true
trust truth twelve twenty twice under unique united until upper usage used useful user using usual
usually value values various version very view visible visit waist want wants waste watch water
ways week weekday weekend weekly weeks weight well went were west what wheel when where whether
which while white whole whom whose wide will with within without woman wonder word words work
worked working works worse worst worth would write writing written wrong wrote yearly years
yellow yesterday young younger yours zero
appointed approved arrival arrived asks collected delivered departed departure discharge elected
entries entry expiry filed frequent frequently granted high low planned posted repaired represented
booked checked loaned null precisely retired scheduled settled unknown unpaid urgent
"""

KNOWN = frozenset().union(
    _COMMON.split(), ASKING, NOUNS_TOO, RELATED, VERBS, SPELLINGS, ANTONYMS, PERSON_WORDS
)
