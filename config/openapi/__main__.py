"""`python -m config.openapi` writes docs/openapi.yaml and asyncapi.yaml; `--check` says how they differ."""

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from config.openapi import document

    if "--check" not in sys.argv:
        for path, text in document.texts().items():
            path.write_text(text)
    elif difference := document.drift():
        sys.exit(f"{difference}\nThese are not what the code says: make openapi")


if __name__ == "__main__":
    main()
