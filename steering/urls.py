"""Addresses of steering: who leads a partnership, what it has promised, and how it is handed on."""

from django.urls import path

from steering.views import executive, handover, keys, own, plan, plan_editing, public, table

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
]
