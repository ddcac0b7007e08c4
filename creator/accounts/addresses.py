"""Where a code can be sent, and which one mailbox or phone it is, however it is spelt.

`phonenumbers` (Google's numbering plans) judges numbers, `email-validator` (RFC 5321, IDNA 2008 by UTS #46)
addresses as a mailer will read them: a full-width dot becomes a dot, what is invisible is refused.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from creator.errors import InvalidAddress, InvalidEmail, InvalidPhone

HOME = "CN"  # a number without a country code is taken for one of these
WRITTEN = re.compile(r"\+?[0-9 ().-]+")  # `parse` would read letters, extensions and digits of any script
MOBILE = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
HOSTS = {  # those that are one: the names of each beside the first
    "gmail.com": ("googlemail.com",),
    "icloud.com": ("me.com", "mac.com"),
    "proton.me": ("protonmail.com", "protonmail.ch", "pm.me"),
    "yandex.ru": ("ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua"),
}
SAME_HOST = {other: first for first, others in HOSTS.items() for other in others}
IGNORES = {"gmail.com": ".", "proton.me": "._-"}  # signs within the name
READS_AS_DOT = {"yandex.ru": "-"}
LONGEST = 254  # characters of an e-mail address, RFC 5321


@dataclass(frozen=True)
class Address:
    """`field` is the column of `User` it is kept in, `text` what is delivered to.

    `mailbox` is the one spelling by which people are told apart and limits are counted.
    """

    field: Literal["phone", "email"]
    text: str
    mailbox: str


def address(*, phone: str = "", email: str = "") -> Address:
    """The address meant by a request that sends one of the two. Raises InvalidAddress and the two below."""
    if bool(phone) == bool(email):
        raise InvalidAddress(field="phone")
    return phone_address(phone) if phone else normalize_email(email)


def phone_address(text: str) -> Address:
    """The address of a phone; its number has one spelling. Raises InvalidPhone."""
    number = normalize_phone(text)
    return Address("phone", number, number)


def normalize_phone(text: str) -> str:
    """E.164 in ASCII digits; one without a country code is taken for a Chinese mobile. Raises InvalidPhone.

    Full-width digits are ASCII ones (NFKC); those of other scripts are refused. Only mobiles are reached by a
    code: a line of another kind may be a second spelling of one, or be paid for each message to it.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    written = f"+{written[2:]}" if written.startswith("00") else written
    if not WRITTEN.fullmatch(written):
        raise InvalidPhone(field="phone")
    try:
        number = phonenumbers.parse(written, HOME)
    except phonenumbers.NumberParseException:
        raise InvalidPhone(field="phone") from None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.number_type(number) not in MOBILE or not phonenumbers.is_valid_number(number):
        raise InvalidPhone(field="phone")
    return e164


def country_of(number: str) -> str:
    """The country (ISO 3166-1) that a number in E.164 is of; "" for those of none, as satellites have."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return region if region and region.isalpha() else ""


def normalize_email(text: str) -> Address:
    """The address as typed, its host in ASCII, and its mailbox. Raises InvalidEmail."""
    typed = unicodedata.normalize("NFKC", text).strip()
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise InvalidEmail(field="email") from None
    deliver_to = f"{found.local_part}@{found.ascii_domain}"
    if len(deliver_to) > LONGEST:
        raise InvalidEmail(field="email")
    return Address("email", deliver_to, _mailbox(found.local_part.lower(), found.ascii_domain.lower()))


def _mailbox(local: str, host: str) -> str:
    """Without a tag behind a plus, which nearly all hosts ignore, or signs that the host ignores.

    Where a host does not, nobody gets in by it: codes go to the address the account was made with.
    """
    host = SAME_HOST.get(host, host)
    local = local.partition("+")[0] or local
    local = local.translate({ord(sign): "." for sign in READS_AS_DOT.get(host, "")})
    local = local.translate(dict.fromkeys(map(ord, IGNORES.get(host, "")))) or local
    return f"{local}@{host}"
