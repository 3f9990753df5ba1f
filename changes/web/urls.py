"""The addresses of the pages."""

from django.urls import URLPattern, URLResolver, path

from changes.web.account import sign_in, sign_out
from changes.web.action import action_done, action_list
from changes.web.agenda import meeting_admit, meeting_detail, meeting_freeze, meeting_publish
from changes.web.answer import rfc_answer
from changes.web.arrange import free_item_add, free_item_change, item_keep, item_place, item_put_off, meeting_arrange, meeting_pull
from changes.web.attendance import meeting_attend, meeting_remind
from changes.web.bell import bell, bell_read, bell_unread
from changes.web.board import board
from changes.web.board_edit import board_check, board_create, board_edit, board_remove
from changes.web.board_list import board_list
from changes.web.consent import consent_approve, item_pull, item_put_back
from changes.web.decision import condition_meet, rfc_verbal
from changes.web.electronic_vote import item_poll, item_poll_close, item_poll_withdraw
from changes.web.forward import meeting_forward
from changes.web.freeze import freeze_check, freeze_create, freeze_edit, freeze_lift
from changes.web.home import home
from changes.web.incident import rfc_incidents
from changes.web.item import item_decide, item_detail
from changes.web.lane import ground_withdraw, meeting_automatic
from changes.web.ledger import ledger, ledger_again
from changes.web.lifecycle import rfc_confirm_approval, rfc_confirm_move, rfc_move, rfc_permanent, rfc_restore, rfc_review
from changes.web.look import look
from changes.web.mailbox import mailbox, mailbox_html, mailbox_mail
from changes.web.meeting_history import meeting_history
from changes.web.minutes import (
    meeting_minutes,
    meeting_minutes_markdown,
    meeting_minutes_pdf,
    minutes_addendum,
    minutes_note,
    minutes_publish,
)
from changes.web.outcome import rfc_outcome
from changes.web.outcome_night import night_outcomes
from changes.web.pack import meeting_pack, meeting_pack_markdown, meeting_pack_pdf
from changes.web.preference import preference, unsubscribe
from changes.web.reminder import rfc_reminders
from changes.web.revision import meeting_revisions
from changes.web.rfc import rfc_detail, rfc_history
from changes.web.rfc_form import rfc_check, rfc_create, rfc_edit
from changes.web.rfc_list import rfc_list
from changes.web.route import route_edit
from changes.web.rules import rules
from changes.web.schedule import schedule, schedule_day
from changes.web.session import session_detail, session_move, session_move_preview
from changes.web.setup import setup
from changes.web.sitting import sitting_act, sitting_decide, sitting_detail, sitting_end, sitting_news, sitting_note, sitting_vote
from changes.web.sitting_extra import sitting_action, sitting_condition, sitting_consent, sitting_promise, sitting_pull
from changes.web.status import rfc_status
from changes.web.step import step_mark
from changes.web.time_zone import time_zone
from changes.web.token import token_list, token_revoke, tool_add
from changes.web.told import told
from changes.web.vote import item_vote
from changes.web.waiting import rfc_waiting
from changes.web.waiver import rfc_waive
from changes.web.waiver_list import waiver_list
from changes.web.week import week
from changes.web.window import window_check, window_create, window_edit, window_remove
from changes.web.work import rfc_work

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("actions/<int:pk>/", action_done, name="action-done"),
    path("board/", board, name="board"),
    path("board/actions/", action_list, name="action-list"),
    path("bell/", bell, name="bell"),
    path("bell/read/", bell_read, name="bell-read"),
    path("bell/unread/", bell_unread, name="bell-unread"),
    path("look/", look, name="look"),
    path("mailbox/", mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", mailbox_mail, name="mailbox-mail"),
    path("mailbox/<int:pk>/html/", mailbox_html, name="mailbox-html"),
    path("meetings/<int:pk>/", meeting_detail, name="meeting-detail"),
    path("meetings/<int:pk>/admit/", meeting_admit, name="meeting-admit"),
    path("meetings/<int:pk>/automatic/", meeting_automatic, name="meeting-automatic"),
    path("meetings/<int:pk>/automatic/withdraw/", ground_withdraw, name="ground-withdraw"),
    path("meetings/<int:pk>/history/", meeting_history, name="meeting-history"),
    path("meetings/<int:pk>/freeze/", meeting_freeze, name="meeting-freeze"),
    path("meetings/<int:pk>/forward/", meeting_forward, name="meeting-forward"),
    path("meetings/<int:pk>/arrange/", meeting_arrange, name="meeting-arrange"),
    path("meetings/<int:pk>/free-items/", free_item_add, name="free-item-add"),
    path("meetings/<int:pk>/free-items/<int:item>/", free_item_change, name="free-item-change"),
    path("meetings/<int:pk>/items/<int:item>/keep/", item_keep, name="item-keep"),
    path("meetings/<int:pk>/items/<int:item>/place/", item_place, name="item-place"),
    path("meetings/<int:pk>/items/<int:item>/put-off/", item_put_off, name="item-put-off"),
    path("meetings/<int:pk>/pull/", meeting_pull, name="meeting-pull"),
    path("meetings/<int:pk>/items/<int:item>/", item_detail, name="item-detail"),
    path("meetings/<int:pk>/items/<int:item>/decision/", item_decide, name="item-decide"),
    path("meetings/<int:pk>/attendance/", meeting_attend, name="meeting-attend"),
    path("meetings/<int:pk>/consent/", consent_approve, name="consent-approve"),
    path("meetings/<int:pk>/reminders/", meeting_remind, name="meeting-remind"),
    path("meetings/<int:pk>/items/<int:item>/poll/", item_poll, name="item-poll"),
    path("meetings/<int:pk>/items/<int:item>/poll/close/", item_poll_close, name="item-poll-close"),
    path("meetings/<int:pk>/items/<int:item>/poll/withdraw/", item_poll_withdraw, name="item-poll-withdraw"),
    path("meetings/<int:pk>/items/<int:item>/pull/", item_pull, name="item-pull"),
    path("meetings/<int:pk>/items/<int:item>/put-back/", item_put_back, name="item-put-back"),
    path("meetings/<int:pk>/items/<int:item>/vote/", item_vote, name="item-vote"),
    path("meetings/<int:pk>/minutes/", meeting_minutes, name="meeting-minutes"),
    path("meetings/<int:pk>/minutes.pdf", meeting_minutes_pdf, name="meeting-minutes-pdf"),
    path("meetings/<int:pk>/minutes.md", meeting_minutes_markdown, name="meeting-minutes-markdown"),
    path("meetings/<int:pk>/minutes/addendum/", minutes_addendum, name="minutes-addendum"),
    path("meetings/<int:pk>/minutes/note/", minutes_note, name="minutes-note"),
    path("meetings/<int:pk>/minutes/publish/", minutes_publish, name="minutes-publish"),
    path("meetings/<int:pk>/pack/", meeting_pack, name="meeting-pack"),
    path("meetings/<int:pk>/revisions/", meeting_revisions, name="meeting-revisions"),
    path("meetings/<int:pk>/pack.pdf", meeting_pack_pdf, name="meeting-pack-pdf"),
    path("meetings/<int:pk>/pack.md", meeting_pack_markdown, name="meeting-pack-markdown"),
    path("meetings/<int:pk>/publish/", meeting_publish, name="meeting-publish"),
    path("nights/<str:on>/outcomes/", night_outcomes, name="night-outcomes"),
    path("meetings/<int:pk>/sitting/", sitting_detail, name="sitting-detail"),
    path("meetings/<int:pk>/sitting/actions/", sitting_promise, name="sitting-promise"),
    path("meetings/<int:pk>/sitting/actions/<int:action>/", sitting_action, name="sitting-action"),
    path("meetings/<int:pk>/sitting/conditions/<int:condition>/", sitting_condition, name="sitting-condition"),
    path("meetings/<int:pk>/sitting/consent/", sitting_consent, name="sitting-consent"),
    path("meetings/<int:pk>/sitting/items/<int:item>/pull/", sitting_pull, name="sitting-pull"),
    path("meetings/<int:pk>/sitting/end/", sitting_end, name="sitting-end"),
    path("meetings/<int:pk>/sitting/items/<int:item>/decision/", sitting_decide, name="sitting-decide"),
    path("meetings/<int:pk>/sitting/items/<int:item>/vote/", sitting_vote, name="sitting-vote"),
    path("meetings/<int:pk>/sitting/news/", sitting_news, name="sitting-news"),
    path("meetings/<int:pk>/sitting/note/", sitting_note, name="sitting-note"),
    path("meetings/<int:pk>/sitting/<slug:act>/", sitting_act, name="sitting-act"),
    path("rfcs/", rfc_list, name="rfc-list"),
    path("reminders/", told, name="told"),
    path("reminders/ledger/", ledger, name="ledger"),
    path("reminders/ledger/<int:pk>/again/", ledger_again, name="ledger-again"),
    path("reminders/settings/", preference, name="preference"),
    path("reminders/off/<str:token>/", unsubscribe, name="unsubscribe"),
    path("setup/", setup, name="setup"),
    path("setup/boards/", board_list, name="board-list"),
    path("setup/boards/check/", board_check, name="board-check"),
    path("setup/boards/new/", board_create, name="board-create"),
    path("setup/boards/<int:pk>/", board_edit, name="board-edit"),
    path("setup/boards/<int:pk>/remove/", board_remove, name="board-remove"),
    path("setup/freezes/check/", freeze_check, name="freeze-check"),
    path("setup/freezes/new/", freeze_create, name="freeze-create"),
    path("setup/freezes/<int:pk>/", freeze_edit, name="freeze-edit"),
    path("setup/freezes/<int:pk>/lift/", freeze_lift, name="freeze-lift"),
    path("setup/routes/", route_edit, name="route-edit"),
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
    path("rfcs/<str:number>/answer/", rfc_answer, name="rfc-answer"),
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
    path("rfcs/<str:number>/status/", rfc_status, name="rfc-status"),
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
    path("week/", week, name="week"),
    path("tokens/", token_list, name="token-list"),
    path("tokens/tools/", tool_add, name="tool-add"),
    path("tokens/<str:digest>/revoke/", token_revoke, name="token-revoke"),
]
