"""Who opens what: every address of every door, for everybody, both ways of asking. An address that is missing fails.

A cell is the status, or the step of signing in to which the person is sent. Each line asks for a row of unit A with
nothing filled in: 422 is a form that says what is missing, 404 a row that is not the person's to see. A method
without a line is refused (405) to whoever is let in.

The people: see tests/conftest.py. `nobody` has not signed in, `halfway` has given the password and no code, `ended`
had a role until yesterday, `stranger` comes with the session of another door. Of unit B are
chloe, hanna, otto and aude.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from pyrage.x25519 import Identity

from access.calendar_addresses import open_address
from access.enums import Role
from access.models import Custodian, Establishment, InterfaceToken, Membership, SecondWord, User
from access.policy import give
from access.reviews import open_review
from appointments.models import (
    Alert,
    Appointment,
    EmergencyAccess,
    Movement,
    Obstruction,
    ObstructionReader,
    ObstructionReport,
    PartnerUnit,
    RegistryImport,
    ReportVersion,
    Room,
    RoundStay,
    Series,
    ShiftNote,
    TeamTask,
)
from appointments.models.enums.movement import FreezeReason, Urgency
from appointments.models.enums.obstruction import HalfDay, ObstructionCause, ObstructionKind, ObstructionSource
from appointments.models.enums.report import ConsentForm, FileFormat, ReportKind
from appointments.models.enums.rounds import VisitOutcome
from appointments.obstruction.reports.complaints import begin_complaint, write_sealed_letter
from appointments.obstruction.reports.drafting import begin_report
from appointments.obstruction.reports.freezing import freeze
from appointments.obstruction.reports.reading import keep_file
from appointments.prison.displays import open_display
from appointments.prison.models import PrintedSheet, PrisonFreeze, WallDisplay
from appointments.prison.models.wall_display import ShownNames
from appointments.projection import neutral_fields
from appointments.registry.joining import digest, join, preferred
from appointments.registry.uploads import keep_upload
from appointments.statistics.kept import count_night
from carehub.guides.reading import images_of
from tests.addresses import (
    DOORS,
    MARKS,
    METHODS,
    ask,
    filled,
    read_table,
    routes_of,
    with_methods_that_exist,
    write_table,
)
from tests.appointments.care.fhir.programs import opened
from tests.appointments.plans.searches import finished
from tests.appointments.rounds.scenes import dressings, say, since, wing_round
from tests.conftest import Unit
from tests.doors import DoorClient, carry, through
from tests.factories import (
    DetaineeFactory,
    RequestFactory,
    appointment,
    away,
    closed,
    escort,
    local,
    may_export,
    member,
    open_session,
    paris_day,
    pattern_of,
    shared_session,
    unit_of,
    workday,
)

CARE = """
                                                 nobody  halfway stranger ended alice sonia bob helene chloe hanna
