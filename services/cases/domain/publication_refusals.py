"""The rules that a flyer or a guide may break."""

from __future__ import annotations

from services.chassis.errors import Refusal


class NoContactNumber(Refusal):
    status = 422
    sentence = "Inscrivez au moins un numéro à appeler."
    default_field = "contacts"


class ContactTwice(Refusal):
    status = 422
    sentence = "Le numéro {number} est inscrit deux fois."
    default_field = "contacts"


class ContactWithoutName(Refusal):
    status = 422
    sentence = "Indiquez à quoi sert le numéro {number}."
    default_field = "contacts"


class UnknownContact(Refusal):
    status = 422
    sentence = "Le numéro {number} ne figure pas dans cette publication."
    default_field = "number"


class VerificationInTheFuture(Refusal):
    status = 422
    sentence = "La date de vérification est dans le futur."
    default_field = "verified_on"


class ContactNotVerified(Refusal):
    sentence = "Le numéro {number} n'a pas été vérifié : appelez-le, puis inscrivez la date."
    default_field = "contacts"


class ContactVerificationTooOld(Refusal):
    sentence = "Le numéro {number} a été vérifié le {day} : il faut une vérification de moins de {months} mois."
    default_field = "contacts"


class PublicationNotDraft(Refusal):
    sentence = "La publication est déjà approuvée."


class PublicationNotApproved(Refusal):
    sentence = "La publication n'est pas approuvée."


class PublicationNotPublished(Refusal):
    sentence = "La publication n'est pas encore publiée."


class PublicationAlreadyPublished(Refusal):
    sentence = "La publication est déjà publiée."


class PublicationReplaced(Refusal):
    sentence = "Une publication plus récente remplace celle-ci."


class DistributionInTheFuture(Refusal):
    status = 422
    sentence = "La date de distribution est dans le futur."
    default_field = "distributed_on"


class ReplacementUnknown(Refusal):
    status = 422
    sentence = "La publication qui remplace celle-ci n'existe pas."
    default_field = "superseded_by"


class ReplacedByItself(Refusal):
    status = 422
    sentence = "Indiquez la publication qui remplace celle-ci."
    default_field = "superseded_by"
