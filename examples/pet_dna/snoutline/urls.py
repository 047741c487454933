"""Where Snoutline answers; what is not its own, Counterfoil does."""

from django.urls import include, path

from snoutline import dogs, mailbox, people

urlpatterns = [
    path("", dogs.start, name="start"),
    path("dogs/", dogs.mine, name="dogs"),
    path("dogs/new/", dogs.new, name="dog-new"),
    path("dogs/<int:dog_id>/", dogs.one, name="dog"),
    path("enter/", people.sign_in, name="sign-in"),
    path("sign-up/", people.sign_up, name="sign-up"),
    path("welcome/<str:token>/", people.welcome, name="welcome"),
    path("mailbox/", mailbox.listing, name="mailbox"),
    path("mailbox/<str:name>/", mailbox.letter, name="letter"),
    path("", include("counterfoil.urls")),
]
