"""What each table of a prison's database is for, in the words of the paper; written by hand, apart from the models.

A test holds it to the database: a table or a column without words here makes it fail. Data only.
"""

from __future__ import annotations

from typing import NamedTuple

KEY = ""  # says nothing of anybody: a key, a digest, an establishment

# What stands in one line of a list, and of a sheet, which are kept as JSON.
LIST_LINE = {
    "id": KEY,
    "building": "bâtiment",
    "cell": "cellule",
    "last_name": "nom",
    "first_name": "prénom",
    "register_number": "numéro d’écrou",
    "expected_at": "heure d’arrivée",
    "mark": "mention « ajouté » ou « retiré »",
}
SHEET_LINE = {
    "key": KEY,
    "at": "heure d’arrivée",
    "cell": "cellule",
    "name": "nom et prénom",
    "number": "numéro d’écrou",
    "mark": "mention",
    "impediment": "empêchement noté par les agents",
}
LINE_WORDS = {"prison_edition": LIST_LINE, "prison_printedsheet": SHEET_LINE}

COLUMN_WORDS: dict[str, dict[str, str]] = {
    "prison_edition": {
        "id": KEY,
        "establishment_id": KEY,
        "day": "jour",
        "version": "numéro de parution",
        "planned_for": "heure de parution",
        "lines": f"par convocation {', '.join(filter(None, LIST_LINE.values()))}",
        "digest": KEY,
    },
    "prison_printedsheet": {
        "id": KEY,
        "batch": KEY,
        "establishment_id": KEY,
        "building_id": "bâtiment",
        "wing": "étage",
        "day": "jour",
        "version": "numéro de parution",
        "planned_for": "heure de parution",
        "lines": f"par convocation {', '.join(filter(None, SHEET_LINE.values()))}",
        "printed_at": "imprimée quand",
        "printed_by_id": "par quel agent",
    },
    "prison_linestate": {
        "line": KEY,
        "establishment_id": KEY,
        "day": "jour",
        "state": "état noté par les agents",
        "impediment": "empêchement",
        "at": "heure",
        "previous_state": "état précédent",
        "previous_impediment": KEY,
    },
    "prison_tap": {
        "id": KEY,
        "number": KEY,
        "establishment_id": KEY,
        "line": KEY,
        "register_number": "numéro d’écrou",
        "expected_at": "heure d’arrivée",
        "at": "heure",
        "seen_state": KEY,
        "seen_impediment": KEY,
        "state": "état noté",
        "impediment": "empêchement",
        "by_id": "par quel agent",
    },
    "prison_prisonalert": {
        "id": KEY,
        "establishment_id": KEY,
        "building_id": "bâtiment",
        "register_number": "numéro d’écrou",
        "last_name": "nom",
        "first_name": "prénom",
        "urgency": "urgence",
        "raised_at": "heure",
        "raised_by_id": "par quel agent",
        "is_received": "reçu ou non",
        "is_carried": KEY,
    },
    "prison_prisonfreeze": {
        "id": KEY,
        "establishment_id": KEY,
        "building_id": "bâtiment",
        "reason": "motif de sécurité",
        "frozen_at": "début",
        "lifted_at": "fin",
        "frozen_by_id": "par quels agents",
        "lifted_by_id": KEY,
        "is_carried": KEY,
    },
    "prison_exportpermission": {
        "id": KEY,
        "establishment_id": KEY,
        "username": "compte d’agent autorisé",
        "until": "dernier jour",
        "is_known": KEY,
    },
    "prison_exportuse": {
        "id": KEY,
        "establishment_id": KEY,
        "username": "compte",
        "by_id": KEY,
        "taken_as": "fichier ou calendrier",
        "hour": "heure",
    },
    "prison_desksetting": {
        "establishment_id": KEY,
        "floor_rule": "manière de lire l’étage dans la cellule",
        "late_after": "minutes avant un retard",
    },
    "prison_walldisplay": {
        "id": KEY,
        "establishment_id": KEY,
        "label": "emplacement de l’écran",
        "names": "noms entiers, abrégés ou masqués",
        "digest": KEY,
        "opened_by_id": "par quel agent",
        "opened_at": "ouvert quand",
        "expires_at": "jusqu’à quand",
        "revoked_at": "fermé quand",
    },
    "prison_publishinghour": {
        "id": KEY,
        "establishment_id": KEY,
        "at": "heures de parution",
        "since": KEY,
        "until": KEY,
    },
    "prison_heartbeat": {"id": KEY, "at": "dernier passage du messager"},
    "prison_deskcount": {
        "establishment_id": KEY,
        "taps": "nombre d’états notés",
        "minute": KEY,
        "of_minute": KEY,
    },
}