GET  /                                           sign-in code    sign-in  403   200   200   200 200    200   200
GET  /alerts                                     sign-in code    sign-in  403   200   200   200 200    200   200
POST /alerts/sound                               401     code    401      403   302   302   302 302    302   302
POST /alerts/<uuid:key>/received                 401     code    401      403   302   302   302 302    404   404
POST /alerts/<uuid:key>/request                  401     code    401      403   302   302   302 302    404   404
GET  /alive                                      200     200     200      200   200   200   200 200    200   200
GET  /appointment/<uuid:key>                     sign-in code    sign-in  403   200   200   404 200    404   404
POST /appointment/<uuid:key>/arrived             401     code    401      403   422   422   404 422    404   404
POST /appointment/<uuid:key>/cancel              401     code    401      403   422   422   404 422    404   404
POST /appointment/<uuid:key>/cause               401     code    401      403   422   422   404 422    404   404
GET  /appointment/<uuid:key>/exchange            sign-in code    sign-in  403   200   200   404 200    404   404
POST /appointment/<uuid:key>/exchange            401     code    401      403   422   422   404 422    404   404
GET  /appointment/<uuid:key>/later               sign-in code    sign-in  403   200   200   404 200    404   404
POST /appointment/<uuid:key>/later               401     code    401      403   422   422   404 422    404   404
POST /appointment/<uuid:key>/move                401     code    401      403   422   422   404 422    404   404
POST /appointment/<uuid:key>/not-come            401     code    401      403   422   422   404 422    404   404
POST /appointment/<uuid:key>/reason              401     code    401      403   422   422   404 422    404   404
POST /appointment/<uuid:key>/seen                401     code    401      403   422   422   404 422    404   404
POST /appointment/<uuid:key>/started             401     code    401      403   422   422   404 422    404   404
POST /appointment/<uuid:key>/undo                401     code    401      403   422   422   404 422    404   404
GET  /second-person/                             sign-in code    sign-in  403   404   404   404 200    404   200
POST /second-person/                             401     code    401      403   404   404   404 422    404   422
POST /second-person/accesses/<uuid:key>          401     code    401      403   404   404   404 400    404   404
POST /second-person/named/<int:key>/end          401     code    401      403   403   403   403 302    403   404
POST /second-person/words/together           401     code    401      403   404   404   404 400    404   400
POST /second-person/words/<int:key>              401     code    401      403   404   404   404 400    404   404
GET  /waiting-room                               sign-in code    sign-in  403   200   200   200 200    200   200
GET  /book                                       sign-in code    sign-in  403   200   200   200 200    200   200
POST /book                                       401     code    401      403   422   422   422 422    422   422
POST /book/people                                401     code    401      403   200   200   200 200    200   200
GET  /book?agenda=<agenda>&person=<person>       sign-in code    sign-in  403   200   200   404 200    404   404
POST /book?agenda=<agenda>&person=<person>       401     code    401      403   422   422   422 422    422   422
GET  /book?request=<request>                     sign-in code    sign-in  403   200   200   404 200    404   404
POST /book?request=<request>                     401     code    401      403   422   422   422 422    422   422
GET  /calendar/                                  sign-in code    sign-in  403   200   200   200 200    200   200
POST /calendar/<int:key>/open                    401     code    401      403   302   302   404 302    404   404
POST /calendar/<int:key>/renew                   401     code    401      403   404   404   404 404    404   404
POST /calendar/<int:key>/revoke                  401     code    401      403   302   302   302 302    302   302
GET  /calendar/feed/<str:secret>.ics             200     200     200      200   200   200   200 200    200   200
GET  /fhir/                                      401     401     401      401   401   401   401 401    401   401
GET  /fhir/Appointment                           401     401     401      401   401   401   401 401    401   401
GET  /fhir/Appointment/$book                     401     401     401      401   401   401   401 401    401   401
GET  /fhir/Appointment/$find                     401     401     401      401   401   401   401 401    401   401
GET  /fhir/Appointment/<str:key>                 401     401     401      401   401   401   401 401    401   401
GET  /fhir/Appointment/_search                   401     401     401      401   401   401   401 401    401   401
GET  /fhir/Patient                               401     401     401      401   401   401   401 401    401   401
GET  /fhir/Patient/<str:key>                     401     401     401      401   401   401   401 401    401   401
GET  /fhir/Patient/_search                       401     401     401      401   401   401   401 401    401   401
GET  /fhir/Practitioner                          401     401     401      401   401   401   401 401    401   401
GET  /fhir/Practitioner/<str:key>                401     401     401      401   401   401   401 401    401   401
GET  /fhir/Practitioner/_search                  401     401     401      401   401   401   401 401    401   401
GET  /fhir/Schedule                              401     401     401      401   401   401   401 401    401   401
GET  /fhir/Schedule/<str:key>                    401     401     401      401   401   401   401 401    401   401
GET  /fhir/Schedule/_search                      401     401     401      401   401   401   401 401    401   401
GET  /fhir/Slot                                  401     401     401      401   401   401   401 401    401   401
GET  /fhir/Slot/<str:key>                        401     401     401      401   401   401   401 401    401   401
GET  /fhir/Slot/_search                          401     401     401      401   401   401   401 401    401   401
GET  /fhir/<path:rest>                           401     401     401      401   401   401   401 401    401   401
GET  /fhir/metadata                              200     200     200      200   200   200   200 200    200   200
GET  /interfaces/                                sign-in code    sign-in  403   403   403   403 200    403   200
POST /interfaces/                                401     code    401      403   403   403   403 403    403   403
POST /interfaces/<int:key>/end                   401     code    401      403   404   404   404 302    404   404
POST /shown                                      401     code    401      403   400   400   400 400    400   400
GET  /since                                      sign-in code    sign-in  403   200   200   200 200    200   200
GET  /day                                        sign-in code    sign-in  403   400   400   400 400    400   400
GET  /day/<str:day>                              sign-in code    sign-in  403   200   200   200 200    200   200
GET  /day/<str:day>/freed                        sign-in code    sign-in  403   200   200   200 200    200   200
GET  /decisions                                  sign-in code    sign-in  403   200   200   200 200    200   200
POST /decisions                                  401     code    401      403   422   422   422 422    422   422
POST /establishment                              401     code    401      403   404   404   404 404    404   404
GET  /emergency                                  sign-in code    sign-in  403   200   200   200 200    200   200
POST /emergency                                  401     code    401      403   422   422   422 422    422   422
POST /emergency/<uuid:key>/end                   401     code    401      403   404   404   404 404    404   404
GET  /escorts/                                   sign-in code    sign-in  403   404   404   404 404    404   404
GET  /escorts/<uuid:key>                         sign-in code    sign-in  403   404   404   404 404    404   404
GET  /escorts/<uuid:key>/again                   sign-in code    sign-in  403   404   404   404 404    404   404
POST /escorts/<uuid:key>/again                   401     code    401      403   404   404   404 404    404   404
POST /escorts/<uuid:key>/cancel                  401     code    401      403   404   404   404 404    404   404
POST /escorts/<uuid:key>/confirm                 401     code    401      403   404   404   404 404    404   404
POST /escorts/<uuid:key>/correct                 401     code    401      403   404   404   404 404    404   404
POST /escorts/<uuid:key>/depart                  401     code    401      403   404   404   404 404    404   404
POST /escorts/<uuid:key>/done                    401     code    401      403   404   404   404 404    404   404
POST /escorts/<uuid:key>/take-back               401     code    401      403   404   404   404 404    404   404
GET  /escorts/plan/<uuid:person>                 sign-in code    sign-in  403   404   404   404 404    404   404
POST /escorts/plan/<uuid:person>                 401     code    401      403   404   404   404 404    404   404
GET  /exports/                                   sign-in code    sign-in  403   403   403   403 200    403   200
POST /exports/                                   401     code    401      403   403   403   403 422    403   422
GET  /exports/clause                             sign-in code    sign-in  403   403   403   403 200    403   200
POST /exports/<uuid:key>/withdraw                401     code    401      403   403   403   403 302    403   404
GET  /seen-now                                   sign-in code    sign-in  403   200   200   200 200    200   200
POST /seen-now                                   401     code    401      403   422   422   422 422    422   422
GET  /find-a-time                                sign-in code    sign-in  403   200   200   200 200    200   200
GET  /find-a-time?person=<person>                sign-in code    sign-in  403   200   200   200 200    404   404
POST /find-a-time                                401     code    401      403   302   302   302 302    302   302
POST /find-a-time?person=<person>                401     code    401      403   302   302   302 302    302   302
GET  /help/                                      sign-in code    sign-in  403   302   302   302 302    302   302
GET  /help/<str:name>                            sign-in code    sign-in  403   200   200   200 200    200   200
GET  /help/<str:name>/card                       sign-in code    sign-in  403   200   200   200 200    200   200
GET  /help/images/<str:name>                     sign-in code    sign-in  403   200   200   200 200    200   200
GET  /hand-over/                                 sign-in code    sign-in  403   403   403   403 200    403   200
POST /hand-over/                                 401     code    401      403   405   405   405 405    405   405
GET  /hand-over/open                             sign-in code    sign-in  403   405   405   405 405    405   405
POST /hand-over/open                             401     code    401      403   403   403   403 422    403   422
GET  /hand-over/take                             sign-in code    sign-in  403   405   405   405 405    405   405
POST /hand-over/take                             401     code    401      403   403   403   403 422    403   422
POST /hand-over/units                            401     code    401      403   403   403   403 422    403   422
POST /hand-over/units/<int:key>/retire           401     code    401      403   403   403   403 302    403   404
POST /language                                   400     400     400      400   400   400   400 400    400   400
GET  /lists                                      sign-in code    sign-in  403   200   200   403 200    200   200
POST /lists/<str:day>/publish                    401     code    401      403   422   422   403 422    422   422
GET  /mail                                       sign-in code    sign-in  403   200   200   200 200    200   200
POST /mail                                       401     code    401      403   422   422   422 422    422   422
POST /mail/line                                  401     code    401      403   400   400   400 400    400   400
POST /mail/people                                401     code    401      403   400   400   400 400    400   400
GET  /missed                                     sign-in code    sign-in  403   200   200   200 200    200   200
GET  /month/                                     sign-in code    sign-in  403   200   200   200 200    200   200
GET  /month/<str:month>                          sign-in code    sign-in  403   200   200   200 200    200   200
GET  /my-account                                 sign-in code    sign-in  403   200   200   200 200    200   200
POST /my-account                                 401     code    401      403   422   422   422 422    422   422
GET  /my-account/factors/<str:key>               sign-in code    sign-in  403   404   404   404 404    404   404
POST /my-account/factors/<str:key>               401     code    401      403   404   404   404 404    404   404
GET  /my-account/new-factor                      sign-in code    sign-in  403   200   200   200 200    200   200
POST /my-account/new-factor                      401     code    401      403   422   422   422 422    422   422
GET  /my-account/new-factor/key                  sign-in code    sign-in  403   200   200   200 200    200   200
POST /my-account/new-factor/key                  401     code    401      403   422   422   422 422    422   422
GET  /my-account/new-factor/token                sign-in code    sign-in  403   200   200   200 200    200   200
POST /my-account/new-factor/token                401     code    401      403   422   422   422 422    422   422
GET  /my-account/provider                        sign-in code    sign-in  403   404   404   404 404    404   404
GET  /my-account/provider/link                   sign-in code    sign-in  403   404   404   404 404    404   404
POST /my-account/provider/link                   401     code    401      403   404   404   404 404    404   404
POST /my-account/provider/unlink                 401     code    401      403   404   404   404 404    404   404
GET  /my-account/security                        sign-in code    sign-in  403   200   200   200 200    200   200
POST /my-account/security                        401     code    401      403   404   404   404 404    404   404
POST /my-account/security/read                   401     code    401      403   400   400   400 400    400   400
GET  /neutrality/                                sign-in code    sign-in  403   403   403   403 200    403   200
GET  /neutrality/proposals                       sign-in code    sign-in  403   403   403   403 200    403   200
GET  /complaints/                                sign-in code    sign-in  403   404   404   404 200    404   200
GET  /complaints/<uuid:complaint>                sign-in code    sign-in  403   404   404   404 200    404   404
POST /complaints/<uuid:complaint>                401     code    401      403   404   404   404 422    404   404
POST /complaints/<uuid:complaint>/answered       401     code    401      403   404   404   404 422    404   404
POST /complaints/<uuid:complaint>/letter         401     code    401      403   404   404   404 422    404   404
POST /complaints/<uuid:complaint>/sent           401     code    401      403   404   404   404 422    404   404
POST /complaints/<uuid:complaint>/withdrawn      401     code    401      403   404   404   404 422    404   404
GET  /complaints/letters/<int:letter>            sign-in code    sign-in  403   404   404   404 200    404   404
GET  /complaints/new/<uuid:person>               sign-in code    sign-in  403   404   404   404 200    404   404
POST /complaints/new/<uuid:person>               401     code    401      403   404   404   404 422    404   404
GET  /now                                        sign-in code    sign-in  403   200   200   200 200    200   200
GET  /reports/                                   sign-in code    sign-in  403   404   404   404 200    404   200
GET  /reports/<uuid:report>                      sign-in code    sign-in  403   404   404   404 200    404   404
GET  /reports/<uuid:report>/addressees           sign-in code    sign-in  403   404   404   404 200    404   404
POST /reports/<uuid:report>/addressees           401     code    401      403   404   404   404 422    404   404
GET  /reports/<uuid:report>/check                sign-in code    sign-in  403   404   404   404 200    404   404
POST /reports/<uuid:report>/check                401     code    401      403   404   404   404 422    404   404
GET  /reports/<uuid:report>/facts                sign-in code    sign-in  403   404   404   404 200    404   404
POST /reports/<uuid:report>/facts                401     code    401      403   404   404   404 422    404   404
GET  /reports/<uuid:report>/figures              sign-in code    sign-in  403   404   404   404 200    404   404
POST /reports/<uuid:report>/figures              401     code    401      403   404   404   404 422    404   404
GET  /reports/<uuid:report>/period               sign-in code    sign-in  403   404   404   404 200    404   404
POST /reports/<uuid:report>/period               401     code    401      403   404   404   404 422    404   404
GET  /reports/<uuid:report>/committee            sign-in code    sign-in  403   404   404   404 200    404   404
GET  /reports/<uuid:report>/preview              sign-in code    sign-in  403   404   404   404 200    404   404
POST /reports/<uuid:report>/approve              401     code    401      403   404   404   404 409    404   404
POST /reports/<uuid:report>/answer               401     code    401      403   404   404   404 422    404   404
POST /reports/<uuid:report>/close                401     code    401      403   404   404   404 422    404   404
POST /reports/<uuid:report>/drop                 401     code    401      403   404   404   404 422    404   404
POST /reports/<uuid:report>/send-back            401     code    401      403   404   404   404 422    404   404
POST /reports/<uuid:report>/sent                 401     code    401      403   404   404   404 422    404   404
POST /reports/<uuid:report>/signed               401     code    401      403   404   404   404 422    404   404
GET  /reports/addressee/<str:addressee>          sign-in code    sign-in  403   403   403   403 200    403   200
POST /reports/addressee/<str:addressee>          401     code    401      403   403   403   403 422    403   422
GET  /reports/files/<int:file>                   sign-in code    sign-in  403   404   404   404 200    404   404
GET  /reports/new                                sign-in code    sign-in  403   404   404   404 200    404   200
POST /reports/new                                401     code    401      403   404   404   404 422    404   422
GET  /reports/settings                           sign-in code    sign-in  403   403   403   403 200    403   200
POST /reports/settings                           401     code    401      403   403   403   403 422    403   422
GET  /reports/urgent/<uuid:fact>                 sign-in code    sign-in  403   404   404   404 200    404   404
POST /reports/urgent/<uuid:fact>                 401     code    401      403   404   404   404 422    404   404
GET  /reports/wording/<str:wording>              sign-in code    sign-in  403   403   403   403 200    403   200
POST /reports/wording/<str:wording>              401     code    401      403   403   403   403 422    403   422
GET  /obstruction/                               sign-in code    sign-in  403   302   302   302 200    302   200
POST /obstruction/count                          401     code    401      403   404   404   404 302    404   302
GET  /obstruction/entraves.csv                   sign-in code    sign-in  403   404   404   404 200    404   200
GET  /obstruction/entraves.ods                   sign-in code    sign-in  403   404   404   404 200    404   200
GET  /obstruction/facts/<uuid:key>               sign-in code    sign-in  403   404   404   404 200    404   404
GET  /obstruction/facts/<uuid:key>/correct       sign-in code    sign-in  403   404   404   404 200    404   404
POST /obstruction/facts/<uuid:key>/correct       401     code    401      403   404   404   404 422    404   404
POST /obstruction/facts/<uuid:key>/serious       401     code    401      403   404   404   404 422    404   404
POST /obstruction/facts/<uuid:key>/withdraw      401     code    401      403   404   404   404 422    404   404
GET  /obstruction/faits.csv                      sign-in code    sign-in  403   404   404   404 200    404   200
GET  /obstruction/note                           sign-in code    sign-in  403   200   200   200 200    200   200
POST /obstruction/note                           401     code    401      403   422   422   422 422    422   422
GET  /obstruction/readers                        sign-in code    sign-in  403   403   403   403 200    403   200
POST /obstruction/unit                           401     code    401      403   404   404   404 404    404   404
POST /obstruction/readers                        401     code    401      403   403   403   403 422    403   422
POST /obstruction/readers/<int:key>/end          401     code    401      403   403   403   403 302    403   404
GET  /obstruction/settings                       sign-in code    sign-in  403   403   403   403 200    403   200
POST /obstruction/settings                       401     code    401      403   403   403   403 422    403   422
GET  /password                                   sign-in code    sign-in  200   200   200   200 200    200   200
POST /password                                   401     code    401      422   422   422   422 422    422   422
GET  /people                                     sign-in code    sign-in  403   200   200   200 200    200   200
POST /people                                     401     code    401      403   302   302   302 302    302   302
GET  /people/<uuid:key>                          sign-in code    sign-in  403   200   200   200 200    404   404
GET  /people/<uuid:key>/extract                  sign-in code    sign-in  403   403   403   403 200    403   404
POST /people/<uuid:key>/extract                  401     code    401      403   403   403   403 422    403   404
GET  /people/<uuid:key>/hand-over                sign-in code    sign-in  403   403   403   403 200    403   404
POST /people/<uuid:key>/hand-over                401     code    401      403   403   403   403 422    403   404
GET  /people/<uuid:key>/join                     sign-in code    sign-in  403   200   200   403 200    404   404
POST /people/<uuid:key>/join                     401     code    401      403   200   200   403 200    404   404
GET  /people/<uuid:key>/join/<uuid:other>        sign-in code    sign-in  403   200   200   403 200    404   404
POST /people/<uuid:key>/join/<uuid:other>        401     code    401      403   409   409   403 409    404   404
POST /people/<uuid:key>/left                     401     code    401      403   302   302   403 302    404   404
POST /people/joins/<uuid:key>/separate           401     code    401      403   302   302   403 302    404   404
GET  /people/leaving                             sign-in code    sign-in  403   200   200   200 200    200   200
GET  /people/new                                 sign-in code    sign-in  403   200   200   403 200    200   200
POST /people/new                                 401     code    401      403   422   422   403 422    422   422
POST /people/found                               401     code    401      403   200   200   200 200    200   200
GET  /planning/                                  sign-in code    sign-in  403   403   403   403 200    403   200
GET  /planning/absences/<int:key>                sign-in code    sign-in  403   403   403   403 200    403   404
POST /planning/absences/<int:key>/cancel         401     code    401      403   403   403   403 302    403   404
POST /planning/absences/<int:key>/remove         401     code    401      403   403   403   403 302    403   404
GET  /planning/absences/new                      sign-in code    sign-in  403   403   403   403 200    403   200
POST /planning/absences/new                      401     code    401      403   403   403   403 422    403   422
GET  /planning/agendas/<int:key>                 sign-in code    sign-in  403   403   403   403 200    403   404
GET  /planning/agendas/<int:key>/change          sign-in code    sign-in  403   403   403   403 200    403   404
POST /planning/agendas/<int:key>/change          401     code    401      403   403   403   403 422    403   404
POST /planning/agendas/<int:key>/delete          401     code    401      403   403   403   403 422    403   404
GET  /planning/agendas/<int:key>/patterns/new    sign-in code    sign-in  403   403   403   403 200    403   404
POST /planning/agendas/<int:key>/patterns/new    401     code    401      403   403   403   403 422    403   404
POST /planning/agendas/<int:key>/resume          401     code    401      403   403   403   403 302    403   404
POST /planning/agendas/<int:key>/retire          401     code    401      403   403   403   403 422    403   404
GET  /planning/agendas/new                       sign-in code    sign-in  403   403   403   403 200    403   200
POST /planning/agendas/new                       401     code    401      403   403   403   403 422    403   422
GET  /planning/arrivals                          sign-in code    sign-in  403   403   403   403 200    403   200
POST /planning/arrivals                          401     code    401      403   403   403   403 422    403   422
GET  /planning/calendar                          sign-in code    sign-in  403   403   403   403 200    403   200
GET  /planning/closures/<int:key>                sign-in code    sign-in  403   403   403   403 200    403   404
POST /planning/closures/<int:key>/remove         401     code    401      403   403   403   403 302    403   404
GET  /planning/closures/new                      sign-in code    sign-in  403   403   403   403 200    403   200
POST /planning/closures/new                      401     code    401      403   403   403   403 422    403   422
GET  /planning/kinds/<int:key>                   sign-in code    sign-in  403   403   403   403 200    403   404
POST /planning/kinds/<int:key>                   401     code    401      403   403   403   403 422    403   404
POST /planning/kinds/<int:key>/resume            401     code    401      403   403   403   403 302    403   404
POST /planning/kinds/<int:key>/retire            401     code    401      403   403   403   403 302    403   404
GET  /planning/kinds/new                         sign-in code    sign-in  403   403   403   403 200    403   200
POST /planning/kinds/new                         401     code    401      403   403   403   403 422    403   422
GET  /planning/patterns/<int:key>                sign-in code    sign-in  403   403   403   403 200    403   404
POST /planning/patterns/<int:key>                401     code    401      403   403   403   403 422    403   404
POST /planning/publications                      401     code    401      403   403   403   403 422    403   422
GET  /planning/rooms/<int:key>                   sign-in code    sign-in  403   403   403   403 200    403   404
POST /planning/rooms/<int:key>                   401     code    401      403   403   403   403 422    403   404
POST /planning/rooms/<int:key>/resume            401     code    401      403   403   403   403 302    403   404
POST /planning/rooms/<int:key>/retire            401     code    401      403   403   403   403 302    403   404
GET  /planning/rooms/new                         sign-in code    sign-in  403   403   403   403 200    403   200
POST /planning/rooms/new                         401     code    401      403   403   403   403 422    403   422
GET  /planning/sessions/<int:key>                sign-in code    sign-in  403   403   403   403 200    403   404
POST /planning/sessions/<int:key>                401     code    401      403   403   403   403 422    403   404
POST /planning/slips                             401     code    401      403   403   403   403 422    403   422
POST /planning/territory                         401     code    401      403   403   403   403 422    403   422
POST /planning/tolerance                         401     code    401      403   403   403   403 422    403   422
GET  /plans/                                     sign-in code    sign-in  403   403   403   403 200    403   200
POST /plans/ask                                  401     code    401      403   403   403   403 302    403   302
POST /plans/brought                              401     code    401      403   403   403   403 302    403   302
GET  /plans/possible                             sign-in code    sign-in  403   403   403   403 200    403   200
GET  /plans/possible/<int:key>                   sign-in code    sign-in  403   403   403   403 200    403   404
POST /plans/possible/<int:key>                   401     code    401      403   403   403   403 422    403   404
GET  /plans/searches/<int:key>/<int:number>      sign-in code    sign-in  403   403   403   403 200    403   404
GET  /prints/                                    sign-in code    sign-in  403   200   200   200 200    200   200
GET  /prints/day                                 sign-in code    sign-in  403   400   400   400 400    400   400
GET  /prints/day?day=<day>                       sign-in code    sign-in  403   200   200   200 200    200   200
GET  /prints/lists                               sign-in code    sign-in  403   200   200   403 200    200   200
GET  /prints/slips                               sign-in code    sign-in  403   400   400   403 400    400   400
GET  /prints/slips?day=<day>                     sign-in code    sign-in  403   200   200   403 200    200   200
GET  /readyz                                     200     200     200      200   200   200   200 200    200   200
GET  /registry/                                  sign-in code    sign-in  403   200   200   403 200    200   200
POST /registry/                                  401     code    401      403   422   422   403 422    422   422
GET  /registry/<uuid:upload_id>                  sign-in code    sign-in  403   200   404   403 404    404   404
POST /registry/<uuid:upload_id>/apply            401     code    401      403   409   404   403 404    404   404
POST /registry/<uuid:upload_id>/discard          401     code    401      403   302   404   403 404    404   404
POST /registry/imports/<int:key>/undo             401     code    401      403   302   302   403 302    404   404
GET  /registry/settings                          sign-in code    sign-in  403   403   403   403 200    403   200
POST /registry/settings                          401     code    401      403   403   403   403 422    403   422
GET  /requests/<uuid:key>                        sign-in code    sign-in  403   200   200   404 200    404   404
POST /requests/<uuid:key>/accept                 401     code    401      403   422   422   404 422    404   404
POST /requests/<uuid:key>/answer                 401     code    401      403   422   422   404 422    404   404
POST /requests/<uuid:key>/close                  401     code    401      403   422   422   404 422    404   404
POST /requests/<uuid:key>/forward                401     code    401      403   422   422   404 422    404   404
POST /requests/<uuid:key>/bring-back             401     code    401      403   404   404   404 404    404   404
POST /requests/<uuid:key>/reopen                 401     code    401      403   422   422   404 422    404   404
POST /requests/<uuid:key>/sort                   401     code    401      403   422   422   404 422    404   404
POST /requests/<uuid:key>/take                   401     code    401      403   422   422   404 422    404   404
GET  /requests/new                               sign-in code    sign-in  403   404   404   404 404    404   404
POST /requests/new                               401     code    401      403   404   404   404 404    404   404
GET  /requests/new?person=<person>               sign-in code    sign-in  403   200   200   200 200    404   404
POST /requests/new?person=<person>               401     code    401      403   422   422   422 422    404   404
GET  /retention                                  sign-in code    sign-in  403   403   403   403 200    403   200
POST /retention                                  401     code    401      403   403   403   403 422    403   422
GET  /rounds/                                    sign-in code    sign-in  403   200   200   200 200    200   200
GET  /rounds/defined/                            sign-in code    sign-in  403   403   403   403 200    403   200
GET  /rounds/defined/<int:key>                   sign-in code    sign-in  403   403   403   403 200    403   404
POST /rounds/defined/<int:key>                   401     code    401      403   403   403   403 422    403   404
POST /rounds/defined/<int:key>/resume            401     code    401      403   403   403   403 302    403   404
POST /rounds/defined/<int:key>/retire            401     code    401      403   403   403   403 302    403   404
GET  /rounds/defined/new                         sign-in code    sign-in  403   403   403   403 200    403   200
POST /rounds/defined/new                         401     code    401      403   403   403   403 422    403   422
GET  /rounds/figures                             sign-in code    sign-in  403   403   403   403 200    403   200
GET  /rounds/jump                                sign-in code    sign-in  403   400   400   400 400    400   400
GET  /rounds/on/<str:day>                        sign-in code    sign-in  403   200   200   200 200    200   200
GET  /rounds/on/<str:day>/enter                  sign-in code    sign-in  403   200   200   200 200    200   200
POST /rounds/on/<str:day>/enter                  401     code    401      403   422   422   422 422    422   422
POST /rounds/on/<str:day>/note                   401     code    401      403   422   422   422 422    422   422
GET  /rounds/on/<str:day>/sheet                  sign-in code    sign-in  403   200   200   200 200    200   200
GET  /rounds/of/<uuid:key>                       sign-in code    sign-in  403   200   200   200 200    404   404
POST /rounds/of/<uuid:key>                       401     code    401      403   422   422   422 422    404   404
POST /rounds/stays/<uuid:key>/end                401     code    401      403   302   302   302 302    404   404
POST /rounds/visits/<uuid:key>/undo              401     code    401      403   302   422   422 302    404   404
GET  /series/<uuid:key>                          sign-in code    sign-in  403   200   200   404 200    404   404
GET  /series/new                                 sign-in code    sign-in  403   200   200   200 200    200   200
POST /series/new                                 401     code    401      403   422   422   422 422    422   422
GET  /series/new?agenda=<agenda>&person=<person> sign-in code    sign-in  403   200   200   404 200    404   404
POST /series/new?agenda=<agenda>&person=<person> 401     code    401      403   422   422   422 422    422   422
GET  /session                                    200     200     200      200   200   200   200 200    200   200
POST /session                                    200     200     200      200   200   200   200 200    200   200
GET  /set-up/                                    sign-in code    sign-in  403   403   403   403 302    403   302
GET  /set-up/<int:key>                           sign-in code    sign-in  403   403   403   403 200    403   404
GET  /set-up/<int:key>/<str:step>                sign-in code    sign-in  403   403   403   403 200    403   404
POST /set-up/<int:key>/<str:step>                401     code    401      403   403   403   403 422    403   404
POST /set-up/<int:key>/<str:step>/add            401     code    401      403   403   403   403 422    403   404
GET  /sessions/<int:key>                         sign-in code    sign-in  403   200   200   404 200    404   404
POST /sessions/<int:key>/attendance              401     code    401      403   302   302   404 302    404   404
POST /sessions/<int:key>/book                    401     code    401      403   422   422   404 422    404   404
GET  /sessions/<int:key>/fill                    sign-in code    sign-in  403   200   200   404 200    404   404
POST /sessions/<int:key>/fill                    401     code    401      403   422   422   404 422    404   404
GET  /drafts/<slug:form>                         sign-in code    sign-in  403   200   200   200 200    200   200
POST /drafts/<slug:form>                         401     code    401      403   200   200   200 200    200   200
POST /drafts/<slug:form>/drop                    401     code    401      403   204   204   204 204    204   204
POST /drafts/<slug:form>/take                    401     code    401      403   200   200   200 200    200   200
GET  /keys                                       sign-in code    sign-in  403   200   200   200 200    200   200
POST /keys/use                                   401     code    401      403   302   302   302 302    302   302
GET  /team/                                      sign-in code    sign-in  403   200   200   200 200    200   200
POST /team/notes                                 401     code    401      403   422   422   422 422    422   422
POST /team/notes/<uuid:key>/withdraw             401     code    401      403   422   422   422 302    404   404
POST /team/tasks                                 401     code    401      403   422   422   422 422    422   422
POST /team/tasks/<uuid:key>/done                 401     code    401      403   302   302   302 302    404   404
POST /team/tasks/<uuid:key>/open                 401     code    401      403   302   302   302 302    404   404
GET  /stranded/                                  sign-in code    sign-in  403   200   200   200 200    200   200
GET  /stranded/<int:key>                         sign-in code    sign-in  403   200   200   404 200    404   404
POST /stranded/<int:key>                         401     code    401      403   422   422   404 422    404   404
GET  /done/<int:instant>                         sign-in code    sign-in  403   404   404   404 404    404   404
POST /done/<int:instant>                         401     code    401      403   404   404   404 404    404   404
GET  /sign-in                                    200     code    200      302   302   302   302 302    302   302
POST /sign-in                                    422     422     422      422   422   422   422 422    422   422
GET  /sign-in/backup-codes                       sign-in code    sign-in  302   302   302   302 302    302   302
POST /sign-in/backup-codes                       401     code    401      302   302   302   302 302    302   302
GET  /sign-in/code                               sign-in 200     sign-in  302   302   302   302 302    302   302
POST /sign-in/code                               401     422     401      302   302   302   302 302    302   302
POST /sign-in/key                                401     422     401      302   302   302   302 302    302   302
GET  /sign-in/provider                           404     404     404      404   404   404   404 404    404   404
GET  /sign-in/provider/back                      404     404     404      404   404   404   404 404    404   404
GET  /sign-in/second-factor                      sign-in code    sign-in  302   302   302   302 302    302   302
POST /sign-in/second-factor                      401     code    401      302   302   302   302 302    302   302
GET  /sign-in/second-factor/key                  sign-in code    sign-in  302   302   302   302 302    302   302
POST /sign-in/second-factor/key                  401     code    401      302   302   302   302 302    302   302
GET  /sign-in/second-factor/token                sign-in code    sign-in  302   302   302   302 302    302   302
POST /sign-in/second-factor/token                401     code    401      302   302   302   302 302    302   302
POST /sign-out                                   302     302     302      302   302   302   302 302    302   302
GET  /statistics/                                sign-in code    sign-in  403   403   403   200 200    403   200
POST /statistics/count                           401     code    401      403   403   403   302 302    403   302
GET  /statistics/statistiques.csv                sign-in code    sign-in  403   403   403   200 200    403   200
GET  /triage                                     sign-in code    sign-in  403   200   200   200 200    200   200
POST /triage/left                                401     code    401      403   302   302   302 302    302   302
GET  /week/                                      sign-in code    sign-in  403   200   200   200 200    200   200
GET  /week/<str:day>                             sign-in code    sign-in  403   200   200   200 200    200   200
GET  /withdraw                                   sign-in code    sign-in  403   200   200   200 200    200   200
POST /withdraw                                   401     code    401      403   422   422   422 422    422   422
"""
PRISON = """
                                         nobody  halfway stranger ended oscar odile olga maya otto
