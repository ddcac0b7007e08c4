"""Where a code can be sent: a phone number in E.164, or an e-mail address, each in one spelling only."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from creator.errors import InvalidAddress, InvalidEmail, InvalidPhone

E164 = re.compile(r"\+[1-9]\d{7,14}")
CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True)
class Address:
    """`field` is the column of `User` it is kept in; `text` the one spelling of it."""

    field: Literal["phone", "email"]
    text: str


def address(*, phone: str = "", email: str = "") -> Address:
    """The address meant by a request that sends one of the two. Raises InvalidAddress and the two below."""
    if bool(phone) == bool(email):
        raise InvalidAddress(field="phone")
    return Address("phone", normalize_phone(phone)) if phone else Address("email", normalize_email(email))


def normalize_phone(text: str) -> str:
    """E.164 of a number; one without a country code is taken for a Chinese mobile. Raises InvalidPhone."""
    number = re.sub(r"[\s().-]", "", unicodedata.normalize("NFKC", text))
    number = f"+{number[2:]}" if number.startswith("00") else number
    number = f"+86{number}" if CHINESE_MOBILE.fullmatch(number) else number
    chinese = number.startswith("+86")
    if not E164.fullmatch(number) or (chinese and not CHINESE_MOBILE.fullmatch(number[3:])):
        raise InvalidPhone(field="phone")
    return number


def normalize_email(text: str) -> str:
    """The address in lower case: no provider in use tells two people apart by case. Raises InvalidEmail."""
    email = unicodedata.normalize("NFKC", text).strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidEmail(field="email") from None
    if len(email) > 254:
        raise InvalidEmail(field="email")
    return email
