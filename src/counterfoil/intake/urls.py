"""Where this room answers."""

from django.urls import URLPattern, URLResolver, path

from counterfoil.intake.door import take_in

urlpatterns: list[URLPattern | URLResolver] = [path("<slug:slug>/", take_in, name="take-in")]
