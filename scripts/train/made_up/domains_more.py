"""More of the generator's worlds, in the form of `domains.py`; it must not know any algorithm."""

# ruff: noqa: E501  (one line a table)

from __future__ import annotations

SOCIETY = """
== farm
farm,farmstead,ranch,estate,plantation | o | region_area? | #area, city, @founded on, is organic
farmer,grower,rancher,peasant | p | farm? | #age, #experience, gender
field,plot,parcel_land,meadow | o | farm | #area, soil, #slope
crop,plant_crop,cereal,vegetable,fruit | i | | season, #price, #growing days, type
harvest,yield_record,picking | e | field, crop | #yield, @harvested on, quality, #moisture
animal,cow,pig,goat | i | farm | breed, #weight, #age, sex, @born on
tractor,harvester,farm_machine,plough | i | farm | brand, #power, #hours, @bought on
milk_record,milking,egg_record | e | animal | #liters, @milked on, quality
region_area,county,province | c | | country, #population
fertilizer,pesticide,seed | i | | #price, #stock, type
spraying,fertilizing,seeding | l | field, fertilizer | #quantity, @applied on
+ farm grow:grew:grown crop | farm own:owned:owned tractor | farmer own:owned:owned animal
== bank
account_owner,bank_customer,depositor | p | | city, #income, @born on, segment, gender
bank_branch,agency,bank_office | o | | city, region, #number of employees
account,bank_account,savings_account,current_account | i | account_owner, bank_branch? | #balance, currency, @opened on, type, status
transaction,transfer_record,posting,withdrawal | e | account | #amount, @booked on, type, channel
bank_card,credit_card,debit_card | i | account | #credit limit, @expires on, brand, is blocked
loan,mortgage,credit,bank_credit | e | account_owner, bank_branch? | #amount, #interest rate, #term, @granted on, status
repayment,installment,loan_payment | e | loan | #amount, @due on, @paid on
advisor,banker,teller | p | bank_branch | #experience, #bonus, position
fund,stock_fund,share,security | i | | #price, currency, risk class, sector
holding,portfolio_position,investment | l | account_owner, fund | #units, #purchase price, @bought on
+ account_owner open:opened:opened account | account_owner buy:bought:bought fund | account_owner own:owned:owned fund | account_owner hold:held:held fund
== insurance
policy_holder,insured,policyholder | p | | city, #age, @born on, is married
policy,insurance_policy,contract,coverage | e | policy_holder, insurance_broker?, insurance_product? | #premium, @started on, @ends on, status
insurance_product,tariff,insurance_plan | c | | type, #base premium
claim,damage_claim,loss_report | e | policy | #amount, @filed on, @settled on, status, reason
insurance_broker,insurance_agent,adviser | p | | region, #commission, #experience
adjuster,claim_handler,assessor | p | | city, #experience
claim_payment,payout,settlement | e | claim | #amount, @paid on
+ policy_holder file:filed:filed claim | insurance_broker sell:sold:sold policy | policy_holder sign:signed:signed policy
== streaming
viewer,subscriber,streaming_user,follower | p | subscription_plan? | country, #age, @joined on, is active
subscription_plan,pricing_plan,membership_plan | c | | #monthly price, #screens
movie,film,motion_picture,documentary | i | director, movie_studio? | genre, #year, #duration, #budget, language, #rating
series,tv_show,sitcom,miniseries | i | movie_studio? | genre, #seasons, country
episode,installment_video,part_video | i | series | #duration, @aired on, #views
director,filmmaker,producer | p | | nationality, @born on, #awards
actor,actress,performer,stuntman | p | | nationality, #age, gender
casting,film_role,cast_entry | l | actor, movie | character, #fee
movie_studio,film_studio,production_company | o | | country, #founding year
watch_record,viewing,stream,playback | e | viewer, movie | @watched on, #minutes, device
film_rating,movie_review,critique | e | viewer, movie | #stars, @rated on
+ viewer watch:watched:watched movie | director direct:directed:directed movie | actor play_in:played_in:played_in movie | movie_studio produce:produced:produced movie | viewer rate:rated:rated movie
== music
artist,musician,singer,band,rapper,composer | p | record_label? | country, genre, #founding year, #followers
record_label,music_label,music_company | o | | country, #revenue
album,record,ep,long_player | i | artist | genre, @released on, #sales, format
track,song,tune,piece,single | i | album | #duration, #plays, language, is explicit
playlist,mixtape,song_list | i | listener | #followers, @created at, is public
listener,fan,music_fan | p | | country, #age, plan
playlist_entry,playlist_track,queue_entry | l | playlist, track | #position, @added on
concert,gig,performance,live_show | e | artist, concert_hall | @performed on, #ticket price, #audience
concert_hall,club_venue,opera_house | o | | city, #capacity
award,prize,music_award | e | artist | #year, category
+ artist record:recorded:recorded album | artist release:released:released album | artist sing:sang:sung track | artist win:won:won award | listener create:created:created playlist
== press
newspaper,magazine,journal,periodical | o | | country, #circulation, language, #founding year
journalist,reporter,columnist,correspondent,editor | p | newspaper | #age, #salary, specialty, @hired on
article,story,column,news_item | i | journalist, rubric? | #words, @published on, #views, language
rubric,topic_area,news_section | c | | description
reader_comment,letter,remark | e | article | @written on, #likes, is hidden
paper_subscription,magazine_order | e | newspaper, press_reader | @started on, @ended on, #price, format
press_reader,paper_reader | p | | city, #age
photo,picture,illustration | i | article, photographer | #width, #height, format
photographer,illustrator,cameraman | p | | city, #fee
+ journalist write:wrote:written article | photographer take:took:taken photo | journalist publish:published:published article
== city
citizen,resident,inhabitant,voter | p | neighborhood | #age, gender, #income, is married
neighborhood,borough,quarter,precinct | o | | #population, #area
building,public_building,property_unit | o | neighborhood | #floors, #year built, #height, type
permit,building_permit,licence_grant | e | citizen | type, @issued on, @expires on, #fee, status
complaint,citizen_request,petition | e | citizen, public_office? | topic, @filed on, @resolved on, status
public_office,agency_office,authority,ministry | o | | #budget, city, #number of employees
official,civil_servant,mayor,councillor | p | public_office | #salary, party, @elected on
tax_payment,tax_bill,levy | e | citizen | #amount, #year, @due on, @paid on, type
election,ballot,referendum | e | | @held on, #turnout, type
candidate,nominee | p | election, political_party? | #votes, #age
political_party,party_list | o | | color, #members, #founding year
+ citizen file:filed:filed complaint | public_office handle:handled:handled complaint | official run:ran:run public_office
== laboratory
scientist,researcher,chemist,biologist,physicist | p | lab | specialty, #age, #publications, @hired on
lab,research_lab,research_group,institute_lab | o | | city, #budget, #size
experiment,study,trial,measurement_run | e | scientist, lab? | @started on, @ended on, status, #cost, method
sample,specimen,probe | i | experiment | #weight, type, @collected on, color
reading,measurement,observation | e | instrument, sample? | #temperature, #pressure, #value, @measured at
instrument,sensor,microscope,telescope | i | lab | manufacturer, #price, @calibrated on, #accuracy
paper,publication,research_paper,thesis | i | | #year, #citations, journal, language
authorship,paper_author | l | scientist, paper | #position, is corresponding
grant,research_grant,funding | e | scientist | #amount, @granted on, sponsor
+ scientist write:wrote:written paper | scientist publish:published:published paper | scientist run:ran:run experiment | scientist receive:received:received grant
== realty
landlord,house_owner,proprietor,homeowner | p | | city, phone, #age
tenant,renter,occupant,leaseholder | p | | #income, #age, profession, is verified
apartment,flat,house,dwelling,villa | i | landlord, residential_area? | #rooms, #area, #monthly rent, #floor, has parking
residential_area,suburb,locality | c | | #population, district
lease,rental_contract,tenancy | e | tenant, apartment | @started on, @ended on, #monthly rent, #deposit
viewing_appointment,house_viewing,open_house | e | apartment, realtor | @scheduled on, #duration
realtor,estate_agent,house_broker | p | realty_agency? | #commission, #experience
realty_agency,real_estate_firm | o | | city, #founding year
house_sale,deal,property_sale | e | apartment, realtor | #sale price, @sold on, @closed on
+ tenant rent:rented:rented apartment | landlord own:owned:owned apartment | realtor sell:sold:sold apartment
== logistics
shipper,sender,consignor,forwarder | o | | city, country, #rating
warehouse,storehouse,storage_hall,fulfilment_center | o | | city, region, #capacity, #area
shipment,delivery,consignment,dispatch | e | shipper, courier?, warehouse? | #weight, @shipped on, @delivered on, status, priority, #freight cost
courier,delivery_driver,messenger | p | | #age, vehicle type, #rating
parcel,package,pallet,crate | i | shipment | #weight, #volume, is fragile, type
stock_level,inventory_record,stock_entry | l | warehouse, stored_good | #quantity, @counted on
stored_good,part,component,spare_part | i | part_supplier? | #unit cost, #weight, material
part_supplier,parts_vendor | o | | country, #rating
ship,vessel,freighter,cargo_ship | i | harbor? | flag, #length, #tonnage, #year built
harbor,port,dock,terminal | o | | country, city, #depth
container,cargo_box,freight_container | i | ship | #weight, type, #height
+ courier deliver:delivered:delivered shipment | warehouse store:stored:stored stored_good | shipper send:sent:sent shipment
== factory
machine,press_machine,robot,lathe | i | production_line | manufacturer, #power, @installed on, status, #speed
production_line,assembly_line,workshop_hall | o | plant | #capacity, shift
plant,factory,mill,works | o | | city, country, #number of employees, @opened on
work_order,production_order,batch,lot | e | production_line, finished_product | #units, @started on, @finished on, status, priority
finished_product,assembly,end_product | i | | #price, #weight, #production time, color
defect,fault,quality_issue | e | work_order, inspector? | severity, type, @found on, #cost
inspector,quality_inspector,foreman,operator | p | plant | #experience, shift, @hired on
downtime,breakdown,outage,stoppage | e | machine | #minutes, reason, @started at, @ended at
material,raw_material,substance | i | | #unit cost, #stock, origin
bill_of_material,material_need | l | finished_product, material | #quantity, unit
+ plant make:made:made finished_product | inspector find:found:found defect | plant produce:produced:produced finished_product
"""

