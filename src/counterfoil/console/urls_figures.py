"""Where the figures answer."""

from django.urls import path

from counterfoil.console.figures import count_again, export_figure, list_figures, show_figure

urlpatterns = [
    path("figures/", list_figures, name="console-figures"),
    path("figures/count/", count_again, name="console-figures-count"),
    path("figures/<slug:slug>/", show_figure, name="console-figure"),
    path("figures/<slug:slug>/file/", export_figure, name="console-figure-file"),
]
