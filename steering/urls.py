"""Addresses of steering: who leads a partnership, what it has promised, and how it is handed on."""

from django.urls import path

from steering.views import plan, plan_editing

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
]
