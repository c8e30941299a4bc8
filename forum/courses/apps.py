from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "forum.courses"
    label = "courses"
    verbose_name = "Courses"
