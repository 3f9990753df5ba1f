"""The addresses of the pages."""

from django.urls import URLPattern, URLResolver, path

from changes.web.account import sign_in, sign_out
from changes.web.agenda import meeting_admit, meeting_detail, meeting_publish
from changes.web.board import board
from changes.web.decision import condition_meet, rfc_verbal
from changes.web.freeze import freeze_check, freeze_create, freeze_edit, freeze_lift
from changes.web.home import home
from changes.web.incident import rfc_incidents
from changes.web.item import item_decide, item_detail
from changes.web.lifecycle import rfc_confirm_approval, rfc_confirm_move, rfc_move, rfc_permanent, rfc_restore, rfc_review
from changes.web.look import look
from changes.web.mailbox import mailbox, mailbox_html, mailbox_mail
from changes.web.outcome import rfc_outcome
from changes.web.reminder import rfc_reminders
from changes.web.rfc import rfc_detail, rfc_history
from changes.web.rfc_form import rfc_check, rfc_create, rfc_edit
from changes.web.rfc_list import rfc_list
from changes.web.rules import rules
from changes.web.schedule import schedule, schedule_day
from changes.web.session import session_detail, session_move, session_move_preview
from changes.web.setup import setup
from changes.web.step import step_mark
from changes.web.time_zone import time_zone
from changes.web.token import token_list, token_revoke, tool_add
from changes.web.vote import item_vote
from changes.web.waiting import rfc_waiting
from changes.web.waiver import rfc_waive
from changes.web.waiver_list import waiver_list
from changes.web.window import window_check, window_create, window_edit, window_remove
from changes.web.work import rfc_work

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("board/", board, name="board"),
    path("look/", look, name="look"),
    path("mailbox/", mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", mailbox_mail, name="mailbox-mail"),
    path("mailbox/<int:pk>/html/", mailbox_html, name="mailbox-html"),
    path("meetings/<int:pk>/", meeting_detail, name="meeting-detail"),
    path("meetings/<int:pk>/admit/", meeting_admit, name="meeting-admit"),
    path("meetings/<int:pk>/items/<int:item>/", item_detail, name="item-detail"),
    path("meetings/<int:pk>/items/<int:item>/decision/", item_decide, name="item-decide"),
    path("meetings/<int:pk>/items/<int:item>/vote/", item_vote, name="item-vote"),
    path("meetings/<int:pk>/publish/", meeting_publish, name="meeting-publish"),
    path("rfcs/", rfc_list, name="rfc-list"),
    path("setup/", setup, name="setup"),
    path("setup/freezes/check/", freeze_check, name="freeze-check"),
    path("setup/freezes/new/", freeze_create, name="freeze-create"),
    path("setup/freezes/<int:pk>/", freeze_edit, name="freeze-edit"),
    path("setup/freezes/<int:pk>/lift/", freeze_lift, name="freeze-lift"),
    path("setup/windows/check/", window_check, name="window-check"),
    path("setup/windows/new/", window_create, name="window-create"),
    path("setup/windows/<int:pk>/", window_edit, name="window-edit"),
    path("setup/windows/<int:pk>/remove/", window_remove, name="window-remove"),
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", sign_out, name="sign-out"),
    path("rfcs/new/", rfc_create, name="rfc-create"),
    path("rfcs/check/", rfc_check, name="rfc-check"),
    path("rfcs/<str:number>/edit/", rfc_edit, name="rfc-edit"),
    path("rfcs/<str:number>/", rfc_detail, name="rfc-detail"),
    path("rfcs/<str:number>/conditions/<int:pk>/", condition_meet, name="rfc-condition"),
    path("rfcs/<str:number>/confirm-approval/", rfc_confirm_approval, name="rfc-confirm-approval"),
    path("rfcs/<str:number>/confirm-move/", rfc_confirm_move, name="rfc-confirm-move"),
    path("rfcs/<str:number>/history/", rfc_history, name="rfc-history"),
    path("rfcs/<str:number>/incidents/", rfc_incidents, name="rfc-incidents"),
    path("rfcs/<str:number>/moves/<str:state>/", rfc_move, name="rfc-move"),
    path("rfcs/<str:number>/outcome/", rfc_outcome, name="rfc-outcome"),
    path("rfcs/<str:number>/reminders/", rfc_reminders, name="rfc-reminders"),
    path("rfcs/<str:number>/permanent/", rfc_permanent, name="rfc-permanent"),
    path("rfcs/<str:number>/restores-service/", rfc_restore, name="rfc-restore"),
    path("rfcs/<str:number>/review/", rfc_review, name="rfc-review"),
    path("rfcs/<str:number>/steps/<int:pk>/", step_mark, name="step-mark"),
    path("rfcs/<str:number>/waiting/", rfc_waiting, name="rfc-waiting"),
    path("rfcs/<str:number>/verbal-approval/", rfc_verbal, name="rfc-verbal"),
    path("rfcs/<str:number>/waivers/", rfc_waive, name="rfc-waive"),
    path("rfcs/<str:number>/work/<str:act>/", rfc_work, name="rfc-work"),
    path("rules/", rules, name="rules"),
    path("schedule/", schedule, name="schedule"),
    path("schedule/day/<str:day>/", schedule_day, name="schedule-day"),
    path("sessions/<int:pk>/", session_detail, name="session-detail"),
    path("sessions/<int:pk>/move/", session_move, name="session-move"),
    path("sessions/<int:pk>/move/preview/", session_move_preview, name="session-move-preview"),
    path("time-zone/", time_zone, name="time-zone"),
    path("waivers/", waiver_list, name="waiver-list"),
    path("tokens/", token_list, name="token-list"),
    path("tokens/tools/", tool_add, name="tool-add"),
    path("tokens/<str:digest>/revoke/", token_revoke, name="token-revoke"),
]
