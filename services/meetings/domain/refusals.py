"""Every rule of the council that can be broken, by name, with the sentence that people read."""

from __future__ import annotations

from services.chassis.errors import Refusal

# Bodies


class InstitutionUnknown(Refusal):
    status = 422
    sentence = "Cette institution n'est pas enregistrée."
    default_field = "institution_id"


class BodyUnknown(Refusal):
    status = 422
    sentence = "Cette instance n'existe pas."
    default_field = "body_id"


class BodyNotActive(Refusal):
    status = 422
    sentence = "{body} ne peut pas se réunir le {day} : {why}."
    default_field = "starts_at"


class BodyIsDissolved(Refusal):
    sentence = "Cette instance est dissoute depuis le {day}."


class ThemeMissing(Refusal):
    status = 422
    sentence = "Indiquez le thème du groupe."
    default_field = "theme"


class ThemeNotExpected(Refusal):
    status = 422
    sentence = "Seul un groupe thématique a un thème."
    default_field = "theme"


class EffectBeforeOrder(Refusal):
    status = 422
    sentence = "L'arrêté ne peut pas prendre effet avant sa date, le {day}."
    default_field = "effective_on"


class AlreadyMember(Refusal):
    sentence = "{institution} siège déjà dans cette instance."


class NotAMember(Refusal):
    sentence = "Cette institution ne siège pas dans cette instance."


class AgreementMissing(Refusal):
    status = 422
    sentence = "Une institution désignée siège avec son accord : indiquez la date de cet accord."
    default_field = "agreed_on"


# Meetings


class MeetingInThePast(Refusal):
    status = 422
    sentence = "La réunion doit avoir lieu dans l'avenir."
    default_field = "starts_at"


class MeetingTooFarAhead(Refusal):
    status = 422
    sentence = "Une réunion se planifie au plus {months} mois à l'avance."
    default_field = "starts_at"


class NoticeTooShort(Refusal):
    status = 422
    sentence = "La date laisse {given} aux membres ; il en faut {needed} pour {body}."
    default_field = "starts_at"


class AgendaMissing(Refusal):
    status = 422
    sentence = "Indiquez au moins un point à l'ordre du jour."
    default_field = "agenda"


class MandatoryAgendaItemMissing(Refusal):
    status = 422
    sentence = "L'ordre du jour doit comporter le point obligatoire « {item} »."
    default_field = "agenda"


class BodyWithoutMembers(Refusal):
    sentence = "Aucune institution ne siège encore dans cette instance."


class MeetingAlreadyConvened(Refusal):
    sentence = "La réunion est déjà convoquée."


class MeetingNotConvened(Refusal):
    sentence = "La réunion n'est pas encore convoquée."


class MeetingIsCancelled(Refusal):
    sentence = "La réunion est annulée."


class MeetingInSession(Refusal):
    sentence = "La réunion est en séance."


class MeetingNotOpened(Refusal):
    sentence = "La réunion n'est pas ouverte."


class MeetingOver(Refusal):
    sentence = "La réunion a déjà eu lieu."


class MeetingNotToday(Refusal):
    sentence = "La réunion s'ouvre le jour prévu, le {day}."


class NothingToMove(Refusal):
    status = 422
    sentence = "La date et le lieu sont ceux déjà prévus."
    default_field = "starts_at"


class NotInvited(Refusal):
    status = 422
    sentence = "Cette institution n'est pas convoquée à cette réunion."
    default_field = "institution_id"


class MandateOfAnotherInstitution(Refusal):
    status = 403
    sentence = "Une institution désigne elle-même la personne qui la représente."


class InstitutionListedTwice(Refusal):
    status = 422
    sentence = "Une institution figure deux fois dans la feuille de présence."
    default_field = "attendance"


class RepresentativeUnnamed(Refusal):
    status = 422
    sentence = "Indiquez qui représente {institution} : nom et qualité."
    default_field = "represented_by"


class AttendanceIncomplete(Refusal):
    sentence = "Il reste {missing} à relever sur la feuille de présence."


class DecisionAlreadyRecorded(Refusal):
    sentence = "Cette décision est déjà enregistrée."


class TaskWithoutDueDate(Refusal):
    status = 422
    sentence = "Une tâche a une échéance : indiquez-la."
    default_field = "due_on"


class DueDateNotExpected(Refusal):
    status = 422
    sentence = "Seule une tâche a une échéance."
    default_field = "due_on"


class DueBeforeMeeting(Refusal):
    status = 422
    sentence = "L'échéance doit suivre la réunion, tenue le {day}."
    default_field = "due_on"


# Plans


class PeriodReversed(Refusal):
    status = 422
    sentence = "Le dernier jour du plan doit suivre le premier."
    default_field = "ends_on"


class SignatoryMissing(Refusal):
    status = 422
    sentence = "La signature de cette institution est requise : {missing}."
    default_field = "signatories"


class SignatoryListedTwice(Refusal):
    status = 422
    sentence = "Une institution figure deux fois parmi les signataires."
    default_field = "signatories"


class PlanAlreadySubmitted(Refusal):
    sentence = "Le plan est déjà transmis au comité restreint."


class NotTheSteeringCommittee(Refusal):
    status = 422
    sentence = "Un plan se transmet à un comité restreint."
    default_field = "body_id"


class PlanNotSubmitted(Refusal):
    sentence = "Le plan n'est pas encore transmis au comité restreint."


class PlanAlreadyValidated(Refusal):
    sentence = "Le plan est déjà validé."


class MeetingUnknown(Refusal):
    status = 422
    sentence = "Cette réunion n'existe pas."
    default_field = "meeting_id"


class NotAPlenary(Refusal):
    status = 422
    sentence = "Seule une assemblée plénière valide un plan."
    default_field = "meeting_id"


class MeetingNotHeld(Refusal):
    sentence = "Aucune assemblée plénière tenue ne l'a encore validé : la réunion choisie n'a pas eu lieu."


class PlenaryBeforeSubmission(Refusal):
    sentence = "L'assemblée plénière s'est tenue avant que le plan soit transmis."


class PlanNotValidated(Refusal):
    sentence = "Le plan n'est pas encore validé par une assemblée plénière."


class NotASignatory(Refusal):
    status = 403
    sentence = "Votre institution n'est pas signataire de ce plan."


class SecondSignatureBySameSignatory(Refusal):
    sentence = "{institution} a déjà signé ce plan."