GET  /                                   sign-in code    sign-in  403   200   200   200  200  200
GET  /?building=<building>               sign-in code    sign-in  403   200   404   200  200  404
GET  /alerts                             sign-in code    sign-in  403   200   200   200  200  200
POST /alerts                             401     code    401      403   422   422   422  422  422
GET  /alerts?line=<line>                 sign-in code    sign-in  403   200   404   200  200  404
POST /alerts?line=<line>                 401     code    401      403   422   404   422  422  404
GET  /alerts/sent                        sign-in code    sign-in  403   200   200   200  200  200
GET  /alive                              200     200     200      200   200   200   200  200  200
GET  /board                              sign-in code    sign-in  403   403   403   200  200  200
GET  /board/lines                        sign-in code    sign-in  403   403   403   200  200  200
GET  /calendar                           sign-in code    sign-in  403   200   200   200  200  200
GET  /calendar/<str:secret>.ics          200     200     200      200   200   200   200  200  200
GET  /calendar/open                      sign-in code    sign-in  403   405   405   405  405  405
POST /calendar/open                      401     code    401      403   302   302   302  302  403
POST /calendar/renew                      401     code    401      403   404   404   404  404  404
POST /calendar/revoke                    401     code    401      403   302   302   302  302  302
POST /displays/<uuid:key>/close          401     code    401      403   403   403   302  403  404
POST /displays/open                      401     code    401      403   403   403   422  403  422
POST /establishment                      401     code    401      403   404   404   404  404  404
GET  /freezes                            sign-in code    sign-in  403   200   200   200  200  200
POST /freezes                            401     code    401      403   422   422   422  422  422
POST /freezes/<uuid:key>/lift            401     code    401      403   302   404   302  302  404
GET  /help/                              sign-in code    sign-in  403   302   302   302  302  302
GET  /help/<str:name>                    sign-in code    sign-in  403   200   200   200  200  200
GET  /help/<str:name>/card               sign-in code    sign-in  403   200   200   200  200  200
GET  /help/images/<str:name>             sign-in code    sign-in  403   200   200   200  200  200
POST /language                           400     400     400      400   400   400   400  400  400
POST /line/<uuid:key>                    401     code    401      403   400   404   400  400  404
GET  /line/<uuid:key>/impediment         sign-in code    sign-in  403   200   404   200  200  404
GET  /lines                              sign-in code    sign-in  403   200   200   200  200  200
GET  /lines?building=<building>          sign-in code    sign-in  403   200   404   200  200  404
GET  /mouvements.csv                     sign-in code    sign-in  403   200   200   200  200  403
POST /mouvements.csv                     401     code    401      403   405   405   405  405  405
GET  /mouvements.csv?building=<building> sign-in code    sign-in  403   200   404   200  200  404
GET  /my-account                         sign-in code    sign-in  403   200   200   200  200  200
POST /my-account                         401     code    401      403   422   422   422  422  422
GET  /my-account/factors/<str:key>       sign-in code    sign-in  403   404   404   404  404  404
POST /my-account/factors/<str:key>       401     code    401      403   404   404   404  404  404
GET  /my-account/new-factor              sign-in code    sign-in  403   200   200   200  200  200
POST /my-account/new-factor              401     code    401      403   422   422   422  422  422
GET  /my-account/new-factor/key          sign-in code    sign-in  403   200   200   200  200  200
POST /my-account/new-factor/key          401     code    401      403   422   422   422  422  422
GET  /my-account/new-factor/token        sign-in code    sign-in  403   200   200   200  200  200
POST /my-account/new-factor/token        401     code    401      403   422   422   422  422  422
GET  /my-account/security                sign-in code    sign-in  403   200   200   200  200  200
POST /my-account/security                401     code    401      403   404   404   404  404  404
POST /my-account/security/read           401     code    401      403   400   400   400  400  400
GET  /password                           sign-in code    sign-in  200   200   200   200  200  200
POST /password                           401     code    401      422   422   422   422  422  422
GET  /print                              sign-in code    sign-in  403   200   200   200  200  200
POST /print                              401     code    401      403   302   302   302  302  302
GET  /readyz                             200     200     200      200   200   200   200  200  200
GET  /print/<uuid:batch>                 sign-in code    sign-in  403   200   404   200  200  404
GET  /print/behind                       sign-in code    sign-in  403   200   200   200  200  200
GET  /print/behind?building=<building>   sign-in code    sign-in  403   200   404   200  200  404
GET  /print/forms                        sign-in code    sign-in  403   200   200   200  200  200
GET  /print/slips                        sign-in code    sign-in  403   200   200   200  200  200
GET  /print/slips?building=<building>    sign-in code    sign-in  403   200   404   200  200  404
GET  /print?building=<building>          sign-in code    sign-in  403   200   404   200  200  404
POST /print?building=<building>          401     code    401      403   302   404   302  302  404
GET  /session                            200     200     200      200   200   200   200  200  200
POST /session                            200     200     200      200   200   200   200  200  200
GET  /settings                           sign-in code    sign-in  403   403   403   200  403  200
POST /settings                           401     code    401      403   403   403   403  403  403
GET  /sheets                             sign-in code    sign-in  403   200   200   200  200  200
GET  /sheets/<uuid:key>                  sign-in code    sign-in  403   200   404   200  200  404
POST /sheets/<uuid:key>                  401     code    401      403   422   404   422  422  404
GET  /wall/<str:secret>                  200     200     200      200   200   200   200  200  200
GET  /wall/<str:secret>/lines            200     200     200      200   200   200   200  200  200
GET  /sign-in                            200     code    200      302   302   302   302  302  302
POST /sign-in                            422     422     422      422   422   422   422  422  422
GET  /sign-in/backup-codes               sign-in code    sign-in  302   302   302   302  302  302
POST /sign-in/backup-codes               401     code    401      302   302   302   302  302  302
GET  /sign-in/code                       sign-in 200     sign-in  302   302   302   302  302  302
POST /sign-in/code                       401     422     401      302   302   302   302  302  302
POST /sign-in/key                        401     422     401      302   302   302   302  302  302
GET  /sign-in/second-factor              sign-in code    sign-in  302   302   302   302  302  302
POST /sign-in/second-factor              401     code    401      302   302   302   302  302  302
GET  /sign-in/second-factor/key          sign-in code    sign-in  302   302   302   302  302  302
POST /sign-in/second-factor/key          401     code    401      302   302   302   302  302  302
GET  /sign-in/second-factor/token        sign-in code    sign-in  302   302   302   302  302  302
POST /sign-in/second-factor/token        401     code    401      302   302   302   302  302  302
POST /sign-out                           302     302     302      302   302   302   302  302  302
"""
ACCOUNTS = """
                                    nobody  halfway stranger ended ada aude petra
