"""`python -m config.openapi` writes docs/openapi.yaml; `--check` says how it differs from the code."""

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from config.openapi import document

    if "--check" not in sys.argv:
        document.PATH.write_text(document.as_yaml())
    elif difference := document.drift():
        sys.exit(f"{difference}\ndocs/openapi.yaml is not what the code says: make openapi")


if __name__ == "__main__":
    main()
