from django.contrib import admin
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import path

from .models import Book


def home(request):
    return render(request, "home.html", {"books": Book.objects.count()})


def style(request):
    from django.templatetags.static import static

    return JsonResponse({"style": static("library.css")})


urlpatterns = [path("", home), path("style", style), path("admin/", admin.site.urls)]
