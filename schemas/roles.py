"""The roles a person may hold, as the identity provider's claim spells them."""

from enum import StrEnum


class Role(StrEnum):
    COORDINATOR = "coordinator"
    PRESIDENT = "president"
    MAYOR = "mayor"
    MUNICIPAL_POLICE = "municipal_police"
    PROSECUTOR = "prosecutor"
    PARTNER = "partner"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    OPERATOR = "operator"
