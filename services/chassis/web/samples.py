"""Neutral matter for the components page: a library that lends books, for the chassis knows no council."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.chassis.errors import Refusal
from services.chassis.french import typography as set_
from services.chassis.web.parts import (
    Action,
    Attendance,
    Bar,
    Blocked,
    Cell,
    Chip,
    Column,
    Due,
    Entry,
    Fact,
    Figure,
    Option,
    Parked,
    Person,
    State,
    Step,
)

LAWFUL = datetime(2017, 2, 23, 13, 30, tzinfo=UTC)
_OPTIONS = (
    Option("present", "Présent"),
    Option("represented", "Représenté"),
    Option("excused", "Excusé"),
    Option("absent", "Absent"),
)


class TooSoon(Refusal):
    status = 422
    sentence = "La date laisse {days} jours aux lecteurs ; il en faut {least}."


def typed() -> dict[str, Any]:
    """What somebody typed in the sample form."""
    return {
        "opens_at": datetime(2017, 2, 21, 13, 30, tzinfo=UTC),
        "place": "",
        "subject": "Lectures du printemps : bilan et suite",
        "asked_by": "office",
        "room": "b",
        "days": ["monday"],
        "lines": [{"title": "Bilan des prêts", "minutes": 20}, {"title": "Achats", "minutes": "une demi-heure"}],
    }


def everything() -> dict[str, Any]:
    """The context of composants.html."""
    return _page() | _lists() | _acts() | _figures()


def _page() -> dict[str, Any]:
    return {
        "states": [
            State("Prévue", "coming"),
            State("En cours", "running"),
            State("Tenue", "done"),
            State("À risque", "risk"),
            State("En retard de 4 jours ouvrés", "late"),
            State("Attend la direction", "waiting"),
        ],
        "stages": [
            Step("Prévue", "done", "5 décembre 2016"),
            Step("Annoncée", "done", "4 janvier 2017"),
            Step("Tenue", "now", "20 janvier 2017"),
            Step("Compte-rendu rédigé", "next", "attendu le 10 février"),
            Step("Compte-rendu approuvé"),
            Step("Close"),
        ],
        "actions": [
            Action("Rédiger le compte-rendu", "#actions"),
            Action("Ajouter une décision", "#actions"),
            Action("Corriger les présences", "#actions"),
        ],
        "blocked": [
            Blocked("Faire approuver le compte-rendu", "Le compte-rendu n'est pas encore rédigé."),
            Blocked("Reporter ou annuler", "La rencontre a déjà eu lieu."),
        ],
        "marks": [
            Fact(
                "Compte-rendu attendu",
                set_("vendredi 10 février 2017"),
                state=State("Retard de 4 jours ouvrés", "late"),
            ),
            Fact("Lieu", "Médiathèque, salle de lecture"),
            Fact("Responsable", "Pas encore désigné"),
            Fact("Document", "Programme (PDF, 84 Ko)", href="#reperes"),
        ],
        "entries": [
            Entry(datetime(2017, 1, 20, 15, 5, tzinfo=UTC), "La direction a enregistré la fin de la rencontre."),
            Entry(
                datetime(2017, 1, 4, 8, 30, tzinfo=UTC), "19 lettres ont été envoyées.", "#histoire", "Voir les envois"
            ),
        ],
    }


def _lists() -> dict[str, Any]:
    return {
        "chips": [
            Chip("Tout", "#filtres", 9, chosen=True),
            Chip("En retard", "#filtres", 2),
            Chip("Cette semaine", "#filtres", 3),
        ],
        "dues": [
            Due(
                "Rédiger le compte-rendu de la rencontre",
                "#echeances",
                "Rencontre du 20 janvier 2017. Les lecteurs l'attendent.",
                State("Retard de 4 jours ouvrés", "late"),
                "attendu le 10 février",
            ),
            Due("Annoncer la lecture", "#echeances", "", State("Encore 8 jours ouvrés"), "au plus tard le 28 février"),
            Due("Réponse à l'invitation", "#echeances", "", State("Attend la direction", "waiting")),
        ],
        "columns": [Column("Rencontre"), Column("Salle"), Column("État"), Column("Durée", num=True)],
        "rows": [
            [
                Cell(set_("mardi 7 mars 2017 à 14 h 30"), "#tableau", "Lectures du printemps : bilan"),
                "Salle de lecture",
                Cell(state=State("Prévue")),
                set_("20 min"),
            ],
            [
                Cell(set_("mardi 24 janvier 2017 à 10 h"), "#tableau"),
                "Salle de lecture",
                Cell(state=State("Reportée", "risk"), note="au 7 mars 2017"),
                set_("40 min"),
            ],
        ],
        "parked": [
            Parked(
                "2044", "BookMoved.v1", "019501c7-3f1a-7c44-8e11-5a0d0c7be2f1", "books, partition 3, position 1187",
                State("Modèle non respecté", "late"), set_("Champ « shelf » absent."), set_("2 h 10"), 6, 4,
                set_("16 février 2017, 7 h 31"), "#mises",
                [Action("Rejouer", "#mises", post=True), Action("Écarter", "#mises", alert=True)],
            )
        ],
    }  # fmt: skip


def _acts() -> dict[str, Any]:
    return {
        "asked": [
            Option("office", "La direction, de sa propre initiative"),
            Option("readers", "La majorité des lecteurs"),
        ],
        "days": [Option("monday", "Lundi"), Option("tuesday", "Mardi", "sauf pendant les vacances")],
        "rooms": [Option("a", "Salle de lecture"), Option("b", "Auditorium")],
        "attendances": [
            Attendance(
                "seats-0",
                "Bibliothèque du port",
                "Membre",
                _OPTIONS,
                "represented",
                set_("Enregistré à 13 h 49"),
                "A. B.",
            ),
            Attendance("seats-1", "Librairie du phare", "Invitée", _OPTIONS, "present"),
        ],
        "people": [
            Person("a", "Alix Bertin", "Bibliothécaire", "Médiathèque", "Prête les livres et tient les comptes."),
            Person("b", "Camille Roy", "Lecteur", "Quartier du port", "Emprunte des livres."),
        ],
        "reasons": [Option("letter", "Préparer la lettre"), Option("answer", "Répondre à la personne")],
        "recipients": ["Bibliothèque du port", "Librairie du phare"],
        "lost": [
            Fact("Type", "BookMoved.v1", code=True),
            Fact("Mis de côté", set_("jeudi 16 février 2017 à 7 h 31, 6 essais")),
        ],
    }


def _figures() -> dict[str, Any]:
    return {
        "numbers": [
            Figure("Prêts", "1 204", "en 2017", "Livres sortis et rendus dans l'année.", "registre des prêts."),
            Figure(
                "Durée", "31 jours", "en médiane", "Médiane sur 23 prêts, en jours calendaires.", "registre des prêts."
            ),
            Figure(
                "Part des mineurs", "non publié", "base inférieure à 10", "Part des lecteurs mineurs.", "inscriptions."
            ),
        ],
        "bars": [
            Bar("Romans", 5, "5 pour 4", target=4),
            Bar("Bandes dessinées", 3, "3 pour 4", target=4),
            Bar("Partitions", 0, "< 5", hidden=True),
        ],
        "bar_columns": [Column("Genre"), Column("Prêts", num=True), Column("Prévus", num=True)],
        "bar_rows": [["Romans", "5", "4"], ["Bandes dessinées", "3", "4"], ["Partitions", "< 5", "4"]],
    }