GET  /                              sign-in code    sign-in  403   200 200  200
GET  /accounts/<str:side>/<int:key> sign-in code    sign-in  403   200 404  404
POST /accounts/<str:side>/<int:key> 401     code    401      403   400 404  404
GET  /accounts/<str:side>/<int:key>/replacement sign-in code    sign-in  403   200 404  404
POST /accounts/<str:side>/<int:key>/replacement 401     code    401      403   400 404  404
GET  /accounts/export               sign-in code    sign-in  403   200 200  200
GET  /accounts/import               sign-in code    sign-in  403   200 200  200
POST /accounts/import               401     code    401      403   422 422  422
POST /accounts/import/apply         401     code    401      403   422 422  422
GET  /accounts/import/template      sign-in code    sign-in  403   200 200  200
GET  /accounts/new                  sign-in code    sign-in  403   200 200  200
GET  /accounts/new/<str:side>       sign-in code    sign-in  403   200 200  404
POST /accounts/new/<str:side>       401     code    401      403   422 422  404
GET  /accounts/sheets               sign-in code    sign-in  403   200 200  200
POST /accounts/sheets               401     code    401      403   400 400  400
GET  /alive                         200     200     200      200   200 200  200
POST /establishment                 401     code    401      403   404 404  404
POST /language                      400     400     400      400   400 400  400
GET  /help/                         sign-in code    sign-in  403   302 302  302
GET  /help/<str:name>               sign-in code    sign-in  403   200 200  200
GET  /help/<str:name>/card          sign-in code    sign-in  403   200 200  200
GET  /help/images/<str:name>        sign-in code    sign-in  403   200 200  200
GET  /log                           sign-in code    sign-in  403   200 200  200
GET  /log/export                    sign-in code    sign-in  403   200 200  200
GET  /my-account                    sign-in code    sign-in  403   200 200  200
POST /my-account                    401     code    401      403   422 422  422
GET  /my-account/factors/<str:key>  sign-in code    sign-in  403   404 404  404
POST /my-account/factors/<str:key>  401     code    401      403   404 404  404
GET  /my-account/new-factor         sign-in code    sign-in  403   200 200  200
POST /my-account/new-factor         401     code    401      403   422 422  422
GET  /my-account/new-factor/key     sign-in code    sign-in  403   200 200  200
POST /my-account/new-factor/key     401     code    401      403   422 422  422
GET  /my-account/new-factor/token   sign-in code    sign-in  403   200 200  200
POST /my-account/new-factor/token   401     code    401      403   422 422  422
GET  /my-account/security           sign-in code    sign-in  403   200 200  200
POST /my-account/security           401     code    401      403   404 404  404
POST /my-account/security/read      401     code    401      403   400 400  400
GET  /password                      sign-in code    sign-in  200   200 200  200
POST /password                      401     code    401      422   422 422  422
GET  /readyz                        200     200     200      200   200 200  200
GET  /reviews                       sign-in code    sign-in  403   200 200  200
POST /reviews                       401     code    401      403   400 400  400
GET  /reviews/<int:key>/<str:side>  sign-in code    sign-in  403   200 404  404
POST /reviews/<int:key>/<str:side>  401     code    401      403   400 404  404
GET  /reviews/<int:key>/<str:side>/file sign-in code    sign-in  403   200 404  404
GET  /second-words                  sign-in code    sign-in  403   200 200  404
POST /second-words/together         401     code    401      403   400 400  404
POST /second-words/<int:key>        401     code    401      403   400 404  404
GET  /session                       200     200     200      200   200 200  200
POST /session                       200     200     200      200   200 200  200
GET  /sign-in                       200     code    200      302   302 302  302
POST /sign-in                       422     422     422      422   422 422  422
GET  /sign-in/backup-codes          sign-in code    sign-in  302   302 302  302
POST /sign-in/backup-codes          401     code    401      302   302 302  302
GET  /sign-in/code                  sign-in 200     sign-in  302   302 302  302
POST /sign-in/code                  401     422     401      302   302 302  302
POST /sign-in/key                   401     422     401      302   302 302  302
GET  /sign-in/second-factor         sign-in code    sign-in  302   302 302  302
POST /sign-in/second-factor         401     code    401      302   302 302  302
GET  /sign-in/second-factor/key     sign-in code    sign-in  302   302 302  302
POST /sign-in/second-factor/key     401     code    401      302   302 302  302
GET  /sign-in/second-factor/token   sign-in code    sign-in  302   302 302  302
POST /sign-in/second-factor/token   401     code    401      302   302 302  302
POST /sign-out                      302     302     302      302   302 302  302
GET  /who-sees-what                 sign-in code    sign-in  403   200 200  200
"""
LIST = "Écrou;Nom;Prénom;Né le;Bâtiment;Cellule\n900001;NOUVEAU;Noé;01/02/1990;A;A-1-001\n".encode()
TABLES = {"care": CARE, "prison": PRISON, "accounts": ACCOUNTS}


@pytest.fixture
def cast(request: pytest.FixtureRequest, unit_a: Unit, unit_b: Unit) -> Callable[[str], dict[str, DoorClient]]:
    """Return a function that gives, for a door, everybody who stands before it."""

    def before(door: str) -> dict[str, DoorClient]:
        names = [name for name in read_table(TABLES[door])[0] if name not in {"nobody", "halfway", "stranger", "ended"}]
        people = {name: DoorClient(door).sign_in(request.getfixturevalue(name)) for name in names}
        ended = member(USUAL_ROLE[door], unit_a.establishment, username="ended")
        Membership.objects.using(ended._state.db).filter(user_id=ended.pk).update(
            valid_until=paris_day() - timedelta(days=1)
        )
        halfway = member(USUAL_ROLE[door], unit_a.establishment, username="halfway")
        User.objects.using(halfway._state.db).filter(pk=halfway.pk).update(second_factor_since=timezone.now())
        halfway.refresh_from_db()
        return {
            "nobody": DoorClient(door),
            "halfway": DoorClient(door).sign_in(halfway, verified=False),
            "stranger": with_session_of_another_door(door, unit_a),
            "ended": DoorClient(door).sign_in(ended),
            **people,
        }

    return before


USUAL_ROLE = {"care": Role.NURSE, "prison": Role.UNIT_OFFICER, "accounts": Role.ACCOUNT_ADMIN}


def with_session_of_another_door(door: str, unit: Unit) -> DoorClient:
    """A browser that brings to `door` the session of somebody who is signed in next door, under the right name."""
    other = DOORS[DOORS.index(door) - 1]
    neighbour = DoorClient(other).sign_in(member(USUAL_ROLE[other], unit.establishment, username="neighbour"))
    stranger = DoorClient(door)
    stranger.cookies[f"carehub_{door}_session"] = neighbour.cookies[f"carehub_{other}_session"].value
    return stranger


@pytest.fixture
def sonia(unit_a: Unit) -> User:
    """Medical secretary of A, for the general practitioner."""
    user = member(Role.SECRETARY, unit_a.establishment, username="sonia")
    give(user, "view_agenda", unit_a.doctor)
    give(user, "book_agenda", unit_a.doctor)
    return user


@pytest.fixture
def hanna(unit_b: Unit) -> User:
    """Head of unit B."""
    return member(Role.HEAD, unit_b.establishment, username="hanna")


@pytest.fixture
def odile(unit_a: Unit) -> User:
    """Floor officer of A's other building."""
    user = member(Role.FLOOR_OFFICER, unit_a.establishment, username="odile")
    give(user, "view_movements", unit_a.other_building)
    return user


