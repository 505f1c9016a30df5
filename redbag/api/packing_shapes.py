"""What a device sends of a journey that it began without a network, beside the facts of one that is known."""

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers as s

from redbag.api.facts_shapes import FactNew
from redbag.api.shapes import ItemNew, Moment, Reason, text


class PackingTold(s.Serializer):
    id = s.UUIDField(help_text="made on the device: the id of the journey from now on")
    kind = s.ChoiceField(choices=["pack"])
    resident = s.UUIDField(required=False, help_text="who is going")
    transfer = s.UUIDField(
        required=False, help_text="instead of resident: the bag goes on this journey, which began without one"
    )
    token = text(300, help_text="the bag by its label: token, address or short code")
    bag = s.UUIDField(required=False, help_text="or the bag by its id; neither when they went without one")
    occurred_at = Moment(help_text="when it really happened")
    reason = Reason(required=False)
    ask = text()
    return_when = text()
    destination = text(10, help_text="ODS code")
    destination_place = text(100)
    destination_text = text(200)
    items = ItemNew(many=True, required=False)
    paper = s.BooleanField(required=False, help_text="true when it was written on paper first")


TOLD = PolymorphicProxySerializer(
    component_name="FactOrPacking", serializers=[FactNew, PackingTold], resource_type_field_name=None, many=True
)


@extend_schema_field(TOLD)
class Told(s.ListField):
    """Facts, and packings among them."""


class FactsSent(s.Serializer):
    sent_at = Moment()
    facts = Told()
