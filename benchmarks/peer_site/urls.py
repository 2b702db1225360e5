"""The peer's one address, as its documentation gives it."""

from django.urls import include, path

urlpatterns = [path("survey/", include("survey.urls"))]
