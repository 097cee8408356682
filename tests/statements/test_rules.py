"""Every rule beside the learned head carries a sentence that it must match and one that it must not."""

from __future__ import annotations

import pytest

from pipelines.records import Stance
from pipelines.statements.classifier import shipped_head
from pipelines.statements.rules import Rule, fire_rules, shipped_rules
from pipelines.statements.stances import judge_words
from pipelines.statements.wording import read_wording


@pytest.mark.parametrize("rule", shipped_rules(), ids=lambda rule: rule.id)
def test_rule_matches_its_example_and_not_its_counterexample(rule: Rule) -> None:
    assert any(firing.rule is rule for firing in fire_rules(read_wording(rule.match)))
    assert not any(firing.rule is rule for firing in fire_rules(read_wording(rule.no_match)))


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in shipped_rules()}) == len(shipped_rules())


@pytest.mark.parametrize(
    ("words", "stance"),
    [
        ("The jail honors every detainer.", Stance.COOPERATES),
        ("The jail does not honor detainers.", Stance.REFUSES),
        ("The jail has never declined a detainer.", Stance.COOPERATES),
        ("He said that he would not refuse ICE.", Stance.COOPERATES),
        ("Not only do we honor detainers, we drive the inmates to ICE.", Stance.COOPERATES),
        ("The jail no longer notifies ICE of releases.", Stance.REFUSES),
        ("The sheriff refused to hold the men for ICE.", Stance.REFUSES),
        ("We hold people for ICE only with a warrant signed by a judge.", Stance.LIMITS),
        ("We don't hold anybody for ICE unless a judge signs a warrant.", Stance.LIMITS),
        ("The department works with ICE on criminal cases only.", Stance.LIMITS),
        ("The sheriff has not decided whether to sign an agreement with ICE.", Stance.UNCLEAR),
        ("Deputies directed traffic while federal agents worked.", Stance.UNCLEAR),
        ("Nobody here will be turned over to ICE.", Stance.REFUSES),
        ("Officers do not ask about immigration status.", Stance.REFUSES),
        ("The sheriff canceled the agreement with ICE.", Stance.REFUSES),
        ("It isn't true that we refuse to work with ICE.", Stance.COOPERATES),
    ],
)
def test_negation_condition_and_reversal_decide_the_stance(words: str, stance: Stance) -> None:
    assert judge_words(read_wording(words), shipped_head()).stance is stance


def test_the_evidence_of_a_rule_is_words_of_the_text() -> None:
    text = "Our deputies will never, ever take part in immigration raids."
    for firing in fire_rules(read_wording(text)):
        assert text[firing.start : firing.end]
