"""Statements × rules → alerts, and how they reach people. Pure: facts and rules in, messages out.

Neither the ledger nor the warehouse is touched here: `pipelines.steps.alerting` raises alerts in the loader's
transaction, `pipelines.steps.delivering` takes them from the ledger to the channels.
"""
