"""Passwords and PINs kept as the service keeps them, but quickly: only tests may."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 at the least cost there is. What the service takes instead is held by test_production_settings.py."""

    time_cost = 1
    memory_cost = 8  # KiB
    parallelism = 1
