"""What a line of the log calls the record that it is about, where the record's own package has no words for readers."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.enums import FactorKind
from access.reach import ADDRESS, UNKNOWN_NAME

KINDS: dict[str, Any] = {
    UNKNOWN_NAME: gettext_lazy("a name that no account has"),
    ADDRESS: gettext_lazy("an address, or all strangers together"),
    "otp_static.staticdevice": gettext_lazy("code sheet"),
    "otp_totp.totpdevice": FactorKind.TIME.label,
    "otp_hotp.hotpdevice": FactorKind.BUTTON.label,
    "django_otp_webauthn.webauthncredential": FactorKind.KEY.label,
    "access.building": gettext_lazy("building"),
    "access.calendaraddress": gettext_lazy("calendar address"),
    "access.establishment": gettext_lazy("establishment"),
    "access.failedattempts": gettext_lazy("failed sign-ins"),
    "access.interfacetoken": gettext_lazy("interface token"),
    "access.jointadministration": gettext_lazy("agreement on one administration for both sides"),
    "access.membership": gettext_lazy("role at an establishment"),
    "access.reviewline": gettext_lazy("line of a review"),
    "access.session": gettext_lazy("session of somebody who signed in"),
    "appointments.absence": gettext_lazy("absence of a carer"),
    "appointments.addressee": gettext_lazy("addressee of a letter"),
    "appointments.agenda": gettext_lazy("agenda of a carer"),
    "appointments.complaintletter": gettext_lazy("individual complaint"),
    "appointments.freeze": gettext_lazy("frozen movements"),
    "appointments.hold": gettext_lazy("time held for somebody"),
    "appointments.letterwording": gettext_lazy("wording of a letter"),
    "appointments.movementevent": gettext_lazy("tap of an officer"),
    "appointments.neutralitymeasure": gettext_lazy("measure of neutrality"),
    "appointments.obstructionpast": gettext_lazy("obstruction as it stood before"),
    "appointments.obstructionreader": gettext_lazy("reader of obstructed care"),
    "appointments.obstructionsettings": gettext_lazy("settings of obstructed care"),
    "appointments.prisonlink": gettext_lazy("link with the prison’s database"),
    "appointments.publishedfigure": gettext_lazy("published figure"),
    "appointments.registryimport": gettext_lazy("import of the nominal list"),
    "appointments.registryupload": gettext_lazy("file of the nominal list"),
    "appointments.reportfact": gettext_lazy("fact of a report"),
    "appointments.reportfile": gettext_lazy("file of a report"),
    "appointments.reportsending": gettext_lazy("sending of a report"),
    "appointments.reportsettings": gettext_lazy("settings of reports"),
    "appointments.reportversion": gettext_lazy("version of a report"),
    "appointments.unitcalendar": gettext_lazy("calendar of the unit"),
    "appointments.unplannedpublication": gettext_lazy("publication at once"),
    "prison.desksetting": gettext_lazy("settings of the desk"),
    "prison.prisonfreeze": gettext_lazy("frozen movements"),
    "prison.publishinghour": gettext_lazy("hour of publication"),
    "prison.tap": gettext_lazy("tap of an officer"),
}


def kind_in_words(target_type: str) -> str:
    """Return what a record is called; of a refused page its name, which stands in its address too."""
    if target_type in KINDS:
        return str(KINDS[target_type])
    if "." not in target_type:
        return _("page “%(name)s”") % {"name": target_type}
    try:
        return str(apps.get_model(target_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return target_type