@pytest.fixture
def maya(unit_a: Unit) -> User:
    """Of A's movement office: every building."""
    return member(Role.MOVEMENT_OFFICE, unit_a.establishment, username="maya")


@pytest.fixture
def aude(unit_b: Unit) -> User:
    """Account administrator of B."""
    return member(Role.ACCOUNT_ADMIN, unit_b.establishment, username="aude")


@pytest.fixture
def petra(unit_a: Unit) -> User:
    """Account administrator of A for the prison side alone."""
    return member(Role.ACCOUNT_ADMIN, unit_a.establishment, username="petra", administers="prison")


def rows_of(unit: Unit, door: str) -> dict[str, Any]:
    """What stands for each parameter of a door's addresses: rows of `unit`."""
    rows = {"care": care_rows_of, "prison": prison_rows_of, "accounts": accounts_rows_of}[door](unit)
    more = rows_of_second_person(unit) | rows_of_rounds(unit) | rows_of_team(unit) if door == "care" else {}
    more |= rows_of_interfaces(unit) if door == "care" else {}
    for place in Establishment.objects.all() if door == "care" else ():
        count_night(place)
    guides = {"help/name": "connexion", "images/name": next(iter(images_of(door)))}
    return rows | more | guides | {"factors/key": factor_of_somebody(unit.establishment, door)}


