"""`python -m localai` is the command `localai`; it must not know any of its commands."""

from localai.cli import main

if __name__ == "__main__":
    main()
