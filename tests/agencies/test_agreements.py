"""Importing ICE's lists of 287(g) agreements, workbooks and snapshots, onto our ids."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from pipelines.agencies import shipped_register
from pipelines.agencies.agreements import AgreementListError, import_agreements, join_snapshots
from pipelines.agencies.lists import import_agencies
from pipelines.agencies.official import OfficialNames

HEAD = ["STATE", "LAW ENFORCEMENT AGENCY", "TYPE", "COUNTY", "SUPPORT TYPE", "SIGNED", "MOA"]
SIGNED = datetime(2025, 5, 8)  # noqa: DTZ001  a workbook's cells carry no zone
NAMES = OfficialNames(shipped_register())


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in [HEAD, *rows, [None] * 7]:
        sheet.append(row)
    book.save(path)
    return path


def test_a_participating_row_is_an_agreement_with_its_signing_and_the_lists_day(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "participatingAgencies07182025pm.xlsx",
        [
            [
                "NEBRASKA",
                "Brown County Sheriff’s Office ",
                "County",
                "Brown County ",
                "Warrant Service Officer",
                SIGNED,
                "link",
            ]
        ],
    )
    (agreement,) = import_agreements(path).agreements
    assert agreement.agency_id == "us-ne-brown-county-sheriff"
    assert agreement.agreement_id == "us-ne-brown-county-sheriff:warrant-service-officer"
    assert (agreement.signed_on, agreement.snapshot_on) == (date(2025, 5, 8), date(2025, 7, 18))
    assert (agreement.snapshot_half, agreement.status, agreement.matched) == ("pm", "participating", True)
    assert agreement.county_fips == "31017"


def test_a_pending_row_is_no_agreement_and_has_no_signing(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "pendingAgencies07182025pm.xlsx",
        [["TEXAS", "Randall County Sheriff's Office", "County", "Randall County", "Task Force Model", SIGNED, None]],
    )
    imported = import_agreements(path)
    assert imported.agreements == ()
    assert [(p.status, p.signed_on) for p in imported.pending] == [("pending", None)]


def test_two_models_are_two_agreements_and_a_repeated_row_is_one(tmp_path: Path) -> None:
    row = ["IOWA", "Polk County Sheriff's Office", "County", "Polk County"]
    path = workbook(
        tmp_path / "participatingAgencies07032025am.xlsx",
        [[*row, model, SIGNED, ""] for model in ("Task Force Model", "Jail Enforcement Model", "Task Force Model")],
    )
    imported = import_agreements(path)
    assert len(imported.agreements) == 2
    assert [reason for _, _, reason in imported.skipped] == ["same agency and model as row 2"]


def test_the_csvs_date_is_the_lists_and_minus_one_is_no_ori(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.csv"
    path.write_text(
        "date,state,county,zip,agency,agency_id,ori,type\n"
        "2025-05-16 am,FLORIDA,NA,1,longwood police,1,FL0590300,Task Force Model\n"
        "2025-05-19 pm,FLORIDA,NA,1,longwood police,1,-1,Task Force Model\n"
        "2025-05-19 pm,FLORIDA,NA,1,florida of corrections,NA,NA,Task Force Model\n"
        "soon,FLORIDA,NA,1,longwood police,1,NA,Task Force Model\n",
        encoding="utf-8",
    )
    imported = import_agreements(path)
    assert [(a.agency_id, a.ori_given, a.signed_on, a.snapshot_on.isoformat()) for a in imported.agreements] == [
        ("us-fl-longwood-police", "FL0590300", None, "2025-05-16"),
        ("us-fl-longwood-police", None, None, "2025-05-19"),
        ("us-fl-department-of-corrections", None, None, "2025-05-19"),
    ]
    assert imported.skipped == ((5, "longwood police", "no day in 'soon'"),)


def test_snapshots_join_into_one_span_each_and_what_left_the_list_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "snapshots.csv"
    path.write_text(
        "date,state,county,agency,type\n"
        "2025-05-16 am,OHIO,Butler County,butler county sheriff,Task Force Model\n"
        "2025-05-16 am,OHIO,Lake County,lake county sheriff,Task Force Model\n"
        "2025-06-01 am,OHIO,Butler County,butler county sheriff,Task Force Model\n",
        encoding="utf-8",
    )
    spans = {span.agency_id: span for span in join_snapshots(import_agreements(path).agreements)}
    butler, lake = spans["us-oh-butler-county-sheriff"], spans["us-oh-lake-county-sheriff"]
    assert (butler.status, butler.first_seen_on, butler.last_seen_on) == ("active", date(2025, 5, 16), date(2025, 6, 1))
    assert (lake.status, lake.last_seen_on) == ("ended", date(2025, 5, 16))


def test_a_workbook_without_a_day_in_its_name_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "agencies.xlsx", [])
    with pytest.raises(AgreementListError, match="no day in the file name"):
        import_agreements(path)


@pytest.mark.parametrize(
    ("name", "state", "county", "agency_id"),
    [
        ("Berrian County Sheriff Offic", "MI", "Berrian County", "us-mi-berrien-county-sheriff"),
        ("Hopewell County Sheriff's Office", "VA", "Hopewell County", "us-va-hopewell-city-sheriff"),
        ("Miami Dade Sheriff's Office", "FL", "Miami-Dade County", "us-fl-miami-dade-county-sheriff"),
        ("Jacksonville Sheriff's Office", "FL", "Duval County", "us-fl-duval-county-sheriff"),
        ("Bossier Parish Sheriff's Office", "LA", "Bossier Parish ", "us-la-bossier-parish-sheriff"),
        ("sunny isles police", "FL", None, "us-fl-sunny-isles-beach-police"),
        ("town of palm beach police", "FL", None, "us-fl-palm-beach-police"),
        ("Las Vegas Metropolitan Police Department", "NV", None, "us-nv-las-vegas-police"),
        ("florida of highway safety and motor vehicles, of highway patrol", "FL", None, "us-fl-highway-patrol"),
        ("kansas of investigation", "KS", None, "us-ks-bureau-of-investigation"),
        ("Virginia Department of State Police", "VA", None, "us-va-state-police"),
        ("Luzerne County District Attorney's Office", "PA", "Luzerne County", "us-pa-luzerne-county-prosecutor"),
    ],
)
def test_a_name_as_typed_finds_its_agency(name: str, state: str, county: str | None, agency_id: str) -> None:
    match = NAMES.match(name, state, county)
    assert (match.agency.agency_id, match.known) == (agency_id, True)


@pytest.mark.parametrize(
    ("name", "state", "agency_id", "reason"),
    [
        ("Derry Township Constable's Office", "PA", "us-pa-derry-township-constable", "constable"),
        ("Gulf County Board of County Commissioners", "FL", "us-fl-gulf-county-board-of-county-commissioners", "board"),
        ("Texas National Guard", "TX", "us-tx-national-guard", "guard"),
        ("Polk County Corrections Department", "FL", "us-fl-polk-county-jail", "corrections"),
        ("texas of the attorney general", "TX", "us-tx-attorney-generals-office", "body of the state"),
        ("florida of agriculture", "FL", "us-fl-department-of-agriculture", "body of the state"),
        ("Nowhere Parish Sheriff's Office", "LA", "us-la-nowhere-parish-sheriff", "no county"),
    ],
)
def test_what_no_register_lists_gets_an_id_of_ours_and_a_reason(
    name: str, state: str, agency_id: str, reason: str
) -> None:
    match = NAMES.match(name, state)
    assert not match.known
    assert match.agency.agency_id == agency_id
    assert reason in match.reason


def test_names_that_differ_by_a_direction_are_not_taken_for_each_other() -> None:
    assert NAMES.match("North Quistford Police Department", "FL").known is False
    palm = NAMES.match("North Palm Beach Police Department", "FL")
    assert palm.agency.agency_id == "us-fl-north-palm-beach-police"


def test_on_the_real_lists_nearly_all_agree_with_the_oris_that_others_matched(shared: Path) -> None:
    folder = shared / "data/agencies"
    fbi = import_agencies(folder / "fbi_law_enforcement_employees.csv")
    register = shipped_register().with_agencies(fbi.rows)
    rows = import_agreements(folder / "287g_agreements.csv", register).agreements
    theirs = [row for row in rows if row.ori_given in fbi.agency_of_ori]
    agreeing = sum(fbi.agency_of_ori[row.ori_given or ""] == row.agency_id for row in theirs)
    assert agreeing / len(theirs) >= 0.97


def test_the_real_workbooks_are_read_and_pending_lists_hold_no_agreement(shared: Path) -> None:
    register = shipped_register()
    for path in sorted((shared / "data/agencies/ice_287g").glob("*.xlsx")):
        imported = import_agreements(path, register)
        pending = path.name.startswith("pending")
        assert bool(imported.agreements) is not pending
        assert bool(imported.pending) is pending
        assert all(row.reason for row in imported.unmatched())
