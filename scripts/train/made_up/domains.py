"""The generator's worlds: which tables a business keeps, how they refer to each other, what they
hold and what people do in them. It must not know any algorithm.

A line is `nouns | kind | tables referred to | columns`; a table referred to with `?` may be left
out, one with a role (`team:home`) is one of several keys. Kinds: p person, o place or organisation,
i thing, c category, e event or record, l link with columns of its own. In columns `#` marks a
number and `@` a date; `+` opens what a table's rows do to another's (`base:past:participle`).
"""

# ruff: noqa: E501  (one line a table)

from __future__ import annotations

BUSINESS = """
== retail
customer,client,buyer,shopper,patron,account_holder | p | | city, country, email, segment, #loyalty points, @joined on, is active
category,product_group,product_category,product_line,range | c | | description
supplier,vendor,wholesaler,distributor,manufacturer | o | | city, country, #rating, #lead time
product,article,item,ware | i | category, supplier? | #price, #weight, #stock, brand, color, discontinued
store,shop,branch,outlet,market | o | | city, region, #area, @opened on
employee,clerk,salesperson,cashier | p | store | position, #salary, @hired on
order,purchase,sale,checkout | e | customer, store? | @ordered on, @shipped on, @delivered on, status, payment method, channel
order_item,order_line,line_item,sale_line,purchase_line | l | order, product | #quantity, #unit price, #discount
product_review,review,rating | e | product, customer | #stars, @reviewed on, comment
+ customer buy:bought:bought product | customer order:ordered:ordered product | customer purchase:purchased:purchased product | customer place:placed:placed order | customer make:made:made order | supplier supply:supplied:supplied product | customer review:reviewed:reviewed product
== trade
product,item,article,good,model,sku | i | product_type? | #price, #quantity, brand, color, #weight
product_type,type_group,department_group | c | | description
customer,client,buyer,shopper,account,consumer | p | | city, country, email, segment
salesperson,sales_rep,seller,agent,dealer | p | | region, #commission, #age, @hired on
sale,sales_record,transaction,deal,sale_entry,purchase | e | product, customer?, salesperson?, outlet? | #quantity, @sold on, channel, payment method
outlet,kiosk,store,showroom,point_of_sale | o | | city, region, #area
supplier,vendor,maker | o | | city, country, #rating
product_supplier,supply_offer,vendor_price | l | supplier, product | #supply price, #lead time
+ customer buy:bought:bought product | salesperson sell:sold:sold product | customer purchase:purchased:purchased product
== ledger
sale,sales_record,sales_entry,ledger_entry,receipt_line,transaction_record | e | | product, store name, customer name, region, category, #quantity, #unit price, @sold on, channel
order_entry,invoice_record,booking_record,billing_record | e | | customer name, product, country, #total amount, @ordered on, status, segment
== wholesale
company,firm,business,corporation,business_partner | o | | city, country, industry, #annual revenue
contact,contact_person,representative | p | company | position, email, phone
quote,offer,quotation,proposal | e | company | @issued on, @valid until, #total amount, status
invoice,bill | e | company | @issued on, @due on, @paid on, #total amount, status, currency
invoice_line,invoice_item,bill_item,billing_position | l | invoice, ware | #quantity, #unit price, #tax
ware,good,sku,commodity | i | | #price, #weight, material, origin
payment,remittance,receipt | e | invoice | @paid on, #amount, payment method
credit_note,refund | e | invoice | @issued on, #amount, reason
+ company buy:bought:bought ware | company receive:received:received invoice | company pay:paid:paid invoice
== library
member,reader,borrower,library_user | p | | city, #age, @joined on, is active
author,writer,novelist,poet | p | | nationality, @born on
publisher,publishing_house,imprint | o | | city, country, #founding year
book,title_record,volume,novel | i | author, publisher? | genre, language, #number of pages, #year, format
copy,book_copy,exemplar | i | book, library_branch? | condition, @acquired on
library_branch,reading_room | o | | city, district, #seats
loan,borrowing,checkout_record,lending | e | member, book | @loaned on, @due on, @returned on, #renewals
reservation,hold | e | member, book | @reserved on, status
overdue_fine,penalty | e | member | #amount, @issued on, is paid
+ member borrow:borrowed:borrowed book | member read:read:read book | member return:returned:returned book | author write:wrote:written book | publisher publish:published:published book | member reserve:reserved:reserved book
== clinic
patient,sick_person,inpatient,outpatient | p | | gender, @born on, city, blood type, is insured
doctor,physician,surgeon,specialist,consultant | p | ward? | specialty, #experience, @hired on
nurse,caregiver,midwife | p | ward | shift, #salary
ward,hospital_department,unit,clinic_unit | o | | #floor, #number of beds
appointment,consultation,visit,checkup | e | patient, doctor | @scheduled on, #duration, status, reason
admission,hospital_stay,stay | e | patient, ward | @admitted on, @discharged on, diagnosis
medicine,drug,medication,remedy | i | | #price, manufacturer, form, #stock
prescription,medication_order | l | patient, medicine | #dose, #days, @prescribed on
lab_test,blood_test,examination | e | patient | type, result, @taken on, #cost
treatment,therapy,procedure,surgery | e | patient, doctor | type, #cost, @treated on
+ doctor treat:treated:treated patient | doctor see:saw:seen patient | patient take:took:taken medicine | patient visit:visited:visited doctor
== school
student,pupil,learner,scholar | p | major_field? | #age, gender, #year, city, @enrolled on
teacher,instructor,lecturer,professor,tutor | p | faculty? | #salary, rank title, @hired on
faculty,academic_department,institute | o | | #budget, building name
course,lecture,module,seminar,subject_course | i | teacher, faculty? | #credits, level, #capacity, semester
enrollment,registration,course_signup | l | student, course | #grade points, semester, @enrolled on
exam,test,quiz,midterm | e | course | @held on, #duration, #maximum points
exam_result,exam_score,mark | l | student, exam | #score, is passed
major_field,study_program,degree_program | c | | level, #number of semesters
classroom,lecture_hall,room | o | | #capacity, #floor, building name
+ student take:took:taken course | student attend:attended:attended course | teacher teach:taught:taught course | student pass:passed:passed exam | student study:studied:studied course
== personnel
employee,worker,staff_member,colleague,associate | p | department, job_title?, office? | #salary, @hired on, @left on, gender, #age, email, is active
department,division,team,business_unit | o | | #budget, location, #cost center
job_title,position_title,role_title,job_grade | c | | #minimum salary, #maximum salary, level
office,site,workplace,location_site | o | | city, country, #capacity
project,assignment_project,initiative | i | department? | #budget, @started on, @ended on, status, priority
assignment,project_assignment,allocation | l | employee, project | #hours, role
absence,leave_request,time_off,sick_leave | e | employee | type, #days, @started on, status
training,workshop,training_course | i | | #duration, #cost, topic
attendance_record,training_participation | l | employee, training | #score, @attended on, completed
payslip,salary_payment,wage_payment | e | employee | #gross pay, #net pay, @paid on
+ employee work_on:worked_on:worked_on project | employee attend:attended:attended training | employee complete:completed:completed training | department run:ran:run project
== helpdesk
requester,end_user,caller,app_user | p | | city, email, @created at, role
support_agent,technician,engineer | p | support_team? | level, #experience, @hired on
support_team,squad,support_group | o | | region, #size
ticket,issue,incident,support_request | e | requester, support_agent | priority, status, channel, @opened on, @closed on, #response time
ticket_comment,reply,note_entry | e | ticket | @written on, #length
application,program,tool,service | i | | version, #monthly cost, platform
device,laptop,computer,workstation | i | requester | brand, #price, @bought on, condition
license,subscription,software_license | l | requester, application | #seats, @expires on, plan
server,host,machine_node | i | data_center? | #memory, #cpu cores, region, status
data_center,hosting_site | o | | country, #capacity
+ requester open:opened:opened ticket | support_agent solve:solved:solved ticket | support_agent close:closed:closed ticket | requester use:used:used application | support_agent handle:handled:handled ticket
== league
player,athlete,footballer,competitor | p | club | #age, position, nationality, #goals, #height, @joined on
club,sports_team,side,franchise | o | stadium?, league? | city, #founding year, #budget
coach,trainer,head_coach | p | club | nationality, #experience, @born on
stadium,arena,sports_ground,venue_hall | o | | city, #capacity, surface, @opened on
league,competition,championship | c | | country, #number of teams
match,game,fixture | e | stadium, club:home, club:away | @played on, #attendance, #home goals, #away goals
goal_record,score_event,penalty_kick | e | player, match | #minute, type
injury,player_injury | e | player | @injured on, #days, severity
transfer,player_transfer | e | player, club | #fee, @signed on
+ player play:played:played match | player score:scored:scored goal_record | coach train:trained:trained player
== transport
line,route,bus_line,tram_line,railway_line | i | transport_operator? | #length, color, type
stop,station,bus_stop,tram_stop | o | district_area? | district, #platforms, has shelter
vehicle,bus,tram,coach_bus | i | depot? | #seats, #mileage, brand, @bought on, fuel type
depot,garage_site | o | | city, #capacity
driver,conductor,bus_driver,motorman | p | depot? | #age, #experience, @hired on, shift
trip,ride,journey,run | e | line, vehicle, driver | @departed at, #duration, #passengers, #delay
fare,passenger_ticket,travel_pass | e | line | #price, type, @sold on, zone
transport_operator,carrier,transit_company | o | | country, #number of employees
district_area,zone_area | c | | #population
maintenance,repair,inspection,vehicle_service | e | vehicle | #cost, @repaired on, type, status
+ driver drive:drove:driven vehicle | driver drive:drove:driven line | transport_operator operate:operated:operated line
== airline
passenger,traveller,flyer,frequent_flyer | p | | nationality, @born on, #miles, gender
airline,air_carrier,airline_company | o | | country, #fleet size, #founding year
airport,airfield,aerodrome | o | | city, country, #elevation, #runways
aircraft,airplane,plane,jet | i | airline | model, #seats, #range, manufacturer, @built on
pilot,captain_officer,aviator | p | airline | #age, #flight hours, rank title
flight,air_trip,flight_leg | e | aircraft, pilot?, airport:origin, airport:destination | @departed at, @arrived at, status, #distance, #delay
flight_booking,seat_booking,air_ticket | l | passenger, flight | #price, class, seat, @booked on
bag,suitcase,handbag | i | passenger | #weight, color
+ passenger book:booked:booked flight | passenger take:took:taken flight | pilot fly:flew:flown flight | airline own:owned:owned aircraft
== hotel
guest,visitor,hotel_guest,tourist,lodger | p | | country, email, #loyalty points, @born on
hotel,inn,resort,hostel,guesthouse | o | hotel_chain? | city, #stars, has pool, #number of rooms
hotel_chain,hotel_group | o | | country, #founding year
room,suite,chamber,bedroom | i | hotel, room_type? | #floor, #beds, #price, has balcony
room_type,room_class | c | | #base price, #capacity
booking,stay_booking,room_reservation,lodging | e | guest, room | @booked on, @checked in on, @checked out on, #nights, status, channel
minibar_item,extra_service,amenity,spa_treatment | i | | #price, type
service_charge,service_order,extra_order | l | booking, minibar_item | #quantity, #unit price
housekeeper,receptionist,porter | p | hotel | shift, #salary, language
+ guest book:booked:booked room | guest stay_at:stayed_at:stayed_at hotel | guest use:used:used minibar_item
== restaurant
dish,meal,menu_item,food_item | i | menu_section? | #price, #calories, cuisine, vegetarian
menu_section,course_category | c | | description
ingredient,foodstuff,grocery | i | | #cost, #calories, origin, is organic
recipe_line,recipe_ingredient,dish_ingredient | l | dish, ingredient | #quantity, unit
waiter,server_person,bartender,cook,chef | p | restaurant? | #tips, #salary, shift, @hired on
restaurant,cafe,diner,bistro,eatery | o | | city, cuisine, #seats, #rating
dining_table,table_booking,seating | e | restaurant | @reserved on, #guests, status
restaurant_order,dinner_order,food_order | e | waiter, diner_guest? | @served on, #tip, payment method
diner_guest,regular,foodie | p | | city, diet, email
order_dish,ordered_dish,served_dish | l | restaurant_order, dish | #quantity, #unit price
+ diner_guest order:ordered:ordered dish | diner_guest eat:ate:eaten dish | waiter serve:served:served dish | waiter serve:served:served restaurant_order
"""
