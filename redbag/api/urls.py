"""Addresses of the API."""

from django.urls import path

from redbag.api import bags, deliveries, discharges, facts, papers, people, reports, residents, schema, spoken, transfers

app_name = "api"
V1 = "v1/"
urlpatterns = [
    path("openapi.json", schema.openapi, name="openapi"),
    path("docs", schema.Reader.as_view(), name="docs"),
    path(V1 + "session", people.SessionCall.as_view(), name="session"),
    path(V1 + "me", people.MeCall.as_view(), name="me"),
    path(V1 + "residents", residents.ResidentsCall.as_view(), name="residents"),
    path(V1 + "residents/<uuid:pk>", residents.ResidentCall.as_view(), name="resident"),
    path(V1 + "residents/<uuid:pk>/summary", residents.SummaryCall.as_view(), name="summary"),
    path(V1 + "residents/<uuid:pk>/observations", residents.ObservationsCall.as_view(), name="observations"),
    path(V1 + "residents/<uuid:pk>/access-log", reports.AccessLogCall.as_view(), name="access_log"),
    path(V1 + "bags", bags.BagsCall.as_view(), name="bags"),
    path(V1 + "bags/<uuid:pk>", bags.BagCall.as_view(), name="bag"),
    path(V1 + "bags/<uuid:pk>/label", bags.BagLabelCall.as_view(), name="bag_label"),
    path(V1 + "bags/<uuid:pk>/reissue", bags.ReissueCall.as_view(), name="reissue"),
    path(V1 + "labels", bags.LabelsCall.as_view(), name="labels"),
    path(V1 + "labels/<uuid:pk>", bags.LabelJobCall.as_view(), name="label_job"),
    path(V1 + "labels/<uuid:pk>/file", bags.LabelFileCall.as_view(), name="label_file"),
    path(V1 + "transfers", transfers.TransfersCall.as_view(), name="transfers"),
    path(V1 + "transfers/<uuid:pk>", transfers.TransferCall.as_view(), name="transfer"),
    path(V1 + "transfers/<uuid:pk>/handover-code", transfers.HandoverCodeCall.as_view(), name="handover_code"),
    path(V1 + "transfers/<uuid:pk>/snapshot", transfers.SnapshotCall.as_view(), name="snapshot"),
    path(V1 + "transfers/<uuid:pk>/papers/<slug:kind>", papers.PaperCall.as_view(), name="paper"),
    path(V1 + "transfers/<uuid:pk>/spoken", spoken.SpokenCall.as_view(), name="spoken"),
    path(V1 + "transfers/<uuid:pk>/discharge-summaries", discharges.WriteCall.as_view(), name="write_discharge"),
    path(V1 + "scan/<str:text>", facts.ScanCall.as_view(), name="scan"),
    path(V1 + "facts", facts.FactsCall.as_view(), name="facts"),
    path(V1 + "discharge-summaries/<uuid:pk>", discharges.SummaryCall.as_view(), name="discharge"),
    path(V1 + "discharge-summaries/<uuid:pk>/file", discharges.FileCall.as_view(), name="discharge_file"),
    path(V1 + "discharge-summaries/<uuid:pk>/acknowledge", discharges.AcknowledgeCall.as_view(), name="acknowledge"),
    path(V1 + "endpoints", deliveries.EndpointsCall.as_view(), name="endpoints"),
    path(V1 + "endpoints/<uuid:pk>", deliveries.EndpointCall.as_view(), name="endpoint"),
    path(V1 + "endpoints/<uuid:pk>/test", deliveries.TestCall.as_view(), name="test_endpoint"),
    path(V1 + "deliveries", deliveries.DeliveriesCall.as_view(), name="deliveries"),
    path(V1 + "deliveries/<uuid:pk>/replay", deliveries.ReplayCall.as_view(), name="replay"),
    path(V1 + "reports", reports.ReportsCall.as_view(), name="reports"),
    path(V1 + "reports/<str:name>", reports.ReportCall.as_view(), name="report"),
    path(V1 + "journal", reports.JournalCall.as_view(), name="journal"),
]
