"""Organisations, members and who may see them."""

from django.apps import AppConfig


class CellsConfig(AppConfig):
    name = "cells"
    verbose_name = "Tổ chức và đảng viên"