def accounts_rows_of(unit: Unit) -> dict[str, Any]:
    return {
        "new/side": "care",
        "accounts/side": "care",
        "key": (nina := member(Role.NURSE, unit.establishment, username="nina")).pk,
        "reviews/key": open_review(unit.establishment, "care", by=None),
        "second-words/key": waiting_word(unit, nina),
        "side": "care",
    }


def waiting_word(unit: Unit, account: User) -> int:
    """The key of what was asked about `account` and waits for a second person."""
    until = timezone.now() + timedelta(days=1)
    place = unit.establishment
    return SecondWord.objects.create(
        establishment=place,
        account=account,
        what="open_account",
        told={"username": account.username, "full_name": account.full_name},
        asked_by_id=0,
        asked_by_name="Ada",
        until=until,
    ).pk


def prison_rows_of(unit: Unit) -> dict[str, Any]:
    place = unit.establishment
    officer = member(Role.UNIT_OFFICER, place, username="omar")
    line = Movement.objects.create(
        establishment=place, expected_at=local(place, workday(1), 16), **neutral_fields(unit.paul)
    )
    frozen = PrisonFreeze.objects.using("prison").create(
        establishment_id=place.pk, building_id=unit.building.pk, reason=FreezeReason.SEARCH, frozen_by=officer
    )
    # To everybody of the table but of unit B, to whom nobody has opened them.
    officers = Membership.objects.using("prison").filter(establishment=place)
    may_export(place, *officers.values_list("user__username", flat=True))
    carry()
    return {
        "calendar/secret": calendar_address(officer, unit),
        "building": unit.building.pk,
        "freezes/key": frozen.pk,
        "line/key": line.pk,
        "line": line.pk,
        "print/batch": printed_sheet(unit).batch,
        "sheets/key": printed_sheet(unit).pk,
        **wall_display_of(officer, unit),
    }


