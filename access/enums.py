"""The closed lists of access: sides, roles, recorded verbs. Imports nothing of this project."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """The side of the wall on which an account lives; each side has one door and one database login."""

    CARE = "care", _("Care")
    PRISON = "prison", _("Prison")
    ACCOUNTS = "accounts", _("Accounts")


class Role(models.TextChoices):
    """What a person does at one establishment; it belongs to one side only."""

    HEAD = "head", _("Head of unit")
    CLINICIAN = "clinician", _("Clinician")
    NURSE = "nurse", _("Nurse")
    SECRETARY = "secretary", _("Medical secretary")
    UNIT_OFFICER = "unit_officer", _("Health-unit officer")
    FLOOR_OFFICER = "floor_officer", _("Floor officer")
    SENIOR_OFFICER = "senior_officer", _("Senior officer")
    MOVEMENT_OFFICE = "movement_office", _("Movement office")
    ACCOUNT_ADMIN = "account_admin", _("Account administrator")


ROLES_OF_SIDE: dict[Side, tuple[Role, ...]] = {
    Side.CARE: (Role.HEAD, Role.CLINICIAN, Role.NURSE, Role.SECRETARY),
    Side.PRISON: (Role.UNIT_OFFICER, Role.FLOOR_OFFICER, Role.SENIOR_OFFICER, Role.MOVEMENT_OFFICE),
    Side.ACCOUNTS: (Role.ACCOUNT_ADMIN,),
}
CARE_ROLES = ROLES_OF_SIDE[Side.CARE]
PRISON_ROLES = ROLES_OF_SIDE[Side.PRISON]


def side_of_role(role: str) -> Side:
    return next(side for side, roles in ROLES_OF_SIDE.items() if role in roles)


class Administered(models.TextChoices):
    """Whose accounts an account administrator opens and closes at one establishment."""

    CARE = "care", _("the care side’s")
    PRISON = "prison", _("the prison side’s")
    BOTH = "both", _("both sides’")

    @property
    def sides(self) -> frozenset[Side]:
        return frozenset({Side.CARE, Side.PRISON}) if self == Administered.BOTH else frozenset({Side(self.value)})


class Asked(models.TextChoices):
    """What takes effect only with a second person's word."""

    OPEN_ACCOUNT = "open_account", _("open an account")
    CHANGE_ACCOUNT = "change_account", _("change an account")
    RESET_FACTOR = "reset_factor", _("take second factors away")


class Word(models.TextChoices):
    """What a second person said of it."""

    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("refused")
    LATE = "late", _("not answered in time")
    NOBODY = "nobody", _("first head of the unit: there was nobody to ask")


class FactorKind(models.TextChoices):
    """What somebody shows beside the password. The sheet is always there; one of the others is what they enrol."""

    TIME = "totp", _("authenticator or token with a clock")
    BUTTON = "hotp", _("token with a button")
    KEY = "key", _("security key")
    CODES = "codes", _("code sheet")


class InterfaceScope(models.TextChoices):
    """What an interface token opens, in the words of SMART App Launch 2 (docs/fhir.md)."""

    TIMES = "system/Slot.rs", _("free times, without anybody’s name")
    APPOINTMENTS = "system/Appointment.rs", _("appointments, with the people’s names")
    PEOPLE = "system/Patient.rs", _("people, one at a time, by their register number")
    BOOK = "system/Appointment.cu", _("books and cancels")


