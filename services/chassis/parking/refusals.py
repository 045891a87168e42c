"""Why something cannot be done with a parked record."""

from __future__ import annotations

from services.chassis.errors import Refusal


class BehindAnother(Refusal):
    """Only the first record of a key can be taken up: the others wait for it."""

    sentence = "Un enregistrement antérieur de la même clé attend encore : traitez-le d'abord."


class AlreadySettled(Refusal):
    sentence = "Cet enregistrement a déjà été appliqué ou écarté autrement."


class ReasonMissing(Refusal):
    status = 422
    default_field = "reason"
    sentence = "Écrivez le motif : il reste dans l'historique."


class ContentClosed(Refusal):
    """The content of a topic that is not open is read at the service's own command line only."""

    status = 403
    sentence = "Le contenu de ce sujet ne s'affiche pas ici : lisez-le à la ligne de commande du service."


class QueueBusy(Refusal):
    """A lock, a deadlock, an outage: nothing of this step was done and trying again may work."""

    status = 503
    sentence = "La file est occupée ou la base ne répond pas. Rien n'est perdu ; réessayez dans quelques instants."
