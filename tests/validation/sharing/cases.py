"""Uses of tokens with the evidence that each must give: on both sides of every bound, and what is no sharing at all."""

from __future__ import annotations

from tests.rules.case import ABSENT
from tests.validation.sharing.uses import Case, Held, Use, moved

GROUP = {"group_id": "GROUP-OF-CARDS"}
INVALID = {"valid": False}
DC = {"cdr_location.connector_power_type": "DC"}
# Half an hour together, a kilometre apart.
TWICE = (Use("10:00"), Use("10:30", km=1))


def fleet(count: int) -> tuple[Held, ...]:
    """Cards of one contract; the first is that of the case."""
    return (Held(), *(Held(uid=f"08FEE7{count:02X}00{at:04X}") for at in range(1, count)))


SIMULTANEOUS = [
    Case("two minutes at once are the clocks", (Use("10:00"), Use("10:58", km=1))),
    Case("a second more is use at once", (Use("10:00"), Use("10:57:59", km=1)), "simultaneous_use", (0, 1)),
    Case("a millisecond more, too", (Use("10:00"), Use("10:57:59.999", km=1)), "simultaneous_use", (0, 1)),
    Case("two EVSEs of one place", (Use("10:00"), Use("10:30", evse="B")), "simultaneous_use", (0, 1)),
    Case("one EVSE", (Use("10:00"), Use("10:30"))),
    Case(
        "one EVSE that two partners name by their own uids",
        (
            Use("10:00", changes={"cdr_location.evse_id": "NL*ANY*E1"}),
            Use("10:30", km=1, version="2.3.0", changes={"cdr_location.evse_id": "nlanye1"}),
        ),
    ),
    Case("within a longer one", (Use("10:00", 360), Use("11:00", 30, km=1), Use("12:00", 30, km=2)),
         "simultaneous_use simultaneous_use", (0, 1, 2)),
    Case("of a group", TWICE, "simultaneous_use:25", tokens=(Held(more=GROUP),)),
    Case("of a fleet", TWICE, "simultaneous_use:25", tokens=fleet(3)),
    Case("of a contract with two cards", TWICE, "simultaneous_use:60", (0, 1), tokens=fleet(2)),
    Case("of an app", tuple(Use(use.at, km=use.km, kind="APP_USER") for use in TWICE), "simultaneous_use", (0, 1),
         tokens=(Held(kind="APP_USER"),)),
    Case("of a token that we do not know", TWICE, "simultaneous_use", (0, 1), tokens=()),
    Case("made for one use", tuple(Use(use.at, km=use.km, kind="AD_HOC_USER") for use in TWICE)),
    Case("of a contract with one card, by its name", tuple(Use(use.at, km=use.km, version="2.1.1") for use in TWICE),
         "simultaneous_use", (0, 1)),
    Case("once by its uid, once by its contract", (Use("10:00"), Use("10:30", km=1, version="2.1.1")),
         "simultaneous_use", (0, 1)),
    Case("once by its uid, once by the uid as auth_id",
         (Use("10:00", uid="04BADCAFE00001"), Use("10:30", km=1, version="2.1.1", contract="04BADCAFE00001")),
         "simultaneous_use", (0, 1), tokens=(Held(uid="04BADCAFE00001"),)),
    Case("of a contract with a card and an app", tuple(Use(use.at, km=use.km, version="2.1.1") for use in TWICE),
         "simultaneous_use:25", tokens=(Held(), Held(uid="8f1c", kind="APP_USER"))),
]  # fmt: skip

