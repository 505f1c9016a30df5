"""Names of calls in the OpenAPI document: the method and the address, so that generated clients read like it."""

import re

from drf_spectacular.openapi import AutoSchema


class Named(AutoSchema):
    def get_operation_id(self) -> str:
        words = re.findall(r"[a-z]+", self.path.removeprefix("/api/v1"))
        return "_".join([self.method.lower(), *words])
