"""REST addresses (DESIGN 7), by room."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from changes.api.views import (
    agenda,
    docs,
    edit_preview,
    event,
    incident,
    period,
    problem,
    reference,
    reminder,
    rfc,
    schedule,
    set_up,
    transition,
)

NUMBER = "rfcs/<str:number>/"

rooms = [
    pattern
    for room in set_up.ROOMS
    for kind in ("slug" if room.key == "slug" else "int",)
    for pattern in (
        path(f"{room.path}/", set_up.list_view(room)),
        path(f"{room.path}/<{kind}:key>/", set_up.detail_view(room)),
    )
]

v1: list[URLPattern | URLResolver] = [
    path("openapi.json", docs.Schema.as_view(), name="api-schema"),
    path("rfcs/", rfc.RFCList.as_view(), name="api-rfcs"),
    path("rfcs/preview/", rfc.RFCPreview.as_view()),
    # Before the numbers: an identifier may hold slashes, and end like one of their paths.
    path("rfcs/by-reference/<str:system>/<path:identifier>/", reference.RFCByReference.as_view()),
    path(NUMBER, rfc.RFCDetail.as_view(), name="api-rfc"),
    path(f"{NUMBER}preview/", edit_preview.EditPreview.as_view()),
    path(f"{NUMBER}transitions/", transition.Transitions.as_view()),
    path(f"{NUMBER}findings/", transition.Findings.as_view()),
    path(f"{NUMBER}events/", event.Events.as_view()),
    path(f"{NUMBER}reminders/", event.Reminders.as_view()),
    path(f"{NUMBER}incidents/", incident.Incidents.as_view()),
    path(f"{NUMBER}waivers/", transition.Waivers.as_view()),
    path(f"{NUMBER}conditions/<int:pk>/", transition.ConditionDetail.as_view()),
    path(f"{NUMBER}steps/<int:pk>/", transition.StepDetail.as_view()),
    path("reminders/", reminder.Ledger.as_view()),
    path("slots/", schedule.Slots.as_view()),
    path("schedule/", schedule.ForwardSchedule.as_view()),
    path("changes-near/", schedule.ChangesNear.as_view()),
    path("gate/", schedule.GateNow.as_view()),
    path("change-windows/<int:key>/occurrences/", period.Occurrences.as_view()),
    path("freezes/preview/", period.FreezePreview.as_view()),
    path("boards/<slug:slug>/meetings/", agenda.MeetingList.as_view()),
    path("meetings/<int:pk>/", agenda.MeetingDetail.as_view()),
    path("meetings/<int:pk>/events/", event.MeetingEvents.as_view()),
    path("meetings/<int:pk>/agenda/", agenda.AgendaDetail.as_view()),
    path("meetings/<int:pk>/agenda/publish/", agenda.AgendaPublish.as_view()),
    path("meetings/<int:pk>/agenda/admit/", agenda.AgendaAdmit.as_view()),
    path("meetings/<int:pk>/items/<int:item>/votes/", agenda.Votes.as_view()),
    path("meetings/<int:pk>/items/<int:item>/decision/", agenda.DecisionDetail.as_view()),
    *rooms,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(v1)),
    path("docs/", docs.api_docs, name="api-docs"),
    path("problems/", problem.ProblemTypes.as_view(), name="api-problems"),
    path("problems/<slug:code>/", problem.ProblemType.as_view(), name="api-problem"),
    re_path(r"", problem.Unknown.as_view()),
]
