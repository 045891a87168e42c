"""The rules a request to this service can break."""

from __future__ import annotations

from services.chassis.errors import Refusal


class DeliveryNotFailed(Refusal):
    sentence = "Seul un envoi non remis peut être renvoyé."


class EmailAddressUnreadable(Refusal):
    status = 422
    default_field = "email"
    sentence = "Indiquez une adresse complète, par exemple secretariat@institution.fr."


class WebhookNotSecure(Refusal):
    status = 422
    default_field = "webhook_url"
    sentence = "L'adresse doit commencer par https://."


class SubjectCannotBeTurnedOff(Refusal):
    status = 422
    default_field = "muted"
    sentence = "Cet envoi fait partie de la procédure et ne peut pas être désactivé."


class WebhookSecretMissing(Refusal):
    status = 422
    default_field = "webhook_secret"
    sentence = "Indiquez le secret partagé avec ce système."


class WebhookSecretUnreadable(Refusal):
    status = 422
    default_field = "webhook_secret"
    sentence = "Le secret partagé commence par whsec_, suivi d'au moins 24 octets écrits en base64."


class WebhooksNotAvailable(Refusal):
    default_field = "webhook_url"
    sentence = "Ce serveur n'a pas de clé pour garder les secrets des systèmes partenaires. Prévenez l'exploitation."


class PartnerAlreadyRegistered(Refusal):
    sentence = "Cette institution est déjà dans l'annuaire. Modifiez ses coordonnées."