NO_USE = [
    Case("a session told in two CDRs", tuple(Use(use.at, km=use.km, changes={"session_id": "ONE"}) for use in TWICE)),
    Case("one authorisation",
         tuple(Use(use.at, km=use.km, changes={"authorization_reference": "ONE"}) for use in TWICE)),
    Case("one charge told at two EVSEs", (Use("10:00"), Use("10:00", km=1))),
    Case("the same with another energy", (Use("10:00"), Use("10:00", km=1, kwh="10.1")), "simultaneous_use", (0, 1)),
    Case("no energy", (Use("10:00", kwh="0"), Use("10:30", km=1))),
    Case("energy unknown", (Use("10:00"), Use("10:30", km=1, changes={"total_energy": None}))),
    Case("a reservation without EVSE",
         (*(Use(f"{hour}:00", 30) for hour in range(8, 14)),
          Use("14:00", 30, changes={"cdr_location.evse_uid": "#NA", "cdr_location.evse_id": "#NA"}))),
    Case("one that nobody ended", (Use("10:00", 72 * 60 + 1), Use("1 10:30", km=1))),
    Case("as long as a charge may be", (Use("10:00", 72 * 60), Use("1 10:30", km=1)), "simultaneous_use", (0, 1)),
    Case("one at DC that nobody ended", (Use("10:00", 721, changes=DC), Use("12:00", km=1))),
    Case("as long as a charge at DC may be", (Use("10:00", 720, changes=DC), Use("12:00", km=1)),
         "simultaneous_use", (0, 1)),
    Case("a clock that runs backwards",
         (Use("10:00"), Use("11:10", km=50, changes={"end_date_time": "2026-11-02T10:00:00Z"}))),
    Case("a clock that is ahead", (Use("33 10:00"), Use("33 10:30", km=1))),
    Case("a credit",
         (Use("10:00"), Use("10:30", km=1, changes={"credit": True, "credit_reference_id": "other"}))),
    Case("what was credited",
         (Use("10:00"), Use("10:30", km=1),
          Use("10:30", km=1, changes={"credit": True, "credit_reference_id": lambda c: f"C{c.number}-1"}))),
    Case("what is billed twice", (Use("10:00"), Use("10:00:30"), Use("10:58:10", km=1))),
]  # fmt: skip

TRAVEL = [
    Case("150 km/h", (Use("10:00"), Use("11:30", km=75))),
    Case("a metre more", (Use("10:00"), Use("11:30", km=75.001)), "impossible_travel"),
    Case("five kilometres in no time", (Use("10:00"), Use("11:00", km=5))),
    Case("a metre more in no time", (Use("10:00"), Use("11:00", km=5.001)), "impossible_travel"),
    Case("clocks that differ by two minutes", (Use("10:00"), Use("10:58", km=50)), "impossible_travel"),
    Case("a place at zero, zero",
         (Use("10:00"), Use("11:00", km=50, changes={"cdr_location.coordinates.latitude": "0",
                                                      "cdr_location.coordinates.longitude": "0"}))),
    Case("no place", (Use("10:00"), Use("11:00", km=50, changes={"cdr_location.coordinates": ABSENT}))),
    Case("from the longer one before", (Use("10:00", 240), Use("11:00", 30), Use("14:05", km=50)), "impossible_travel"),
    Case("twice counts once", (Use("10:00"), Use("11:10", km=50), Use("12:20")), "impossible_travel impossible_travel"),
    Case("of a contract with a card and an app", (Use("10:00", version="2.1.1"), Use("11:10", km=50, version="2.1.1")),
         tokens=(Held(), Held(uid="8f1d", kind="APP_USER"))),
    # On 25 October 02:30 comes twice: by the clocks on the wall the gap is five minutes, by the sun 65.
    Case("the hour that comes twice", (Use("-9 23:30", 60), Use("-8 01:35", km=100))),
    Case("at once by the clocks on the wall", (Use("-8 00:15", 30), Use("-8 01:20", 30, km=1))),
    Case("within the hour that comes twice", (Use("-8 00:15", 60), Use("-8 01:10", 30, km=1)),
         "simultaneous_use", (0, 1)),
]  # fmt: skip

DAYS = [
    Case("300 kWh", tuple(Use(f"{hour}:00", kwh="100") for hour in (10, 12, 14))),
    Case("a ten-thousandth more", (Use("10:00", kwh="100"), Use("12:00", kwh="100"), Use("14:00", kwh="100.0001")),
         "energy_in_24_h"),
    Case("a day apart", (Use("10:00", kwh="200"), Use("1 10:00", kwh="200"))),
    Case("a second less than a day apart", (Use("10:00", kwh="200"), Use("1 09:59:59", kwh="200")), "energy_in_24_h"),
    Case("one charge of more", (Use("10:00", kwh="301"), Use("12:00", kwh="20"))),
    Case("of a group", (Use("10:00", kwh="200"), Use("12:00", kwh="200")), tokens=(Held(more=GROUP),)),
    Case("of a fleet", (Use("10:00", kwh="200"), Use("12:00", kwh="200")), tokens=fleet(3)),
    Case("six charges", tuple(Use(f"{hour}:00", 30) for hour in range(8, 14))),
    Case("seven charges", tuple(Use(f"{hour}:00", 30) for hour in range(8, 15)), "charges_a_day"),
    Case("seven CDRs of six sessions",
         (*(Use(f"{hour}:00", 30) for hour in range(8, 13)),
          *(Use(f"{hour}:00", 30, changes={"session_id": "ONE"}) for hour in (13, 14)))),
    # Utrecht is an hour ahead of UTC.
    Case("seven on a day of UTC", (*(Use(f"{hour}:00", 30) for hour in range(8, 14)), Use("23:00", 30))),
    Case("seven on a local day", (Use("-1 23:00", 30), *(Use(f"{hour}:00", 30) for hour in range(8, 14))),
         "charges_a_day"),
    # The day of the change has 25 hours: from 22:00 to 23:00 UTC.
    Case("seven on the day of 25 hours", (Use("-9 22:00", 30), *(Use(f"-8 {hour}:00", 30) for hour in range(8, 13)),
                                          Use("-8 22:59", 30)), "charges_a_day"),
    Case("and a step too far", (*(Use(f"{hour}:00", 30) for hour in range(8, 14)), Use("14:00", 30, km=100)),
         "charges_a_day impossible_travel", tuple(range(7))),
]  # fmt: skip