class Happening(models.TextChoices):
    """What somebody is told of their own sign-in. The second half changes who may come in."""

    SIGN_IN = "sign_in", _("sign-in completed")
    WRONG_PASSWORD = "wrong_password", _("wrong password")
    WRONG_CODE = "wrong_code", _("right password, wrong code")
    SLOW_DOWN = "slow_down", _("several wrong passwords: made to wait")
    SESSION_ENDED = "session_ended", _("session ended from another one")
    NEW_PASSWORD = "new_password", _("new password")
    PROVIDER_LINKED = "provider_linked", _("linked with an identity provider")
    PROVIDER_UNLINKED = "provider_unlinked", _("no longer linked with an identity provider")
    INTERFACE_OPENED = "interface_opened", _("interface token opened")
    NEW_FACTOR = "new_factor", _("new second factor")
    NEW_CODES = "new_codes", _("new code sheet")
    FACTOR_REMOVED = "factor_removed", _("second factor removed")
    FIRST_PASSWORD = "first_password", _("new first password, by an account administrator")
    FACTOR_RESET = "factor_reset", _("second factors taken away, by an account administrator")
    TOKEN_GIVEN = "token_given", _("token given, by an account administrator")
    UNLOCKED = "unlocked", _("wait ended, by an account administrator")
    UNUSED = "unused", _("not used for long: soon to be suspended")
    SUSPENDED = "suspended", _("suspended, because nobody had used it")
    LIFTED = "lifted", _("suspension lifted, by an account administrator")
    ACCOUNT_OPENED = "account_opened", _("account opened by an account administrator, confirmed by a second person")
    ACCOUNT_CHANGED = (
        "account_changed",
        _("name, role or state changed by an account administrator, confirmed by a second person"),
    )
    RESET_ASKED = "reset_asked", _("an account administrator asks to take your second factors away")
    RESET_REFUSED = "reset_refused", _("a second person refused to take your second factors away")
    GLASS_REFUSED = "glass_refused", _("a second person found your emergency access unjustified")


