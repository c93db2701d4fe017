"""An invented committee to try the program with: tree, people, five years of movements and files, targets, log-ins.

Everything but the loaders is pure: the same profile, scale, seed and day always give the same rows, and they
come in through the same door as a committee's own workbook and files, so that every check runs on them. No place and
no person is meant to be a real one; codes begin with 099, which no province has.

- :mod:`.names` words that people and places are named by;
- :mod:`.tree` organisations as plain data; :mod:`.district`, :mod:`.commune` the two models;
- :mod:`.people` who the members are; :mod:`.admissions`, :mod:`.movements` what happens to them, day by day;
- :mod:`.session_days` when the committee meets, and hands out cards;
- :mod:`.cases` the files: how many people on their way where, what is late; :mod:`.case_people` who they are;
  :mod:`.case_fates` how far each comes and how it ends; :mod:`.case_timing` how long steps take; :mod:`.case_walk` one
  file day by day, on :mod:`.case_ground`, with helpers and voters out of :mod:`.rolls`; :mod:`.case_rows` what lies in
  it besides its events; :mod:`.case_loading` files into the database;
- :mod:`.case_joined` the file of a member, planned back from the roll; :mod:`.probation` its twelve months;
  :mod:`.case_upward` what committees keep of it; :mod:`.committee_books` sessions and batches of cards;
- :mod:`.classes` the classes that these people went to, and those to come;
- :mod:`.targets` targets, and figures of the years before the roll;
- :mod:`.accounts` log-ins and the bodies beside the tree; :mod:`.loader` all of it into the database.
"""
