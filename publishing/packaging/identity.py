"""The signing identity: an ES256 key and two certificates, made at first run and kept in one file."""

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = dt.timedelta(days=3650)
END = b"-----END "
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Identity:
    """All PEM: the signer's private `key`, its `certificate`, and the `root` certificate that issued it."""

    key: bytes
    certificate: bytes
    root: bytes

    @property
    def chain(self) -> bytes:
        return self.certificate + self.root


def identity(folder: Path, organisation: str = "Lingying") -> Identity:
    """The identity in `folder`, made there if it is missing; of two processes at once, the first makes it."""
    path = folder / "c2pa.pem"
    if not path.exists():
        _make(path, organisation)
    key, certificate, root = _blocks(path.read_bytes())
    return Identity(key, certificate, root)


def _make(path: Path, organisation: str) -> None:
    """Write a new identity beside `path`, then link it there: it appears complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mine = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_new(organisation))
        os.link(mine, path)
    except FileExistsError:
        pass  # another process was first: its identity is used by all
    finally:
        mine.unlink()


def _new(organisation: str) -> bytes:
    """Key, certificate and root as PEM. The root's key is not kept: it will never sign another."""
    root_key, key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    root_name, name = _name(organisation, "content root"), _name(organisation, "content signer")
    root = _draft(root_name, root_key, root_name, root_key)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    root = root.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    leaf = _draft(name, key, root_name, root_key)
    leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    leaf = leaf.add_extension(_usage("digital_signature"), critical=True)
    # The C2PA certificate profile asks for exactly one purpose; this is the one every validator knows.
    leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    signed = [draft.sign(root_key, hashes.SHA256()) for draft in (leaf, root)]
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + b"".join(certificate.public_bytes(Encoding.PEM) for certificate in signed)


def _draft(
    subject: x509.Name, key: EllipticCurvePrivateKey, issuer: x509.Name, issuer_key: EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    draft = x509.CertificateBuilder(issuer_name=issuer, subject_name=subject, public_key=key.public_key())
    draft = draft.serial_number(x509.random_serial_number())
    draft = draft.not_valid_before(start).not_valid_after(start + LIFETIME)
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    mine = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return draft.add_extension(known, critical=False).add_extension(mine, critical=False)


def _name(organisation: str, role: str) -> x509.Name:
    parts = {NameOID.ORGANIZATION_NAME: organisation[:64], NameOID.COMMON_NAME: f"{organisation} {role}"[:64]}
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts.items()])


def _usage(*on: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in on for usage in USAGES})


def _blocks(pem: bytes) -> list[bytes]:
    """Cut a PEM file after each of its END lines."""
    blocks: list[bytes] = []
    block = b""
    for line in pem.splitlines(keepends=True):
        block += line
        if line.startswith(END):
            blocks, block = [*blocks, block], b""
    return blocks