class TableGroup(NamedTuple):
    """Tables that the paper tells of in one line; `says` alone where their columns have no words of their own."""

    title: str
    tables: tuple[str, ...]
    kept: str
    says: str = ""

    @property
    def sentence(self) -> str:
        words = dict.fromkeys(word for table in self.tables for word in COLUMN_WORDS.get(table, {}).values() if word)
        return f"{self.title}\u00a0: {self.says or ', '.join(words)}."


GROUPS = (
    TableGroup("Listes publiées", ("prison_edition",), "4 jours"),
    TableGroup("Feuilles imprimées", ("prison_printedsheet",), "jusqu’au surlendemain"),
    TableGroup("États des convocations", ("prison_linestate",), "4 jours"),
    TableGroup("États en route vers l’unité", ("prison_tap",), "quelques secondes"),
    TableGroup("Signalements d’agents", ("prison_prisonalert",), "7 jours après"),
    TableGroup("Blocages de mouvements", ("prison_prisonfreeze",), "7 jours après"),
    TableGroup("Sorties autorisées par l’unité", ("prison_exportpermission",), "jusqu’à leur fin"),
    TableGroup("Sorties faites, en route vers l’unité", ("prison_exportuse",), "quelques secondes"),
    TableGroup("Affichages muraux", ("prison_walldisplay",), "gardés, sans personne détenue"),
    TableGroup(
        "Fonctionnement",
        ("prison_publishinghour", "prison_heartbeat", "prison_deskcount", "prison_desksetting"),
        "remplacé sur place",
    ),
    TableGroup("Lieux", ("access_establishment", "access_building"), "sans limite", "établissements et bâtiments"),
    TableGroup(
        "Comptes des agents",
        (
            "access_user", "access_usedpassword", "access_membership", "guardian_userobjectpermission",
            "guardian_groupobjectpermission", "auth_group", "auth_group_permissions",
            # Filled in the hospital's database only.
            "access_secondword", "access_custodian", "access_jointadministration",
        ),
        "vos règles",
        "nom, adresse, droits, mot de passe illisible",
    ),
    TableGroup(
        "Seconds facteurs",
        (
            "otp_totp_totpdevice", "otp_hotp_hotpdevice", "otp_static_staticdevice", "otp_static_statictoken",
            "django_otp_webauthn_webauthncredential", "django_otp_webauthn_webauthnattestation",
            "django_otp_webauthn_webauthnuserhandle",
        ),
        "avec le compte",
        "clés et codes des agents",
    ),
    TableGroup(
        "Connexions",
        (
            "access_session", "access_calendaraddress", "access_failedattempts", "access_providerlink",
            "access_interfacetoken", "access_interfacesending",
        ),
        "fin de session, 1 jour",
        "sessions ouvertes, nombre d’essais manqués, adresses de calendrier ; le lien avec un fournisseur d’identité"
        " et les jetons d’interface, toujours vides ici",
    ),
    TableGroup(
        "Événements des comptes",
        ("access_accountevent",),
        "180 jours",
        "quand, avec quel navigateur et de quelle adresse un agent s’est connecté",
    ),
    TableGroup(
        "Revues des comptes",
        ("access_accessreview", "access_reviewline"),
        "vos règles",
        "par compte d’agent, son rôle, ses bâtiments et ce qui en a été décidé",
    ),
    TableGroup(
        "Journal des accès",
        ("access_auditentry", "access_auditchain"),
        "de 6 à 36 mois",
        "quel agent a fait quoi, et quand",
    ),
    TableGroup(
        "Logiciel",
        ("django_content_type", "django_migrations", "auth_permission"),
        "sans limite",
        "noms de tables, de droits, de versions",
    ),
)  # fmt: skip
