"""An invented committee to try the program with: tree, people, five years of movements, targets, log-ins.

Everything but the loader is pure: the same profile, scale, seed and day always give the same rows, and they
come in through the same door as a committee's own workbook, so that every check runs on them. No place and
no person is meant to be a real one; codes begin with 099, which no province has.

- :mod:`.names` words that people and places are named by;
- :mod:`.tree` organisations as plain data; :mod:`.district`, :mod:`.commune` the two models;
- :mod:`.people` who the members are; :mod:`.admissions`, :mod:`.movements` what happens to them, day by day;
- :mod:`.targets` targets, and figures of the years before the roll;
- :mod:`.accounts` log-ins and the bodies beside the tree; :mod:`.loader` all of it into the database.
"""