def care_rows_of(unit: Unit) -> dict[str, Any]:
    place = unit.establishment
    nurse, day = User.objects.filter(username="alice").first() or member(Role.NURSE, place, username="nina"), workday(2)
    session = open_session(unit.doctor, day)
    booked = appointment(unit.paul, session, unit.consultation, local(place, day, 9, 40))
    return {
        "day/day": day,
        "week/day": day,
        "month/month": f"{day:%Y-%m}",
        "day": day,
        "plan/person": unit.paul.pk,
        "exports/key": may_export(place, "olga")[0].pk,
        "escorts/key": escort(unit.paul, local(place, day, 14, 30)).pk,
        "facts/key": noted_fact(unit),
        "readers/key": reader_of_log(unit),
        **rows_of_reports(unit),
        "alerts/key": waiting_alert(unit).pk,
        "lists/day": day,
        "appointment/key": booked.pk,
        "series/key": in_series(booked, unit),
        **rows_of_registry(unit, nurse),
        "calendar/key": unit.doctor.pk,
        "feed/secret": calendar_address(member(Role.HEAD, place, username="hugo"), unit, scope=str(unit.doctor.pk)),
        "done/instant": 1,  # a step of nobody
        "searches/key": finished(unit, member(Role.HEAD, place, username="gilles")).pk,
        "number": 0,
        "sessions/key": shared_session(unit.doctor, day).pk,
        "patterns/key": pattern_of(unit.doctor).pk,
        "rooms/key": Room.objects.create(establishment=place, name="Salle 1").pk,
        "set-up/key": unit_of(place).pk,
        "step": "kinds",
        "absences/key": away(unit.psychiatrist, local(place, day, 8), local(place, day, 12)).pk,
        "closures/key": closed(place, local(place, day, 18), local(place, day, 19)).pk,
        "kinds/key": unit.consultation.pk,
        **dict.fromkeys(("agenda", "agendas/key", "possible/key", "stranded/key"), unit.doctor.pk),
        "person": unit.paul.pk,
        "requests/key": (asked := RequestFactory(detainee=unit.paul, kind=unit.consultation)).pk,
        "request": asked.pk,
    }


def rows_of_interfaces(unit: Unit) -> dict[str, Any]:
    """A token that a colleague of A has opened for a program, and what one asks for."""
    colleague = member(Role.SECRETARY, unit.establishment, username="simone")
    opened(colleague, unit.establishment)
    return {
        "interfaces/key": InterfaceToken.objects.get(user=colleague).pk,
        "fhir/rest": "Encounter",
        **dict.fromkeys(("Schedule/key", "Practitioner/key"), unit.doctor.pk),
        "Slot/key": f"{unit.doctor.pk}.20300101T0830Z.20",
        "Patient/key": unit.paul.pk,
        "Appointment/key": uuid4(),
    }


def rows_of_registry(unit: Unit, nurse: User) -> dict[str, Any]:
    """Paul, somebody who might be him, two records of one person, a list applied and one that waits."""
    place = unit.establishment
    return {
        "people/key": unit.paul.pk,
        "join/other": unit.karim.pk,
        "joins/key": two_records_joined(unit, nurse),
        "imports/key": RegistryImport.objects.create(establishment=place, file_digest="0" * 64).pk,
        "units/key": other_unit(unit).pk,
        "registry/upload_id": keep_upload(LIST, by=nurse, establishment=place, complete=False).pk,
    }


def other_unit(unit: Unit) -> PartnerUnit:
    """A unit to whose key something may be sealed."""
    key = str(Identity.generate().to_public())
    return PartnerUnit.objects.create(
        establishment=unit.establishment, name="USMP", recipient=key, verified_by_id=1, verified_by_name="H"
    )


def rows_of_second_person(unit: Unit) -> dict[str, Any]:
    """An emergency access of A, what waits for a word, and who was named to give it."""
    emergency, head = emergency_of(unit), member(Role.HEAD, unit.establishment, username="hubert")
    named = Custodian.objects.create(establishment=unit.establishment, user=emergency.user, named_by=head)
    return {
        "emergency/key": emergency.pk,
        "accesses/key": emergency.pk,
        "words/key": waiting_word(unit, emergency.user),
        "named/key": named.pk,
    }