LEISURE = """
== events
event,festival,fair,conference,exhibition | e | venue, organizer? | @started on, @ended on, #budget, type, #ticket price
venue,event_hall,convention_center | o | | city, #capacity, #daily rate
organizer,promoter,host_company | o | | city, #rating
attendee,participant,delegate,ticket_buyer | p | | country, #age, company name, email
ticket_sale,admission_ticket,event_registration | l | attendee, event | #price, #quantity, @sold on, status, type
speaker,presenter,panelist,moderator | p | | #fee, country, topic
talk,keynote,session,lecture_slot | l | speaker, event | #duration, @held at, room name, topic
sponsor,backer,patron_company | o | | industry, #annual revenue
sponsorship,sponsor_deal | l | sponsor, event | #amount, level
+ attendee attend:attended:attended event | attendee visit:visited:visited event | sponsor support:supported:supported event | organizer organize:organized:organized event
== museum
museum,art_gallery,collection_house | o | | city, country, #visitors, @opened on, is public
painter,sculptor,artisan,old_master | p | | nationality, #birth year, style
painting,artwork,sculpture,exhibit,masterpiece | i | painter, museum | #year, #height, #width, material, #value
art_show,special_exhibition,retrospective | e | museum | @opened on, @closed on, theme, #visitors
guide,curator,museum_guard | p | museum | language, #salary, @hired on
museum_visit,guided_tour,entry_record | e | museum | @visited on, #entrance fee, #group size
restoration,cleaning,conservation | e | painting | #cost, @finished on, type
+ painter paint:painted:painted painting | painter create:created:created painting | museum own:owned:owned painting | museum show:showed:shown painting
== charity
donor,benefactor,giver,supporter | p | | city, country, @joined on, is anonymous
charity,foundation,nonprofit,aid_organization | o | | country, #founding year, focus
campaign,fundraiser,appeal,drive_action | e | charity | #goal amount, @started on, @ended on, status
donation,gift,contribution,pledge | e | donor, campaign | #amount, @donated on, payment method, currency
volunteer,helper,activist | p | charity | #age, #hours, skill, city
beneficiary,recipient,aid_recipient | p | | country, #age
aid_delivery,relief_item,grant_payment | e | beneficiary, charity | #value, @delivered on, type
+ donor support:supported:supported campaign | donor fund:funded:funded campaign | charity run:ran:run campaign | charity help:helped:helped beneficiary
== zoo
animal_keeper,zookeeper,ranger,caretaker | p | | #age, #experience, shift
enclosure,cage,aquarium,paddock,aviary | o | animal_keeper? | #area, climate, @built on
zoo_animal,creature,lion,monkey,penguin | i | species, enclosure | #weight, #age, sex, @born on
species,animal_species,breed_kind | c | | habitat, #life expectancy, diet
feeding,meal_record,feeding_time | e | zoo_animal, animal_keeper | #amount, food type, @fed at
veterinarian,vet,animal_doctor | p | | city, #fee, #experience
pet,dog,cat,hamster,parrot,rabbit | i | pet_owner | breed, #age, #weight, color
pet_owner,dog_owner,cat_lover | p | | city, phone
vet_visit,animal_treatment,vaccination | e | pet, veterinarian | #cost, @visited on, diagnosis
+ veterinarian treat:treated:treated pet | pet_owner own:owned:owned pet | animal_keeper feed:fed:fed zoo_animal
== gym
gym_member,athlete_member,swimmer,climber | p | membership_type? | #age, gender, @joined on, #weight, is active
membership_type,tariff_plan | c | | #monthly fee, #contract months
gym,fitness_studio,sports_center,yoga_studio | o | | city, #area, has pool
personal_trainer,fitness_coach,yoga_teacher | p | gym | specialty, #hourly rate, #rating
fitness_class,yoga_class,workout,group_class | i | personal_trainer, gym? | level, #duration, #capacity, weekday
class_booking,class_visit,checkin | l | gym_member, fitness_class | @visited on, status, #calories
race,marathon,tournament,regatta | e | | #distance, @held on, city, #entry fee
race_result,finish_record,placement | l | gym_member, race | #rank, #time
+ gym_member attend:attended:attended fitness_class | personal_trainer teach:taught:taught fitness_class | gym_member book:booked:booked fitness_class | gym_member run:ran:run race | gym_member finish:finished:finished race
== telecom
phone_customer,subscriber_line,mobile_user | p | mobile_plan | city, segment, @joined on, #age
mobile_plan,phone_plan,rate_plan | c | | #monthly price, #data volume, type
call,phone_call,conversation | e | phone_customer | #duration, #cost, @started at, type
text_message,sms,chat_message | e | phone_customer | @sent at, #length
cell_tower,antenna,base_station | o | | region, #height, #range, @built on
network_fault,disturbance,signal_loss | e | cell_tower | @reported on, @fixed on, severity
meter,electricity_meter,water_meter,gas_meter | i | household | type, @installed on, #capacity
household,home,connection_point | o | | city, #residents, #area
consumption,meter_reading,usage_record | e | meter | #usage, @read on, #cost
+ phone_customer make:made:made call | phone_customer send:sent:sent text_message
== court
lawyer,attorney,solicitor,barrister | p | law_firm? | specialty, #hourly rate, #experience
law_firm,chambers,legal_office | o | | city, #founding year, #number of employees
judge,magistrate,justice | p | court | #age, @appointed on, gender
court,tribunal,courthouse | o | | city, level
court_case,lawsuit,trial_case,proceeding | e | court, judge? | type, @filed on, @closed on, status, #claim amount
representation,legal_mandate | l | lawyer, court_case | role, #hours, #fee
defendant,plaintiff,accused,witness | p | court_case | #age, nationality
hearing,court_session | e | court_case | @held on, #duration, room name
prison,jail,penitentiary | o | | city, #capacity
prisoner,inmate,convict | p | prison | #sentence years, @released on, crime
+ lawyer represent:represented:represented court_case | judge decide:decided:decided court_case | lawyer handle:handled:handled court_case
== carhire
car,automobile,rental_car,van,truck,motorbike | i | car_model?, rental_station? | color, #mileage, #daily rate, fuel type, #year
car_model,vehicle_model,car_type | c | | manufacturer, #seats, #power
rental_station,car_park,rental_office | o | | city, country, #capacity
rental,car_hire,rental_agreement,lease_contract | e | car_renter, car | @picked up on, @returned on, #total amount, #days, status
car_renter,motorist,chauffeur,driver_customer | p | | city, #age, license class, @born on
accident,crash,damage_report,collision | e | car | @happened on, #cost, severity
workshop_visit,car_repair,oil_change | e | car, mechanic | #cost, @repaired on, #hours
mechanic,auto_mechanic,fitter | p | | #hourly rate, #experience, city
fuel_stop,refuel,charging | e | car | #liters, #amount, @refueled on
+ car_renter rent:rented:rented car | mechanic repair:repaired:repaired car | mechanic fix:fixed:fixed car
== social
user,app_member,blogger,influencer,gamer | p | | country, #followers, @registered on, is verified, language
post,blog_post,tweet,status_update,upload | i | user | #likes, #views, @posted on, language, is public
post_comment,answer,response | e | post, user | #likes, @written on
group,user_group,community,forum,channel,guild | o | | topic, #members, @created at, is public
group_membership,channel_membership | l | user, group | role, @joined on
video,clip,podcast,recording | i | user | #duration, #views, @uploaded on, format
ad,advert,campaign_ad,banner | i | advertiser | #budget, #clicks, @started on, format
advertiser,ad_client,brand_owner | o | | industry, country
impression,ad_view,ad_click | e | ad, user | @shown at, #cost, device
computer_game,video_game,board_game,puzzle | i | game_studio? | genre, #price, @released on, platform
game_studio,game_developer,game_publisher | o | | city, country, #founding year
playthrough,game_session,high_score | l | user, computer_game | #score, #hours, @played on
+ user join:joined:joined group | user like:liked:liked post | user write:wrote:written post | user upload:uploaded:uploaded video | user play:played:played computer_game | game_studio develop:developed:developed computer_game
== geography
country,nation,state_country,kingdom | o | continent? | #population, #area, currency, language
continent,world_region,landmass | c | | #area
town,city,village,municipality | o | country | #population, #elevation, @founded on, is capital
river,stream,canal | i | country | #length, #depth
mountain,volcano,peak,summit | i | country | #height, type
lake,reservoir,lagoon | i | country | #area, #depth
park,national_park,nature_reserve | o | country | #area, #visitors, @founded on
weather_station,gauge,buoy | i | town | #elevation, @installed on
weather_record,forecast,climate_reading | e | weather_station | #temperature, #rainfall, #wind speed, @measured on
airport_hub,train_station,ferry_port | o | town | #passengers, #platforms
+ country border:bordered:bordered river
== space
planet,moon,asteroid,comet,star | i | | #mass, #distance, #diameter, type
rocket,launcher,spacecraft,shuttle | i | space_agency | #height, #payload, @built on, status
space_agency,space_company | o | | country, #budget, #founding year
mission,space_flight,launch | e | rocket, planet? | @launched on, @landed on, status, #cost
astronaut,cosmonaut,crew_member | p | space_agency | nationality, @born on, #flights, gender
crew_entry,mission_crew | l | astronaut, mission | role, #days
satellite,space_probe,rover | i | space_agency | #weight, #orbit height, @launched on, is active
+ astronaut fly_on:flew_on:flown_on mission | space_agency launch:launched:launched satellite | space_agency build:built:built rocket
"""