class ReviewDecision(models.TextChoices):
    """What was decided about one line of a review."""

    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Verb(models.TextChoices):
    """What the access log records. No verb, and no entry, carries clinical content."""

    SIGN_IN = "sign_in", _("signed in")
    SIGN_OUT = "sign_out", _("signed out")
    FAILED_SIGN_IN = "failed_sign_in", _("failed to sign in")
    WRONG_CODE = "wrong_code", _("gave a wrong code")
    SLOW_DOWN = "slow_down", _("was made to wait")
    UNLOCK = "unlock", _("ended a wait")
    REFUSE = "refuse", _("was refused a page")
    END_SESSION = "end_session", _("ended a session")
    SET_BACK_CODES = "set_back_codes", _("set the last codes back")
    PROVIDER_SIGN_IN = "provider_sign_in", _("was named by the identity provider")
    PROVIDER_REFUSED = "provider_refused", _("was refused after the identity provider")
    LINK_PROVIDER = "link_provider", _("linked an account with the identity provider")
    UNLINK_PROVIDER = "unlink_provider", _("unlinked an account from the identity provider")
    ENROL_FACTOR = "enrol_factor", _("enrolled a second factor")
    RENAME_FACTOR = "rename_factor", _("renamed a second factor")
    REMOVE_FACTOR = "remove_factor", _("removed a second factor")
    GIVE_TOKEN = "give_token", _("gave a token")
    CHANGE_PASSWORD = "change_password", _("changed the password")
    OPEN_ACCOUNT = "open_account", _("opened an account")
    CHANGE_ACCOUNT = "change_account", _("changed an account")
    GRANT = "grant", _("gave a role or a scope")
    REVOKE = "revoke", _("took back a role or a scope")
    RESET_FACTOR = "reset_factor", _("reset a second factor")
    RESET_PASSWORD = "reset_password", _("set a new first password")
    DEACTIVATE = "deactivate", _("deactivated an account")
    REACTIVATE = "reactivate", _("reactivated an account")
    IMPORT_ACCOUNT = "import_account", _("opened or changed an account by an import")
    MAKE_SHEET = "make_sheet", _("made an enrolment sheet")
    WARN_UNUSED = "warn_unused", _("warned of a suspension")
    SUSPEND = "suspend", _("suspended an unused account")
    LIFT_SUSPENSION = "lift_suspension", _("lifted a suspension")
    OPEN_REVIEW = "open_review", _("opened a review of accounts")
    CONFIRM_LINE = "confirm_line", _("confirmed an account in a review")
    WITHDRAW_LINE = "withdraw_line", _("withdrew an account in a review")
    CLOSE_REVIEW = "close_review", _("closed a review of accounts")
    READ = "read", _("read")
    SEARCH = "search", _("searched")
    EXPORT = "export", _("exported")
    PRINT = "print", _("printed")
    IMPORT = "import", _("imported")
    UNDO_IMPORT = "undo_import", _("took an import back")
    ADD_PERSON = "add_person", _("added a person by hand")
    JOIN = "join", _("joined two records")
    SEPARATE = "separate", _("took a join back")
    BOOK = "book", _("booked")
    MOVE = "move", _("moved")
    CANCEL = "cancel", _("cancelled")
    RECORD_OUTCOME = "record_outcome", _("recorded the outcome")
    RECORD_MOVEMENT = "record_movement", _("recorded a movement")
    FREEZE = "freeze", _("froze movements")
    LIFT_FREEZE = "lift_freeze", _("released movements")
    ALERT = "alert", _("alerted the health unit")
    SET_DESK = "set_desk", _("set how the desk works")
    OPEN_DISPLAY = "open_display", _("opened a wall display")
    CLOSE_DISPLAY = "close_display", _("closed a wall display")
    RECEIVE_ALERT = "receive_alert", _("received an alert")
    CHANGE_PLANNING = "change_planning", _("changed the planning")
    PUBLISH = "publish", _("published a list")
    OPEN_CALENDAR = "open_calendar", _("opened a calendar address")
    RENEW_CALENDAR = "renew_calendar", _("renewed a calendar address")
    REVOKE_CALENDAR = "revoke_calendar", _("revoked a calendar address")
    OPEN_INTERFACE = "open_interface", _("opened an interface token")
    END_INTERFACE = "end_interface", _("ended an interface token")
    USE_INTERFACE = "use_interface", _("used an interface token")
    FAILED_INTERFACE = "failed_interface", _("failed with an interface token")
    OPEN_EXPORTS = "open_exports", _("opened files and calendar to an officer")
    CLOSE_EXPORTS = "close_exports", _("closed files and calendar to an officer")
    ENTER_REQUEST = "enter_request", _("entered a request")
    CHANGE_REQUEST = "change_request", _("changed a request")
    DECIDE = "decide", _("decided about an appointment")
    NOTE_FACT = "note_fact", _("noted an obstruction")
    CHANGE_FACT = "change_fact", _("corrected or withdrew an obstruction")
    WRITE_REPORT = "write_report", _("wrote a report of obstructed care")
    DECIDE_REPORT = "decide_report", _("approved or sent back a report")
    SEND_REPORT = "send_report", _("recorded a letter as sent or answered")
    WRITE_COMPLAINT = "write_complaint", _("wrote an individual complaint")
    ASK_WORD = "ask_word", _("asked for a second person’s word")
    GIVE_WORD = "give_word", _("confirmed as second person")
    REFUSE_WORD = "refuse_word", _("refused as second person")
    NAME_SECOND = "name_second", _("named a second person")
    END_SECOND = "end_second", _("no longer names a second person")
    AGREE_SIDES = "agree_sides", _("recorded or ended the agreement on one administration for both sides")
    EXTRACT = "extract", _("gave an extract of what is held on a person")
    SET_RETENTION = "set_retention", _("changed how long something is kept")
    FORGET = "forget", _("forgot what is kept no longer")
    NAME_PARTNER = "name_partner", _("entered or retired another unit’s key")
    HAND_OVER = "hand_over", _("handed a person over to another unit")
    TAKE_OVER = "take_over", _("took a person over from another unit")
    BREAK_GLASS = "break_glass", _("took emergency access")
    END_GLASS = "end_glass", _("ended an emergency access")
    WITHDRAW_CONSENT = "withdraw_consent", _("recorded that a consent was taken back")