CONTRACTS = [
    Case("held under two contracts and used under both",
         (Use("10:00"), Use("14:00", contract="NL-RLX-C77770001")), "two_contracts",
         tokens=(Held(), Held(party="RLX", contract="NL-RLX-C77770001")),
         of_tokens=("token_uid_two_contracts", "token_uid_two_contracts")),
    Case("held under two contracts and used under one", (Use("10:00"), Use("14:00")),
         tokens=(Held(), Held(party="RLX", contract="NL-RLX-C77770002")),
         of_tokens=("token_uid_two_contracts", "token_uid_two_contracts")),
    Case("held under another contract when the first was not valid any more",
         (Use("10:00"), Use("14:00", contract="NL-RLX-C77770003")), "after_invalid", (0,),
         tokens=(Held(), Held(50, more=INVALID), Held(62.5, party="RLX", contract="NL-RLX-C77770003"))),
    Case("moved to another contract", (Use("10:00"), Use("14:00", contract="NL-RLG-C77770004"), Use("16:00")),
         tokens=(Held(), Held(60, contract="NL-RLG-C77770004"))),
    Case("unknown, moved to another contract", (Use("10:00"), Use("14:00", contract="NL-RLG-C77770005")), tokens=()),
    Case("unknown, back at the first contract",
         (Use("10:00"), Use("14:00", contract="NL-RLG-C77770006"), Use("16:00")), "two_contracts", tokens=()),
    Case("one contract in several forms",
         (Use("10:00", contract="NL-RLG-C77770007"), Use("12:00", contract="nlrlgc77770007"),
          Use("14:00", contract="NL-RLG-C77770007-X"), Use("16:00", contract="NL-RLG-C77770007")), tokens=()),
    Case("what is no contract", (Use("10:00"), Use("14:00", contract="unknown"), Use("16:00")), tokens=()),
]  # fmt: skip

VALIDITY = [
    # Tokens are first seen on 1 September 01:00, the other version 62 days later: on 2 November 01:00.
    Case("from the moment on", (Use("01:00"),), "after_invalid", (0,), tokens=(Held(), Held(62, more=INVALID))),
    Case("a second before", (Use("00:59:59"),), tokens=(Held(), Held(62, more=INVALID))),
    Case("valid again", (Use("01:00"),), tokens=(Held(), Held(61, more=INVALID), Held(62, more={"valid": True}))),
    Case("said twice", (Use("10:00"),), "after_invalid", (0,),
         tokens=(Held(), Held(62, more=INVALID), Held(62.25, more={**INVALID, "whitelist": "NEVER"}))),
    Case("by its contract", (Use("01:00", version="2.1.1"),), "after_invalid", (0,),
         tokens=(Held(), Held(62, more=INVALID))),
    Case("never valid", (Use("10:00"),), "after_invalid", (0,), tokens=(Held(more=INVALID),)),
    Case("valid with another party", (Use("10:00"),), tokens=(Held(), Held(62, more=INVALID), Held(party="RLX"))),
]  # fmt: skip

