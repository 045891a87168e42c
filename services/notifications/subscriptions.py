"""Which facts this service reacts to."""

from __future__ import annotations

from schemas.events import bodies, cases, meetings, outreach, plans
from services.chassis.subscriptions import Subscriptions
from services.notifications.reactions.cases import tell_prosecutor_consulted, tell_step
from services.notifications.reactions.institutions import enter_institution
from services.notifications.reactions.meetings import tell_meeting_cancelled, tell_meeting_convened, tell_meeting_moved
from services.notifications.reactions.outreach import (
    tell_publication_published,
    tell_session_cancelled,
    tell_session_published,
)
from services.notifications.reactions.plans import tell_plan_signed, tell_plan_validated

subscriptions = Subscriptions()

subscriptions.on(bodies.InstitutionRegistered)(enter_institution)
subscriptions.on(meetings.MeetingConvened)(tell_meeting_convened)
subscriptions.on(meetings.MeetingRescheduled)(tell_meeting_moved)
subscriptions.on(meetings.MeetingCancelled)(tell_meeting_cancelled)
subscriptions.on(plans.ActionPlanValidated)(tell_plan_validated)
subscriptions.on(plans.ActionPlanSigned)(tell_plan_signed)
subscriptions.on(outreach.DropInSessionPublished)(tell_session_published)
subscriptions.on(outreach.DropInSessionCancelled)(tell_session_cancelled)
subscriptions.on(outreach.PublicationPublished)(tell_publication_published)
subscriptions.on(cases.ProsecutorConsulted)(tell_prosecutor_consulted)
subscriptions.on(cases.ProsecutorClearanceReceived)(tell_step)
subscriptions.on(cases.ProsecutorObjectionReceived)(tell_step)
subscriptions.on(cases.ProsecutorReplyTimedOut)(tell_step)
subscriptions.on(cases.RecallSuspended)(tell_step)
subscriptions.on(cases.RecallCaseClosed)(tell_step)
