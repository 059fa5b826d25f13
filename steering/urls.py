"""Addresses of steering: who leads a partnership, what it has promised, and how it is handed on."""

from django.urls import path

from steering.views import (
    evidence,
    executive,
    handover,
    keys,
    own,
    pack,
    plan,
    plan_editing,
    public,
    table,
    youth_voice,
)

app_name = "steering"

urlpatterns = [
    path("partnerships/<slug:slug>/plan/", plan.plan, name="plan"),
    path("partnerships/<slug:slug>/plan/board/", plan.board, name="plan_board"),
    path("partnerships/<slug:slug>/plan/actions/<slug:action>/", plan.action, name="action"),
    path("partnerships/<slug:slug>/plan/actions/<slug:action>/changes/", plan_editing.changing, name="action_changing"),
    path("partnerships/<slug:slug>/plan/updates/<int:update>/words/", plan.taking_out, name="taking_out"),
    path("partnerships/<slug:slug>/plan/editing/", plan_editing.editing, name="plan_editing"),
    path("partnerships/<slug:slug>/plan/objectives/<int:objective>/", plan_editing.objective, name="objective"),
    path(
        "partnerships/<slug:slug>/plan/objectives/<int:objective>/action/", plan_editing.new_action, name="new_action"
    ),
    path("partnerships/<slug:slug>/plan/list/", plan_editing.bringing, name="plan_import"),
    path("partnerships/<slug:slug>/plan.csv", plan_editing.taken_out, name="plan_export"),
    path("o/<str:token>/", plan.how_it_goes, name="how_it_goes"),
    path("partnerships/<slug:slug>/steering/", public.steering, name="steering"),
    path("partnerships/<slug:slug>/steering/roles/<slug:kind>/", public.role, name="role"),
    path("partnerships/<slug:slug>/steering/interest/", public.interest, name="interest"),
    path("partnerships/<slug:slug>/steering/interest/received/", public.interest_received, name="interest_received"),
    path("partnerships/<slug:slug>/keys/", keys.keys, name="keys"),
    path("partnerships/<slug:slug>/handover/", handover.handover, name="handover"),
    path("partnerships/<slug:slug>/handover.txt", handover.handover_file, name="handover_file"),
    path("partnerships/<slug:slug>/executive/", executive.executive, name="executive"),
    path("lead/<slug:ref>/table/", table.table, name="table"),
    path("lead/<slug:ref>/table/appointment/", table.appointing, name="appointing"),
    path("lead/<slug:ref>/table/rules/", table.rules, name="rules"),
    path("lead/<slug:ref>/table/balance/", table.balance, name="balance"),
    path("lead/<slug:ref>/table/<int:pk>/", table.term, name="term"),
    path("me/roles/<int:pk>/", own.line, name="line"),
    path("meetings/<slug:ref>/pack/", pack.pack, name="pack"),
    path("meetings/<slug:ref>/pack/questions/", pack.questions, name="questions"),
    path("meetings/<slug:ref>/pack/questions/<int:question>/", pack.question, name="question"),
    path("meetings/<slug:ref>/pack/sending/", pack.sending, name="sending"),
    path("meetings/<slug:ref>/pack/closing/", pack.closing, name="closing"),
    path("meetings/<slug:ref>/pack/story/", pack.story, name="pack_story"),
    path("partnerships/<slug:slug>/decisions/", pack.decisions, name="decisions"),
    path("r/<str:token>/substitute/", pack.substitute, name="substitute"),
    path("partnerships/<slug:slug>/youth-voice/", youth_voice.register, name="youth_voice"),
    path("partnerships/<slug:slug>/youth-voice/entry/", youth_voice.writing, name="youth_voice_writing"),
    path("partnerships/<slug:slug>/youth-voice/<int:voice>/answer/", youth_voice.answering, name="answering"),
    path("partnerships/<slug:slug>/evidence/", evidence.books, name="evidence"),
    path("partnerships/<slug:slug>/evidence/<int:book>/", evidence.book, name="evidence_book"),
    path("partnerships/<slug:slug>/evidence/<int:book>.csv", evidence.taken_out, name="evidence_csv"),
    path("partnerships/<slug:slug>/evidence/<int:book>/sharing/", evidence.sharing, name="evidence_sharing"),
    path("partnerships/<slug:slug>/evidence/lines/", evidence.funder_lines, name="funder_lines"),
    path("partnerships/<slug:slug>/evidence/lines/new/", evidence.funder_line, name="funder_line"),
    path("partnerships/<slug:slug>/evidence/lines/<int:line>/off/", evidence.funder_line_off, name="funder_line_off"),
    path("e/<str:token>/", evidence.shared, name="shared_evidence"),
]