CLUSTERS = [
    # The first begins with its second charge at 10:30; the later ones with the first of their two.
    Case("a week apart are one case", (*TWICE, Use("7 10:30"), Use("7 10:45", km=1)),
         "simultaneous_use simultaneous_use", (0, 1, 2, 3)),
    Case("a second more than a week apart are two", (*TWICE, Use("7 10:30:01"), Use("7 10:45", km=1)),
         "simultaneous_use simultaneous_use", (0, 1, 2, 3), cases=2),
    Case("points of two cases do not add up",
         (Use("10:00"), Use("11:10", km=50), *moved(tuple(Use(f"{hour}:00", 30, km=50) for hour in range(8, 15)), 9)),
         "impossible_travel charges_a_day", cases=2),
]  # fmt: skip

SPELLINGS = [
    *(Case(f"a partner writes {name}", (Use("10:00", uid=f"04A1B2C3D4{at:02X}F6"), Use("10:30", km=1, uid=form(at))),
           "simultaneous_use", (0, 1), tokens=(Held(uid=f"04A1B2C3D4{at:02X}F6"),))
      for at, (name, form) in enumerate({
          "lower case": lambda at: f"04a1b2c3d4{at:02x}f6",
          "separators": lambda at: f"04:A1:B2:C3:D4:{at:02X}:F6",
          "no leading zero": lambda at: f"4A1B2C3D4{at:02X}F6",
          "the bytes turned round": lambda at: f"F6{at:02X}D4C3B2A104",
          "decimal": lambda at: str(int(f"04A1B2C3D4{at:02X}F6", 16)),
          "the bytes turned round in decimal": lambda at: str(int(f"F6{at:02X}D4C3B2A104", 16)),
      }.items(), start=16)),
    Case("an unknown card in two spellings", (Use("10:00", uid="0B0C0D0E"), Use("10:30", km=1, uid="0E0D0C0B")),
         "simultaneous_use", (0, 1), tokens=()),
    Case("an app is spelt in one way only", (Use("10:00", uid="0B0C0D1E", kind="APP_USER"),
                                             Use("10:30", km=1, uid="1E0D0C0B", kind="APP_USER")), tokens=()),
]  # fmt: skip

NEAR = ("token_uid_near_equal", "token_uid_near_equal")


def near(
    name: str, uid: str, other: str, codes: tuple[str, ...] = NEAR, *, party: str = "RLG", kind: str = "RFID"
) -> Case:
    """Two tokens under two contracts."""
    second = Held(uid=other, contract=f"NL-RLG-C66{uid[-6:]}", party=party, kind=kind)
    return Case(name, tokens=(Held(uid=uid, kind=kind), second), of_tokens=codes)


NEAR_EQUAL = [
    near("bytes turned round", "04112233445566", "66554433221104"),
    near("decimal", "04112233445577", str(0x04112233445577)),
    near("decimal of four bytes", "D4112233", str(0xD4112233)),
    near("decimal of the bytes turned round", "04112233445588", str(0x88554433221104)),
    near("no leading zero", "0411223344559A", "411223344559A"),
    near("ten digits with a leading zero", "14112255", f"{0x14112255:010d}"),
    near("separators", "041122334455AA", "04-11-22-33-44-55-AA"),
    near("upper and lower case are one uid", "041122334455AB", "041122334455ab",
         ("token_uid_two_contracts", "token_uid_two_contracts"), party="RLX"),
    near("another uid", "041122334455AC", "041122334455AD", ()),
    near("nibbles turned round", "041122334455AE", "EA554433221140", ()),
    near("an app", "14112266", "66221114", (), kind="APP_USER"),
    near("no hexadecimal digits", "G4112277", "772211G4", ()),
    Case("one contract", tokens=(Held(uid="041122334455AF"), Held(uid="AF554433221104")), of_tokens=()),
    Case("one of them no longer valid",
         tokens=(Held(uid="041122334455BA"), Held(uid="BA554433221104", contract="NL-RLG-C66000001", more=INVALID))),
    Case("told beside other evidence", tuple(Use(use.at, km=use.km, uid="041122334455BB") for use in TWICE),
         "simultaneous_use near_equal_uid:0", (0, 1), of_tokens=NEAR,
         tokens=(Held(uid="041122334455BB"), Held(uid="BB554433221104", contract="NL-RLG-C66000002"))),
]  # fmt: skip

ALL: dict[str, list[Case]] = {
    "at once": SIMULTANEOUS, "no use": NO_USE, "travel": TRAVEL, "days": DAYS, "contracts": CONTRACTS,
    "validity": VALIDITY, "clusters": CLUSTERS, "spelling": SPELLINGS, "near": NEAR_EQUAL,
}  # fmt: skip