def rows_of_team(unit: Unit) -> dict[str, Any]:
    """A note of a colleague of A, and a task of the unit."""
    colleague = member(Role.NURSE, unit.establishment, username="nadege")
    told = {"establishment": unit.establishment, "unit": unit_of(unit.establishment)}
    note = ShiftNote.objects.create(text="Keys of the pharmacy", written_by=colleague, **told)
    task = TeamTask.objects.create(what="Order slips", due_on=workday(1), added_by=colleague, **told)
    return {"notes/key": note.pk, "tasks/key": task.pk, "drafts/form": "book"}


def emergency_of(unit: Unit) -> EmergencyAccess:
    """An hour of a colleague of A with Paul's appointments."""
    return EmergencyAccess.objects.create(
        establishment=unit.establishment,
        user=member(Role.CLINICIAN, unit.establishment, username="clement"),
        detainee=unit.paul,
        reason="Fell in the yard, nobody else is here",
    )


def rows_of_reports(unit: Unit) -> dict[str, Any]:
    """A report of A that was approved, with a letter; and a complaint of Paul with its sealed letter."""
    author = member(Role.HEAD, unit.establishment, username="harry")
    day = timezone.localdate(timezone=unit.establishment.zone) - timedelta(days=2)
    written = begin_report(
        by=author, establishment=unit.establishment, kind=ReportKind.COLLECTIVE, first_day=day, last_day=day
    )
    version = ReportVersion.objects.create(
        report=written,
        version=1,
        content=freeze(written, None),
        submitted_by_id=author.pk,
        submitted_by_name="Harry",
        decision="approved",
        decided_by_id=0,
        decided_by_name="Hermine",
        decided_at=timezone.now(),
    )
    ObstructionReport.objects.filter(pk=written.pk).update(status="approved")
    letter = keep_file(author, version, "ars", FileFormat.PDF, b"%PDF-")
    complaint = begin_complaint(
        by=author, detainee=unit.paul, addressee="cglpl", consent_on=day, consent_form=ConsentForm.WRITTEN, body="X."
    )
    sealed = write_sealed_letter(by=author, complaint=complaint, revision=1)
    return {
        "reports/report": written.pk,
        "files/file": letter.pk,
        "urgent/fact": noted_fact(unit, "again"),
        "addressee/addressee": "ars",
        "wording/wording": "urgent",
        "complaints/complaint": complaint.pk,
        "letters/letter": sealed.pk,
        "new/person": unit.paul.pk,
    }


def two_records_joined(unit: Unit, nurse: User) -> Any:
    """The key of a join of two records of somebody of A."""
    place = {"establishment": unit.establishment, "building": unit.building, "last_name": "Doublet"}
    joined, survivor = preferred(DetaineeFactory(**place), DetaineeFactory(**place))
    return join(by=nurse, joined=joined, survivor=survivor, seen=digest([])).pk


def rows_of_rounds(unit: Unit) -> dict[str, Any]:
    """A round of A, Paul's time on it, and a visit that Alice, or who is there instead, wrote down."""
    nurse = User.objects.get(username="alice" if User.objects.filter(username="alice").exists() else "nina")
    kind = wing_round(unit.establishment)
    visited = since(unit.paul, kind, 3)
    day = unit.establishment.today()
    by_hand = RoundStay.objects.create(
        establishment=unit.establishment,
        kind=dressings(unit.establishment),
        detainee=unit.paul,
        since=day,
        added_by=nurse,
    )
    return {
        "on/day": day,
        "of/key": unit.paul.pk,
        "defined/key": kind.pk,
        "stays/key": by_hand.pk,
        "visits/key": say(nurse, visited, VisitOutcome.SEEN).pk,
    }


def in_series(booked: Appointment, unit: Unit) -> Any:
    """The key of a series that holds `booked` and another appointment after it."""
    place, later = unit.establishment, workday(9)
    another = appointment(unit.paul, open_session(unit.doctor, later), unit.consultation, local(place, later, 9, 40))
    series = Series.objects.create(establishment=place, detainee=unit.paul, rule="FREQ=WEEKLY;COUNT=2")
    Appointment.objects.filter(pk__in=[booked.pk, another.pk]).update(series=series)
    return series.pk


def noted_fact(unit: Unit, source_key: str = "hand") -> Any:
    """The key of a fact of obstructed care, which a colleague of A noted."""
    return Obstruction.objects.create(
        establishment=unit.establishment,
        unit=unit_of(unit.establishment),
        kind=ObstructionKind.REVEALED,
        day=paris_day(),
        half_day=HalfDay.MORNING,
        cause=ObstructionCause.PRACTICE,
        facts="The speciality was called out.",
        source=ObstructionSource.BY_HAND,
        source_key=source_key,
    ).pk


def reader_of_log(unit: Unit) -> int:
    """The key of a colleague of A whom the head named to read the log of obstructed care."""
    reader = member(Role.NURSE, unit.establishment, username="rita")
    ObstructionReader.objects.create(establishment=unit.establishment, user=reader)
    return reader.pk


def waiting_alert(unit: Unit) -> Alert:
    """An officer's alert about Paul that nobody has received."""
    return Alert.objects.create(
        establishment=unit.establishment,
        building=unit.building,
        register_number=unit.paul.register_number,
        last_name=unit.paul.last_name,
        urgency=Urgency.NOW,
    )


def printed_sheet(unit: Unit) -> PrintedSheet:
    """A sheet of today that was printed."""
    place = unit.establishment
    day = timezone.localdate(timezone=place.zone)
    row = {"establishment_id": place.pk, "building_id": unit.building.pk, "day": day, "version": 1, "lines": []}
    return PrintedSheet.objects.using("prison").create(batch=uuid4(), **row)


def wall_display_of(officer: User, unit: Unit) -> dict[str, Any]:
    """A screen that hangs on a wall: its key, and the secret of its address."""
    with through("prison"):
        secret = open_display(by=officer, establishment=unit.establishment, label="Poste US", names=ShownNames.SHORT)
    return {"wall/secret": secret, "displays/key": WallDisplay.objects.using("prison").get().pk}


def factor_of_somebody(place: Establishment, door: str) -> str:
    """A second factor of a colleague at the same door: of no use to anybody else (tests/access/test_second_factors)."""
    owner = member(USUAL_ROLE[door], place, username="owner")
    devices = TOTPDevice.objects.using(owner._state.db)
    return f"totp-{devices.create(user=owner, name='token', confirmed=True).pk}"


def calendar_address(user: User, unit: Unit, *, scope: str = "") -> str:
    """The secret of an address in force."""
    with through(user.side):
        return open_address(by=user, establishment=unit.establishment, scope=scope)


# What a template wrote, escaped once too often.
MARKS_AS_TEXT = re.compile(r"&lt;(?:a|button|div|form|input|li|p|span|svg|tr) [\w-]+=")
# The addresses of the widest door are asked in shares, which different workers take.
SHARES = [*(("care", share, 4) for share in range(4)), ("prison", 0, 1), ("accounts", 0, 1)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("door", "share", "of"), SHARES)
def test_every_address_answers_everybody_as_the_table_says(
    door: str, share: int, of: int, cast: Callable[[str], dict[str, DoorClient]], unit_a: Unit
) -> None:
    columns, told = read_table(TABLES[door])
    people, here = cast(door), rows_of(unit_a, door)
    assert list(people) == columns

    got, wrote, marked = {}, set(), set()
    # What the table has and the door has not is in a share, too: it fails there. A line may also ask for a foreign row
    # in the query.
    shared = set(sorted({*routes_of(door), *(route for _method, route in told)})[share::of])
    expected = {line: cells for line, cells in told.items() if line[1] in shared}
    for route in shared & {*routes_of(door), *(route for _method, route in told if "?" in route)}:
        for method in METHODS:
            answers = [ask(visitor, method, filled(route, here)) for visitor in people.values()]
            got[method, route] = [answer.word for answer in answers]
            marked |= {(method, route, found[0]) for answer in answers if (found := MARKS_AS_TEXT.search(answer.text))}
            wrote |= {
                (method, route, answer.word, table)
                for answer in answers
                for table in answer.written - MARKS
                if method == "GET" or answer.is_refusal
            }

    assert write_table(columns, with_methods_that_exist(got)) == write_table(columns, expected)
    assert wrote == set(), "Showing and refusing write nothing."
    assert marked == set(), "No page shows its own marks as text."


def test_shares_of_the_addresses_are_whole() -> None:
    assert {door for door, _share, _of in SHARES} == set(DOORS)
    for door in DOORS:
        shares = [(share, of) for each, share, of in SHARES if each == door]
        assert shares == [(share, len(shares)) for share in range(len(shares))]
