"""Reminders, what decides them, and what holds them back."""

from sollecito.dunning.models.calls import PhoneCall
from sollecito.dunning.models.closings import Closing
from sollecito.dunning.models.folder import AttachedFile
from sollecito.dunning.models.hold_details import HoldTask, Presentation, Procedure, Succession
from sollecito.dunning.models.holds import Hold
from sollecito.dunning.models.orders import ActivationOrder, SendOrder
from sollecito.dunning.models.plans import PlanInstalment, Promise, RepaymentPlan
from sollecito.dunning.models.policies import Charge, Policy, PolicyChoice, Step
from sollecito.dunning.models.rates import InterestRate
from sollecito.dunning.models.reminders import Draft, Reminder, SkippedStep
from sollecito.dunning.models.replies import CustomerReply
from sollecito.dunning.models.returns import ReturnedMovement
from sollecito.dunning.models.runs import CompanyTouch, Decision, NextLook, Run
from sollecito.dunning.models.saved import SavedDraft
from sollecito.dunning.models.templates import Template, TemplateVersion

__all__ = [
    "ActivationOrder",
    "AttachedFile",
    "Charge",
    "Closing",
    "CompanyTouch",
    "CustomerReply",
    "Decision",
    "Draft",
    "Hold",
    "HoldTask",
    "InterestRate",
    "NextLook",
    "PhoneCall",
    "PlanInstalment",
    "Policy",
    "PolicyChoice",
    "Presentation",
    "Procedure",
    "Promise",
    "Reminder",
    "RepaymentPlan",
    "ReturnedMovement",
    "Run",
    "SavedDraft",
    "SendOrder",
    "SkippedStep",
    "Step",
    "Succession",
    "Template",
    "TemplateVersion",
]
