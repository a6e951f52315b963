"""Courses, cycles and doses."""

from django.apps import AppConfig


class DosingConfig(AppConfig):
    name = "dosing"
    verbose_name = "Dosing"

    def demo_sign_ins(self) -> list[str]:
        """The sign-ins of the demo ward, as lines for whoever starts it."""
        from .demo.site import sign_in_lines  # needs the models, which are not loaded when this file is

        return sign_in_lines()
