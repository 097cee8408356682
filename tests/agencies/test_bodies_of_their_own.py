"""Agencies that no list has: regional jails, constables, departments of public safety, initials of states."""

from __future__ import annotations

import pytest

from pipelines.agencies import AgencyResolver


@pytest.mark.parametrize(
    ("state", "text", "words", "name"),
    [
        ("VA", "The Hampton Roads Regional Jail notified ICE.", "Hampton", "Hampton Roads Regional Jail"),
        ("TX", "Harris County Precinct 4 Constable Jo Roe will.", "Precinct 4", "Harris County Constable Precinct 4"),
        ("KY", "Oldham County jailer Jo Roe spoke.", "jailer", "Oldham County Jail"),
        ("KS", "Sheriff-elect Jo Roe of Johnson County spoke.", "Sheriff-elect", "Johnson County Sheriff's Office"),
        ("MI", "Michigan State Police stopped them. MSP called ICE.", "MSP", "Michigan State Police"),
        ("MI", "Kalamazoo Public Safety officers do not ask.", "Kalamazoo", "Kalamazoo Department of Public Safety"),
        ("LA", "The jail in Covington holds men for ICE.", "The jail", "St. Tammany Parish Sheriff's Office"),
        ("MN", "Metro Transit police do not ask.", "Metro", "Metro Transit Police Department"),
        ("VA", "In Chesterfield County, police take no part.", "police", "Chesterfield County Police Department"),
        ("IL", "Chicago police said no. CPD and Cicero police agreed.", "CPD", "Chicago Police Department"),
    ],
)
def test_a_body_named_in_full_or_by_its_short_form_is_found(state: str, text: str, words: str, name: str) -> None:
    at = text.index(words)
    found = [m for m in AgencyResolver().find(text, outlet_state=state) if m.start < at + len(words) and m.end > at]
    assert [(m.agency.name, m.agency.state) for m in found if m.agency] == [(name, state)]


def test_a_federal_or_private_center_is_no_regional_jail_of_its_own() -> None:
    found = AgencyResolver().find("The Imperial Regional Detention Facility holds 700.", outlet_state="CA")
    assert not [m for m in found if m.agency and "Imperial" in m.agency.name]
