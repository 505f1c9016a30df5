"""PostgreSQL, with the scope of `redbag.rows` told to the connection before the next statement that needs it."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from redbag import rows
from redbag.rows import checks

TELL = (
    "SELECT set_config('redbag.everything', %s, false), set_config('redbag.organisations', %s, false),"
    " set_config('redbag.transfers', %s, false)"
)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own connection; what the database was told is forgotten whenever a rollback may have undone it."""

    told: rows.Scope | None = None

    def create_cursor(self, name=None):
        wanted = rows.scope()
        if wanted != self.told and self.connection.info.transaction_status != TransactionStatus.INERROR:
            self._tell(wanted)
        return super().create_cursor(name)

    def _tell(self, wanted: rows.Scope) -> None:
        self.told = None
        organisations, transfers = (
            "{" + ",".join(sorted(map(str, ids))) + "}" for ids in (wanted.organisations, wanted.transfers)
        )
        with self.connection.cursor() as cursor:
            cursor.execute(TELL, ("on" if wanted.everything else "off", organisations, transfers))
        self.told = wanted

    def connect(self):
        """Outside of the demo whoever serves, works or sweeps stops here under a role that no policy holds."""
        self.told = None
        super().connect()
        if not settings.DEMO:
            self._refuse_a_free_role()

    def _refuse_a_free_role(self) -> None:
        with self.connection.cursor() as cursor:
            (free,) = cursor.execute(checks.HELD).fetchone()
        if free:
            self.close()
            raise ImproperlyConfigured(f"{checks.WORDS} {checks.HINT}")

    def _rollback(self):
        self.told = None
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid):
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self.told = None
